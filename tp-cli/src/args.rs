//! The command line.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::RangedU64ValueParser;
use clap::error::ContextValue;
use clap::{Args, Parser, Subcommand, ValueEnum};

use tp_bench::Mix;
use tp_net::transport::{Scheme, Url};

use crate::admin::AdminArgs;
use crate::connection::{ConnectionArgs, ProfilesArgs};
use crate::decode::{FrameTypes, Sequences, frame_types, sequences};
use crate::game::AskArgs;
use crate::game::account::RegisterArgs;
use crate::game::admin::AdminArgs as AdminCommandArgs;
use crate::game::info::PingArgs;
use crate::game::lists::ListArgs;
use crate::game::map::MapArgs;
use crate::game::messages::{MessagesArgs, PostArgs};
use crate::game::objects::{ObjectArgs, ObjectsArgs};
use crate::game::orders::{OrderArgs, OrdersArgs};
use crate::game::turns::{FinishArgs, WaitArgs};
use crate::identity::IdentityArgs;
use crate::log::LogArgs;
use crate::output::OutputArgs;
use crate::packets::{CallArgs, DescribeArgs, PacketsArgs};
use crate::record::RecordArgs;
use crate::replay::ReplayArgs;
use crate::shell::{CompletionsArgs, ManArgs};
use crate::tour::TourArgs;
use crate::watch::WatchArgs;

/// Look into Thousand Parsec games, play, watch, script and record them.
///
/// Thousand Parsec (TP) is a protocol for turn-based space games. Without a command, tp shows a game
/// from all sides.
#[derive(Parser)]
#[command(name = "tp", version, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// The arguments; ends the program if they cannot be understood, or if they ask for help.
pub(crate) fn parse() -> Arguments {
    Arguments::try_parse().unwrap_or_else(|error| without_passwords(error).exit())
}

/// An argument in the wrong place is told as it came. If it is a URL, there may be a password in
/// it.
fn without_passwords(mut error: clap::Error) -> clap::Error {
    let hidden: Vec<_> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, hidden(text)?)),
            _ => None,
        })
        .collect();
    for (kind, text) in hidden {
        error.insert(kind, ContextValue::String(text));
    }
    error
}

/// What is shown of a URL; nothing if the text is none.
fn hidden(text: &str) -> Option<String> {
    match text.split_once("://") {
        Some((scheme, _)) if scheme.chars().all(char::is_alphanumeric) => {
            Some(format!("{scheme}://…"))
        }
        None if !text.contains('@') => None,
        _ => Some("…".to_owned()),
    }
}

const EXAMPLES: &str = "\
Examples:
  tp                                        the demo game, looked at from all sides
  tp info game.example                      what a server is
  tp objects ada@game.example               what a player sees, as a tree
  tp order ada@game.example \"First Fleet\" Move To=100,200,0
  tp call ada@game.example GetPlayer '{\"ids\":[0]}'
  tp serve --publish                        the demo game for others
  tp decode capture.pcapng                  traffic, for people

The password is asked for, unless TP_PASSWORD or --password-file has it.

Exit status: 0 if all is done, 1 if it was refused or failed, 2 if the command line, a file or a setting
cannot be used. Each command says what else it means.";

#[derive(Subcommand)]
pub(crate) enum Command {
    Tour(TourArgs),

    /// Ask a server for a sign of life
    #[command(after_help = "\
Examples:
  tp ping game.example
  tp ping tps://game.example --count 10 --interval 500ms

JSON: an object for each, with the keys answered and seconds.

Exit status: 0; 1 if one was not answered, as some servers never do, or nobody was reached.")]
    Ping(PingArgs),

    /// Tell what a server is: its greeting, versions, features and games. Nobody logs in for that
    #[command(after_help = "\
Examples:
  tp info game.example
  tp info tps://game.example --format json | jq .versions

JSON: an object with the keys url, certificate (the fingerprint, if there is one), greeting,
versions, features, games and turn.")]
    Info(AskArgs),

    /// List the objects that a player sees, as a tree
    #[command(after_help = "\
Examples:
  tp objects ada@game.example
  tp objects ada@game.example --type fleet --owner me
  tp objects ada@game.example --format json | jq -r 'select(.contains == []) | .name'

JSON: an object for each.")]
    Objects(ObjectsArgs),

    /// Tell all of one object
    #[command(after_help = "\
Examples:
  tp object ada@game.example 12
  tp object ada@game.example Earth --format json")]
    Object(ObjectArgs),

    /// Draw where things are: in the terminal, as a picture, or as a page
    #[command(after_help = "\
Examples:
  tp map ada@game.example
  tp map ada@game.example --in \"Milky Way\" --width 120
  tp map ada@game.example --html map.html

JSON: an object for each thing, with the keys id, name, type, owner and position.")]
    Map(MapArgs),

    /// List the orders of an object, and which it takes
    #[command(after_help = "\
Examples:
  tp orders ada@game.example \"First Fleet\"
  tp orders ada@game.example 12 --remove 0")]
    Orders(OrdersArgs),

    /// Give an order to an object
    #[command(after_help = "\
Examples:
  tp order ada@game.example 12 Move To=100,200,0
  tp order ada@game.example 12              asks for what the order needs
  tp order ada@game.example Earth Build Ships=Scout:2,Frigate:1 --probe

How arguments are written: positions X,Y,Z; places beside an object ID+X,Y,Z; ids and numbers as they are;
lists of ids with commas; choices by the names or numbers of options with how many of each,
NAME:NUMBER,NAME:NUMBER. What may be chosen is asked from the server first, and checked.

Exit status: 0; 1 if the server refuses; 2 if the order does not fit, and then nothing was sent.")]
    Order(OrderArgs),

    /// List the boards, on which messages are
    #[command(after_help = "\
Examples:
  tp boards ada@game.example")]
    Boards(ListArgs),

    /// Read the messages of a board
    #[command(after_help = "\
Examples:
  tp messages ada@game.example              your own
  tp messages ada@game.example 2 --format json
  tp messages ada@game.example 0 --remove 3")]
    Messages(MessagesArgs),

    /// Post a message to a board
    #[command(after_help = "\
Examples:
  tp post ada@game.example 2 \"Peace?\" \"I leave you the south.\"
  tp post ada@game.example 2 Report - <report.txt")]
    Post(PostArgs),

    /// List the designs of ships
    #[command(after_help = "\
Examples:
  tp designs ada@game.example
  tp designs ada@game.example 4 --format json")]
    Designs(ListArgs),

    /// List the components that designs are made of
    #[command(after_help = "\
Examples:
  tp components ada@game.example")]
    Components(ListArgs),

    /// List the properties of components and designs
    #[command(after_help = "\
Examples:
  tp properties ada@game.example")]
    Properties(ListArgs),

    /// List the categories of components, designs and properties
    #[command(after_help = "\
Examples:
  tp categories ada@game.example")]
    Categories(ListArgs),

    /// List the resources
    #[command(after_help = "\
Examples:
  tp resources ada@game.example")]
    Resources(ListArgs),

    /// List the players
    #[command(after_help = "\
Examples:
  tp players ada@game.example
  tp players ada@game.example 0             you")]
    Players(ListArgs),

    /// Tell which turn it is, and how long it lasts
    #[command(after_help = "\
Examples:
  tp turn ada@game.example
  tp turn ada@game.example --format json | jq .time")]
    Turn(AskArgs),

    /// Say that you are done with this turn
    #[command(after_help = "\
Examples:
  tp finish-turn ada@game.example
  tp finish-turn ada@game.example --wait 5m")]
    FinishTurn(FinishArgs),

    /// Wait for the end of the turn
    #[command(after_help = "\
Examples:
  tp wait-turn ada@game.example && tp objects ada@game.example

Exit status: 0 when it has ended; 1 if it did not in time.")]
    WaitTurn(WaitArgs),

    /// Open an account
    #[command(after_help = "\
Examples:
  tp register ada@game.example --email ada@example.com")]
    Register(RegisterArgs),

    /// Run an administrator's commands, and follow the server's log
    #[command(after_help = "\
Examples:
  tp admin root@localhost                   which commands there are
  tp admin root@localhost turn-length Seconds=60
  tp admin root@localhost --log

The port is 6925 if none is given, 6926 for tps.

Exit status: 0; 1 if the command failed.")]
    Admin(AdminCommandArgs),

    /// Send any packet, and print what is answered as JSON
    #[command(after_help = "\
Examples:
  tp call ada@game.example GetPlayer '{\"ids\":[0]}'
  tp call game.example GetFeatures --no-login
  tp describe GetObjectIDs                  which fields there are

JSON: an object for each frame, its name and its fields, as tp decode has them in its key fields.

Exit status: 0; 1 if an answer is a Fail.")]
    Call(CallArgs),

    /// List the packets of the protocol
    #[command(after_help = "\
Examples:
  tp list
  tp list order")]
    List(PacketsArgs),

    /// Tell what is in a packet, and what answers it
    #[command(after_help = "\
Examples:
  tp describe OrderInsert
  tp describe 7")]
    Describe(DescribeArgs),

    Watch(WatchArgs),
    Record(RecordArgs),
    Replay(ReplayArgs),
    Decode(DecodeArgs),
    Bench(BenchArgs),
    Serve(ServeArgs),
    Metaserver(MetaserverArgs),
    Find(FindArgs),
    Profiles(ProfilesArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
}

/// Print captured frames for a person, or as JSON lines
///
/// A capture is what tcpdump, Wireshark or dumpcap write (pcap, pcapng), or a text file; which it is,
/// its first bytes tell. A text file has one frame a line, header included, in hexadecimal: `C>S HEX`
/// for a frame from the client to the server, `S>C HEX` for one back. Blank lines and lines that start
/// with `#` are skipped.
///
/// Of packets, the TCP connections are put together, whatever their ports: segments may come in any
/// order and several times. Each frame shows its time, in seconds since the first packet, and its
/// connection; these are numbered as in Wireshark, but from 1. Tunnels through HTTP are read too.
/// Encrypted connections (TLS) cannot be; what carries no frames is left out. Where packets are
/// missing, it goes on with the next frame.
///
/// The parameters of objects, orders and commands are read by the descriptions (ObjectDesc,
/// OrderDesc, CommandDesc) that came earlier in the connection, or the text file. Where none came, or
/// it does not fit, the bytes are shown with the reason.
///
/// What is secret, as passwords are, is not shown, nor are bytes in which it may be; --show-secrets
/// shows all of it.
///
/// Each frame is encoded again and compared with the captured bytes. The last line of output
/// counts the frames; with --format json it is on standard error, where all notes are:
///
///   frames N decoded N unknown N failed N trailing N reencoded N
///
/// frames = decoded + unknown + failed. `unknown` frames are of a type that the protocol does not
/// have; `failed` ones do not decode, are not all there, or their line is no frame, and are told on
/// standard error; `trailing` ones have bytes behind their last field; `reencoded` ones gave the same
/// bytes again. Only frames that are shown count; if not all are asked for, ` of N` says how many
/// there are.
#[derive(Args)]
#[command(
    verbatim_doc_comment,
    after_help = DECODE_EXAMPLES,
)]
pub(crate) struct DecodeArgs {
    /// The capture; `-` is standard input
    pub(crate) file: PathBuf,

    #[command(flatten)]
    pub(crate) show: ShowArgs,
}

/// Which frames are shown, and how
#[derive(Args, Clone)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    pub(crate) output: OutputArgs,

    /// The protocol of the frames
    #[arg(long, value_enum, default_value_t = ProtocolChoice::Auto)]
    pub(crate) protocol: ProtocolChoice,

    /// Only these frames: names, or numbers of types
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', value_parser = frame_types)]
    pub(crate) frame: Vec<FrameTypes>,

    /// Only frames that go this way
    #[arg(long, value_enum)]
    pub(crate) direction: Option<DirectionChoice>,

    /// Only frames of this connection; can be given more than once
    #[arg(long, value_name = "N")]
    pub(crate) connection: Vec<u64>,

    /// Only frames with this sequence number, or with one from A to B
    #[arg(long, value_name = "N|A-B", value_parser = sequences)]
    pub(crate) sequence: Option<Sequences>,

    /// Frames with bytes behind their last field fail
    #[arg(long)]
    pub(crate) strict: bool,

    /// Go on when 20 frames are bad, and tell all of them
    #[arg(long)]
    pub(crate) keep_going: bool,

    /// Show passwords and keys
    #[arg(long)]
    pub(crate) show_secrets: bool,
}

const DECODE_EXAMPLES: &str = "\
Examples:
  tcpdump -i lo -w game.pcap port 6923
  tp decode game.pcap
  tp decode game.pcap --connection 2 --direction to-server --frame Order,OrderInsert
  tp decode game.pcapng --sequence 10-12
  tp decode capture.txt
  echo 'C>S 54500400000000010000001b00000000' | tp decode -
  tp decode --format json game.pcap | jq 'select(.name == \"Fail\")'

JSON: each line is an object with the keys direction (\"C>S\" or \"S>C\"), protocol (\"TP03\", \"TP04\"
or \"admin\"), type, name, sequence, fields, and trailing (bytes behind the last field, in hex). In
front of them, frames from packets have the keys connection (a number) and time (seconds since the
epoch with nine decimals, as text: \"1764585441.250000000\").
In fields, parameters are a list if their description came and fits; otherwise they are the hex
of their bytes behind their version (\"TP04:0000002a\"), and the key parameters_note behind them
says why. A string that is not UTF-8 or that ends in NUL is {\"hex\": \"...\"}. What is secret is
{\"secret\": true}, which no field can be read from; lines that are to be encoded again are made with
--show-secrets.

Exit status: 0 if every frame that is shown decoded and gave the same bytes again, 1 if not, 2 if the
capture cannot be read.";

/// Which way frames go.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DirectionChoice {
    /// From the client to the server, C>S
    #[value(aliases = ["C>S", "c>s"])]
    ToServer,
    /// From the server to the client, S>C
    #[value(aliases = ["S>C", "s>c"])]
    ToClient,
}

/// How `decode` tells protocols apart.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProtocolChoice {
    /// By each frame's header; frame types 1000 to 1007 are admin
    Auto,
    /// TP03, whatever the header says
    Tp03,
    /// TP04, whatever the header says
    Tp04,
    /// Administration, whatever the header says
    Admin,
}

/// Load a server with requests, and tell how many it answers and how long that takes
///
/// So many requests are on their way at once on each connection; the next is asked when one is
/// answered. All connections are made, and logged in, before it begins. Load servers of your own
/// only.
#[derive(Args)]
#[command(after_help = BENCH_EXAMPLES)]
pub(crate) struct BenchArgs {
    /// How many connections at once, 1 to 10,000
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = number(10_000))]
    pub(crate) connections: u64,

    /// How many requests are on their way at once on each connection, 1 to 4,096
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = number(4_096))]
    pub(crate) depth: u64,

    /// What is asked: names with commas between them, each with a weight of 1 to 100 if it is to be
    /// asked more often than the others
    #[arg(long, value_name = "NAME[=N][:WEIGHT],…", default_value = "ping")]
    pub(crate) mix: Mix,

    /// For how long it is asked, 100ms to 60m
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = time)]
    pub(crate) duration: Duration,

    /// How many requests are asked on all connections together, instead of for a time
    #[arg(long, value_name = "N", conflicts_with = "duration", value_parser = number(1_000_000_000))]
    pub(crate) requests: Option<u64>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

const BENCH_EXAMPLES: &str = "\
Examples:
  tp bench guest:guest@localhost
  tp bench tp://guest:guest@localhost --connections 50 --depth 16 --mix ping:9,objects=100
  tp bench tps://guest:guest@localhost --accept-any-certificate --mix mixed --duration 2m
  tp bench tp://guest:guest@localhost --requests 1000 --format json | jq .latency.p99_us

Requests:
  ping         a sign of life; some old servers leave most of these unanswered
  turn         how long the turn lasts
  objects[=N]  N objects that the player sees, 1 to 10,000; 1 if no number is given
  ids[=N]      a list of the ids of N objects, 1 to 80,000; 1,000 if no number is given
  mixed        ping:2,turn:4,objects=10:3,ids=100, what a player's client may ask

JSON: one object on one line, with the keys url, version, connections, depth, mix, seconds, requests,
requests_per_second, latency (mean_us, p50_us, p90_us, p99_us, p999_us, max_us in microseconds, and
histogram, a list of up_to_us and count), bytes_sent, bytes_received, and failures (a list of kind,
count and example). kind is refused, unanswered, timeout, disconnected or malformed.

Exit status: 0 if every request was answered well; 1 if not, or if the server cannot be reached,
refuses or is none, with the reason.";

/// A number from 1 to `most`.
pub(crate) fn number(most: u64) -> RangedU64ValueParser<u64> {
    RangedU64ValueParser::new().range(1..=most)
}

/// Run the demo game for clients elsewhere, until Ctrl-C or SIGTERM
#[derive(Args)]
#[command(after_help = "\
Examples:
  tp serve
  tp serve --port 0                    any free port, which is printed
  tp serve --listen 0.0.0.0 --seed 7   for other machines, another universe
  tp serve --listen 0.0.0.0 --publish  for other machines, which find it by themselves
  tp serve --listen 0.0.0.0 --metaserver http://meta.example/ --host game.example
  tp serve --cert chain.pem --key key.pem
  tp serve --admin                     with commands and a log for an administrator
  tp serve --data game                 kept in a folder, and there again next time

The one port takes plain connections, encrypted ones (tps://), tunnels through HTTP (tp+http://) and
browsers. At SIGHUP (Unix) the certificate is read again; connections stay.

Anyone who reaches the game can play: the passwords are public.")]
pub(crate) struct ServeArgs {
    /// The TCP port; 0 is any free one
    #[arg(long, default_value_t = 6923)]
    pub(crate) port: u16,

    /// The IP address to listen on
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub(crate) listen: IpAddr,

    /// What the universe is made from: the same seed gives the same one
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,

    /// The game's name, as players find it
    #[arg(long, default_value = "A demonstration")]
    pub(crate) name: String,

    /// How long a turn lasts at most, 1s to 60m; without it, it ends when all players who are there have
    /// finished it
    #[arg(long, value_name = "TIME", value_parser = turn_time)]
    pub(crate) turn_time: Option<Duration>,

    /// Accounts for a new game, instead of the public ones: a file of NAME:PASSWORD lines
    #[arg(long, value_name = "FILE")]
    pub(crate) accounts: Option<PathBuf>,

    /// How long an attempt to log in waits at most after wrong ones, in seconds, 0 to 3600; 0 lets
    /// everybody guess passwords, as test-client does
    #[arg(long, value_name = "S", default_value_t = 60, value_parser = RangedU64ValueParser::<u64>::new().range(0..=3600))]
    pub(crate) login_delay: u64,

    /// Announce the game on the local network, by zeroconf
    #[arg(long)]
    pub(crate) publish: bool,

    /// Register the game with this metaserver, and keep it registered
    #[arg(long, value_name = "URL")]
    pub(crate) metaserver: Option<String>,

    /// How players elsewhere reach this machine, a name or an address; without it, the metaserver
    /// takes the address it is asked from
    #[arg(long, value_name = "HOST", requires = "metaserver", value_parser = host)]
    pub(crate) host: Option<String>,

    /// A file with the game's key for metaservers, made if it is missing; without it the key is
    /// new each time, and a game started again is refused for ten minutes
    #[arg(long, value_name = "FILE", requires = "metaserver")]
    pub(crate) key_file: Option<PathBuf>,

    /// Keep the game in this folder, made if it is missing: it goes on where it was, even after a
    /// crash. --seed is for a new game
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) log: LogArgs,

    #[command(flatten)]
    pub(crate) identity: IdentityArgs,

    #[command(flatten)]
    pub(crate) admin: AdminArgs,
}

/// List the games on the local network, and those of metaservers
#[derive(Args)]
#[command(after_help = "\
Examples:
  tp find
  tp find --metaserver http://meta.example/ --timeout 1
  tp find --format json | jq -r '.urls[0]'

JSON: each line is an object with the keys source (\"zeroconf\" or the metaserver's URL), name,
short_name, urls (best first), tp (versions of the protocol), server, sertype, rule, rulever, and as
far as the game tells them plys, cons, objs, admin, cmt, next, turn, prd. With --check, answers is the
version in which it does, or null beside error.

Games are printed as they are found, so Ctrl-C loses none of them.

Exit status: 0, also if there is no game; 1 if a place could not be looked at, with the reason.")]
pub(crate) struct FindArgs {
    /// Ask this metaserver too; can be given more than once
    #[arg(long, value_name = "URL")]
    pub(crate) metaserver: Vec<String>,

    /// Look whether each game answers, without logging in
    #[arg(long)]
    pub(crate) check: bool,

    /// How long to listen on the local network, in seconds, 0.1 to 3600; metaservers have 15
    #[arg(long, value_name = "S", default_value = "3", value_parser = seconds)]
    pub(crate) timeout: Duration,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// A time with its unit; seconds if there is none.
pub(crate) fn time(text: &str) -> Result<Duration, &'static str> {
    let number = text.trim_end_matches(char::is_alphabetic);
    let unit = match text.get(number.len()..) {
        Some("ms") => 0.001,
        Some("s" | "") => 1.0,
        Some("m") => 60.0,
        _ => return Err("it is no time, such as 500ms, 10s or 2m"),
    };
    let number: f64 = { number.parse() }.map_err(|_| "it is no time, such as 500ms, 10s or 2m")?;
    in_range(number * unit).ok_or("it is not from 100ms to 60m")
}

/// As long as a turn may last.
fn turn_time(text: &str) -> Result<Duration, &'static str> {
    let time = time(text)?;
    match time.as_secs() {
        0 => Err("a turn lasts a second at least"),
        _ => Ok(time),
    }
}

fn host(text: &str) -> Result<String, String> {
    let url = Url::new(Scheme::Tp, text).map_err(|error| error.to_string())?;
    match url.host().contains('%') {
        true => Err("a zone means nothing to players elsewhere".to_owned()),
        false => Ok(url.host().to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds: f64 = text.parse().map_err(|_| "it is no number of seconds")?;
    in_range(seconds).ok_or("it is not from 0.1 to 3600")
}

/// So many seconds, if a person may want to wait for that long.
fn in_range(seconds: f64) -> Option<Duration> {
    let allowed = (0.1..=3600.0).contains(&seconds);
    allowed.then(|| Duration::from_secs_f64(seconds))
}

/// Run a metaserver: a list of games that others ask, until Ctrl-C or SIGTERM
#[derive(Args)]
#[command(after_help = "\
Examples:
  tp metaserver
  tp metaserver --listen 0.0.0.0 --port 80   for other machines

Games register by themselves, and are forgotten ten minutes after they last did. A web browser shows
the list.")]
pub(crate) struct MetaserverArgs {
    /// The TCP port; 0 is any free one
    #[arg(long, default_value_t = 8080)]
    pub(crate) port: u16,

    /// The IP address to listen on
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub(crate) listen: IpAddr,

    /// The version in the headers of answers
    #[arg(long, value_enum, default_value_t = FramesChoice::Auto)]
    pub(crate) frames: FramesChoice,

    #[command(flatten)]
    pub(crate) log: LogArgs,
}

/// The version in the headers of a metaserver's answers.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FramesChoice {
    /// TP03 for Python programs and those that do not say what they are, TP04 for others
    Auto,
    /// TP03 for all
    Tp03,
    /// TP04 for all
    Tp04,
}
