//! `tp replay`: a recorded client played to a server, or a recorded server to a client.

mod difference;
mod wire;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use tp_frames::{AnyFrame as _, DecodeOptions, Header, game, printable};
use tp_net::transport::{Connector as _, Url};

use crate::connection::RouteArgs;
use crate::decode::capture::{Capture, Captured, Direction, What};
use crate::decode::open;
use crate::failure::{Failure, complain};
use crate::output::{Format, OutputArgs, print, print_json};
use difference::differences;
use wire::{Accepted, Wire};

/// Play a recorded client to a server, or a recorded server to a client, and tell what differs
///
/// What is sent is what was recorded, frame by frame; what comes back is compared with what came back
/// then. What nobody asked for, as the end of a turn, is not compared: it comes when it comes.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tp replay game.pcapng --to localhost          the client of the first connection, once more
  tp replay game.pcapng --connection 3 --to tps://game.example --timeout 5s
  tp replay game.pcapng --listen 127.0.0.1:6923  the server, for a client of yours
  tp replay capture.txt --to localhost --format json | jq .path

What always differs, as times of changes do, is left out by --ignore modtime.

JSON: an object for each difference, with the keys sequence, frame, path, recorded and now.

Exit status: 0 if nothing differs, 1 if something does or the other side is not reached, 2 if the file \
cannot be read.")]
pub(crate) struct ReplayArgs {
    /// The capture, of any kind that `tp decode` reads; `-` is standard input
    file: PathBuf,

    /// Which connection of it, as `tp decode` numbers them; the first with frames if not given
    #[arg(long, value_name = "N")]
    connection: Option<u64>,

    /// Play the client to this server
    #[arg(
        long,
        value_name = "URL",
        required_unless_present = "listen",
        conflicts_with = "listen"
    )]
    to: Option<String>,

    /// Play the server to the first client that connects here, without TLS or a tunnel
    #[arg(long, value_name = "IP:PORT")]
    listen: Option<SocketAddr>,

    /// Fields of this name are not compared; can be given more than once
    #[arg(long, value_name = "FIELD")]
    ignore: Vec<String>,

    #[command(flatten)]
    route: RouteArgs,

    #[command(flatten)]
    output: OutputArgs,
}

/// How long a frame is waited for if nothing else is said.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the command.
pub(crate) fn run(args: &ReplayArgs) -> Result<ExitCode, Failure> {
    let frames = recorded(args)?;
    let patience = args.route.timeout().unwrap_or(PATIENCE);
    let (mut replay, wire) = match (&args.to, args.listen) {
        (Some(to), _) => {
            let (url, options) = args.route.to(to)?;
            let url = with_port(url);
            let stream = options.dialer().open(&url, patience);
            let stream = stream.map_err(|error| Failure::failed(format_args!("{url}: {error}")))?;
            (
                Replay::new(args, Direction::ToServer),
                Wire::new(stream, patience),
            )
        }
        (None, Some(listen)) => {
            let listener = TcpListener::bind(listen);
            let listener =
                listener.map_err(|error| Failure::failed(format_args!("{listen}: {error}")))?;
            let address = listener.local_addr().unwrap_or(listen);
            complain(format_args!("waiting for a client at {address}"));
            let (socket, client) = listener
                .accept()
                .map_err(|error| Failure::failed(format_args!("{address}: {error}")))?;
            complain(format_args!("the client is {client}"));
            let accepted = Accepted::new(socket)
                .map_err(|error| Failure::failed(format_args!("{client}: {error}")))?;
            (
                Replay::new(args, Direction::ToClient),
                Wire::new(Box::new(accepted), patience),
            )
        }
        // clap lets nobody through with neither.
        (None, None) => return Err(Failure::misuse("--to or --listen?")),
    };
    replay.run(frames, wire)?;
    replay.finish()
}

fn with_port(url: Url) -> Url {
    match url.port() {
        Some(_) => url,
        None => {
            let port = url.port_or_default();
            url.with_port(port)
        }
    }
}

/// The frames of the connection.
fn recorded(args: &ReplayArgs) -> Result<VecDeque<Captured>, Failure> {
    let (file, name) = open(&args.file)?;
    let capture =
        Capture::open(file).map_err(|error| Failure::misuse(format_args!("{name}: {error}")))?;
    let mut wanted = args.connection;
    let mut frames = VecDeque::new();
    for item in capture {
        let item = item.map_err(|error| Failure::misuse(format_args!("{name}: {error}")))?;
        match item.what {
            What::Frame(frame) => {
                let of = frame.connection();
                if of.is_some() && wanted.is_none() {
                    wanted = of;
                }
                if of.is_none() || of == wanted {
                    frames.push_back(frame);
                }
            }
            What::Bad(bad) => complain(format_args!("{name}: {bad}")),
            What::Note(_) | What::End(_) => {}
        }
    }
    match frames.is_empty() {
        true => Err(Failure::misuse(format_args!(
            "{name} has no frames of that connection"
        ))),
        false => Ok(frames),
    }
}

/// A difference, as a line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    sequence: u32,
    frame: &'a str,
    path: &'a str,
    recorded: &'a str,
    now: &'a str,
}

/// What comes next.
enum Next {
    Frame(Header, Vec<u8>),
    /// Nothing in time.
    Late,
    /// The end of the connection.
    End,
}

/// One side of a recorded connection, which is played.
struct Replay<'a> {
    args: &'a ReplayArgs,
    /// Which way what is played goes.
    plays: Direction,
    /// The numbers of the recorded requests, and those that the client has given them now: only a server
    /// that is played needs them.
    numbers: HashMap<u32, u32>,
    /// What came before its turn: a server may answer what was recorded later.
    early: BTreeMap<u32, VecDeque<(Header, Vec<u8>)>>,
    /// How many frames each answer that has begun still has now.
    owed: HashMap<u32, u32>,
    sent: u64,
    compared: u64,
    different: u64,
}

impl<'a> Replay<'a> {
    fn new(args: &'a ReplayArgs, plays: Direction) -> Self {
        Self {
            args,
            plays,
            numbers: HashMap::new(),
            early: BTreeMap::new(),
            owed: HashMap::new(),
            sent: 0,
            compared: 0,
            different: 0,
        }
    }

    fn run(&mut self, frames: VecDeque<Captured>, mut wire: Wire) -> Result<(), Failure> {
        for frame in frames {
            // What nobody asked for comes when it comes.
            let is_unasked = frame.header.sequence == 0 && frame.direction == Direction::ToClient;
            match (frame.direction == self.plays, is_unasked) {
                (true, _) => self.send(&frame, &mut wire)?,
                (false, true) => {}
                (false, false) => {
                    if !self.expect(&frame, &mut wire)? {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    fn send(&mut self, frame: &Captured, wire: &mut Wire) -> Result<(), Failure> {
        let mut header = frame.header;
        if let Some(number) = self.numbers.get(&header.sequence) {
            header.sequence = *number;
        }
        let bytes = [&header.to_bytes()[..], frame.body()].concat();
        wire.write(&bytes).map_err(|error| lost(&error))?;
        self.sent = self.sent.saturating_add(1);
        Ok(())
    }

    /// Waits for what was recorded, and compares. Returns `false` if nothing can come any more.
    fn expect(&mut self, recorded: &Captured, wire: &mut Wire) -> Result<bool, Failure> {
        let sequence = recorded.header.sequence;
        let owed = self.owed.get(&sequence).copied();
        if owed == Some(0) {
            // The answer is shorter than it was, and how it begins has differed already.
            return Ok(true);
        }
        let waiting = self.early.get_mut(&sequence).and_then(VecDeque::pop_front);
        let (header, body) = match waiting {
            Some(frame) => frame,
            None => match self.next(recorded, wire)? {
                Next::Frame(header, body) => (header, body),
                end => {
                    let (what, goes_on) = match end {
                        Next::Late => ("nothing in time", true),
                        _ => ("the end of the connection", false),
                    };
                    let name = format!("type {}", recorded.header.r#type);
                    self.tell(sequence, &name, "", "a frame", what)?;
                    return Ok(goes_on);
                }
            },
        };
        match self.plays {
            Direction::ToClient => drop(self.numbers.insert(sequence, header.sequence)),
            Direction::ToServer => {
                let left = match owed {
                    Some(owed) => owed.saturating_sub(1),
                    None => frames_behind(header, &body),
                };
                self.owed.insert(sequence, left);
            }
        }
        self.compared = self.compared.saturating_add(1);
        let now = Captured {
            direction: recorded.direction,
            header,
            bytes: [&header.to_bytes()[..], &body].concat(),
            origin: None,
        };
        for difference in differences(recorded, &now, &self.args.ignore) {
            self.tell(
                sequence,
                &difference.frame,
                &difference.path,
                &difference.recorded,
                &difference.now,
            )?;
        }
        Ok(true)
    }

    /// The next frame that answers this one.
    fn next(&mut self, recorded: &Captured, wire: &mut Wire) -> Result<Next, Failure> {
        loop {
            let (header, body) = match wire.read() {
                Ok(Some(frame)) => frame,
                Ok(None) => return Ok(Next::Late),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(Next::End),
                Err(error) => return Err(lost(&error)),
            };
            match self.plays {
                // Clients ask in the order in which they asked, under numbers of their own.
                Direction::ToClient => return Ok(Next::Frame(header, body)),
                Direction::ToServer if header.sequence == 0 => {}
                Direction::ToServer if header.sequence == recorded.header.sequence => {
                    return Ok(Next::Frame(header, body));
                }
                Direction::ToServer => {
                    self.early
                        .entry(header.sequence)
                        .or_default()
                        .push_back((header, body));
                }
            }
        }
    }

    fn tell(
        &mut self,
        sequence: u32,
        frame: &str,
        path: &str,
        recorded: &str,
        now: &str,
    ) -> Result<(), Failure> {
        self.different = self.different.saturating_add(1);
        match self.args.output.format {
            Format::Json => print_json(&Line {
                sequence,
                frame,
                path,
                recorded,
                now,
            }),
            Format::Text => {
                let place = match path {
                    "" => frame.to_owned(),
                    path => format!("{frame}.{path}"),
                };
                print(&format!(
                    "sequence {sequence}: {}: {} then, {} now\n",
                    printable(&place),
                    printable(recorded),
                    printable(now)
                ))
            }
        }
    }

    fn finish(self) -> Result<ExitCode, Failure> {
        let counts = format!(
            "sent {} compared {} differences {}",
            self.sent, self.compared, self.different
        );
        match self.args.output.format {
            Format::Json => complain(counts),
            Format::Text => print(&format!("{counts}\n"))?,
        }
        Ok(ExitCode::from(u8::from(self.different > 0)))
    }
}

/// How many frames follow that belong to the same answer.
fn frames_behind(header: Header, body: &[u8]) -> u32 {
    let options = DecodeOptions::default();
    match game::Frame::decode_body(header.version, header.r#type, body, &options) {
        Ok((game::Frame::Sequence(sequence), _)) => sequence.number,
        _ => 0,
    }
}

fn lost(error: &io::Error) -> Failure {
    Failure::failed(format_args!("the connection: {error}"))
}
