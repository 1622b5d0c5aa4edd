//! `tp record`: between a client and a server, and everything written down.

mod packets;

use std::fs::File;
use std::io::{self, PipeWriter, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, SyncSender, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use clap::Args;
use tokio::sync::oneshot;
use tp_frames::Direction;
use tp_net::server::Server;
use tp_net::server::relay::{Passage, Relay, Watcher};

use crate::connection::RouteArgs;
use crate::decode;
use crate::decode::args::ShowArgs;
use crate::failure::{Failure, complain};
use crate::identity::IdentityArgs;
use crate::shutdown;
use packets::Packets;

/// Stand between clients and a server, show the frames that pass, and keep them
///
/// Clients connect here, over any transport: frames alone, TLS, an HTTP tunnel; the port takes them all.
/// Each is connected to the server, over the transport that its URL says. What they say to each other is
/// passed on byte by byte.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tp record --to game.example --out game.pcapng
  tp record --to tps://game.example --listen 127.0.0.1:7000 --out game.pcapng
  tp record --to game.example --out game.txt
  tp decode game.pcapng

A file that ends in .pcapng has TCP packets with the plain frames, as if neither TLS nor a tunnel were \
there: Wireshark reads it, with the dissector of `tp-codegen wireshark`. A file that ends in .txt has a \
frame a line, of all connections together.

Passwords are in the file. They are not in what is shown, unless --show-secrets is given.

Exit status: 0 after Ctrl-C or SIGTERM; 1 if it cannot listen, or the file took no more; 2 if the file cannot be written or a URL \
is wrong.")]
pub(crate) struct RecordArgs {
    /// The server that clients are connected to
    #[arg(long, value_name = "URL")]
    to: String,

    /// Where clients connect; port 0 is any free one
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:6923")]
    listen: SocketAddr,

    /// The file, which is written over if it is there; nothing is kept without one
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    #[command(flatten)]
    show: ShowArgs,

    #[command(flatten)]
    route: RouteArgs,

    #[command(flatten)]
    identity: IdentityArgs,
}

/// How frames are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Pcapng,
    Text,
}

/// Runs the command.
pub(crate) fn run(args: &RecordArgs) -> Result<ExitCode, Failure> {
    let (url, options) = args.route.to(&args.to)?;
    let identity = args.identity.identity(args.listen.ip(), None)?;
    let out = args.out.as_deref().map(create).transpose()?;
    let is_cut = Arc::new(AtomicBool::new(false));
    let kept = |file| Kept {
        file: Some(file),
        is_cut: Arc::clone(&is_cut),
    };
    let (packets, lines) = match out {
        Some((Form::Pcapng, file)) => (Some(kept(file)), None),
        Some((Form::Text, file)) => (None, Some(kept(file))),
        None => (None, None),
    };
    let (reader, writer) = io::pipe().map_err(|error| not_shown(&error))?;
    let tee = Tee {
        kept: packets,
        shown: Some(writer),
    };
    let recorder = Recorder {
        packets: Mutex::new(Packets::new(args.listen, tee)),
    };
    let runtime = shutdown::runtime()?;
    let relay = Relay::to(url.clone(), options, recorder).map_err(Failure::misuse)?;
    let mut builder = Server::builder()
        .name("A relay")
        .listen(args.listen.to_string());
    if let Some(identity) = &identity {
        builder = builder.tls(identity.clone());
    }
    let server = runtime.block_on(builder.start_relay(relay));
    let server = server.map_err(|error| Failure::failed(format_args!("no relay: {error}")))?;
    // What is shown is what is kept: the same packets, read as those of a file. Bad ones are no reason to
    // show no more.
    let show = ShowArgs {
        keep_going: true,
        ..args.show.clone()
    };
    let (mut screen, printed) = Screen::start()?;
    let shown = thread::Builder::new().name("show".to_owned());
    let shown = shown
        .spawn(move || decode::show(reader, "the relay", &show, &mut screen, lines))
        .map_err(|error| not_shown(&error))?;
    let address = server.local_addrs().first().copied().unwrap_or(args.listen);
    let told = shutdown::until_told(&runtime, "", async {
        complain(format_args!("clients of {address} are connected to {url}"));
        complain("Ctrl-C ends it");
    });
    runtime.block_on(server.shutdown());
    // With the last task the recorder is gone, and with it the pipe's other end.
    drop(runtime);
    // Who reads may take long, or for ever.
    shutdown::until_told_again(async {
        // An error means that it is over as well.
        let _ = printed.await;
    })?;
    let ended = shown.join();
    let ended =
        ended.unwrap_or_else(|_| Err(Failure::failed("what passed was not shown to its end")));
    told?;
    // Frames that are no good are those of others.
    ended.map(|_| ExitCode::from(u8::from(is_cut.load(Ordering::Relaxed))))
}

fn not_shown(error: &io::Error) -> Failure {
    Failure::failed(format_args!("cannot show what passes: {error}"))
}

/// The file, and what it is to hold.
fn create(path: &Path) -> Result<(Form, File), Failure> {
    let form = match path.extension().and_then(|it| it.to_str()) {
        Some("pcapng") => Form::Pcapng,
        Some("txt") => Form::Text,
        _ => {
            return Err(Failure::misuse(format_args!(
                "{}: a name that ends in .pcapng or .txt says how frames are kept",
                path.display()
            )));
        }
    };
    let file = File::create(path).map_err(|error| {
        Failure::misuse(format_args!("cannot write {}: {error}", path.display()))
    })?;
    Ok((form, file))
}

/// Writes down what passes, to be kept and to be shown.
struct Recorder {
    packets: Mutex<Packets<Tee>>,
}

impl Recorder {
    fn with(&self, write: impl FnOnce(&mut Packets<Tee>) -> io::Result<()>) {
        let mut packets = self.packets.lock().unwrap_or_else(PoisonError::into_inner);
        // What cannot be written is told where it was to be; the clients play on.
        let _ = write(&mut packets);
    }
}

impl Watcher for Recorder {
    fn opened(&self, passage: &Passage) {
        self.with(|packets| packets.open(passage));
    }

    fn passed(&self, passage: &Passage, direction: Direction, bytes: &[u8]) {
        self.with(|packets| packets.pass(passage, direction, bytes));
    }

    fn ended(&self, passage: &Passage, error: Option<&io::Error>) {
        if let Some(error) = error {
            complain(format_args!(
                "connection {} of {}: {error}",
                passage.id, passage.client
            ));
        }
        self.with(|packets| packets.close(passage));
    }
}

/// The file, as long as it takes what is written; the clients play on when it does not any more.
struct Kept {
    file: Option<File>,
    /// Set once it does not.
    is_cut: Arc<AtomicBool>,
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(file) = &mut self.file
            && let Err(error) = file.write_all(bytes)
        {
            self.file = None;
            self.is_cut.store(true, Ordering::Relaxed);
            complain(format_args!(
                "error: what passes is not kept any more: {error}"
            ));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// To the file, and to who shows it.
struct Tee {
    kept: Option<Kept>,
    shown: Option<PipeWriter>,
}

impl Write for Tee {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Nobody need look.
        if let Some(shown) = &mut self.shown
            && shown.write_all(bytes).is_err()
        {
            self.shown = None;
        }
        self.kept
            .as_mut()
            .map_or(Ok(bytes.len()), |it| it.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lines on their way to standard output. Where that stands still, as a terminal may, some are left out,
/// so that the game goes on.
struct Screen {
    lines: SyncSender<Vec<u8>>,
    left_out: u64,
}

/// Lines that wait to be printed.
const LINES: usize = 10_000;

impl Screen {
    /// What is told when all is printed comes with it.
    fn start() -> Result<(Self, oneshot::Receiver<()>), Failure> {
        let (lines, waiting) = mpsc::sync_channel::<Vec<u8>>(LINES);
        let (done, printed) = oneshot::channel();
        let printer = thread::Builder::new().name("print".to_owned());
        let started = printer.spawn(move || {
            // Nobody need read it: the file is kept all the same.
            let _ = waiting
                .into_iter()
                .try_for_each(|line| io::stdout().write_all(&line));
            let _ = done.send(());
        });
        started.map_err(|error| not_shown(&error))?;
        Ok((Self { lines, left_out: 0 }, printed))
    }
}

impl Write for Screen {
    /// Takes a line.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match self.lines.try_send(line.to_owned()) {
            Ok(()) | Err(TrySendError::Disconnected(_)) => {}
            Err(TrySendError::Full(_)) => self.left_out = self.left_out.saturating_add(1),
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if self.left_out > 0 {
            complain(format_args!(
                "{} lines were not shown, as what was printed was not read",
                self.left_out
            ));
        }
    }
}
