//! The command line.

use clap::error::ContextValue;
use clap::{Parser, Subcommand};

use crate::bench::BenchArgs;
use crate::connection::ProfilesArgs;
use crate::decode::args::DecodeArgs;
use crate::find::FindArgs;
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
use crate::metaserver::MetaserverArgs;
use crate::packets::{CallArgs, DescribeArgs, PacketsArgs};
use crate::record::RecordArgs;
use crate::replay::ReplayArgs;
use crate::serve::ServeArgs;
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

Exit status: 0 if all is done, 1 if it was refused or failed, 2 if the command line, a file or a setting \
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

JSON: an object with the keys url, certificate (the fingerprint, if there is one), greeting, \
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

How arguments are written: positions X,Y,Z; places beside an object ID+X,Y,Z; ids and numbers as they are; \
lists of ids with commas; choices by the names or numbers of options with how many of each, \
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
    #[command(
        visible_alias = "design",
        after_help = "\
Examples:
  tp designs ada@game.example
  tp design ada@game.example 4 --format json"
    )]
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
