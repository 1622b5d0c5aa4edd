//! Whatever a server sends, through a tunnel or not: no panic, every ticket of the polling client
//! gets one answer, each call of it and of the blocking one comes back, and what they hold is in
//! proportion to what came.
//!
//! Input: one byte for the options, then steps of the user and of the server. A blocking call, and
//! whoever else waits, has the server go on with its steps until something comes.
#![no_main]

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use tp_fuzz::{Answers, Held, Input, Server, Wire, operation};
use tp_net::mirror::Mirror;
use tp_net::transport::{Connector, Layered, Proxies, Stream, Url, fuzzing};
use tp_net::{Error, Options, Versions, blocking, game, polling};

/// What a client may hold for each byte that came.
const PER_BYTE: usize = 32;
/// And for each operation.
const PER_OPERATION: usize = 16 << 10;
/// And by itself: buffers of the thread, and what the steps are kept in.
const BY_ITSELF: usize = 1 << 20;
/// What one call that does not wait may read: 2 times 16 buffers, and a layer as much again.
const PER_CALL: usize = 8 << 20;
/// How often a client is polled at most once it has read the end of the connection.
const POLLS: usize = 64;

fuzz_target!(|bytes: &[u8]| {
    let held = Held::new();
    let mut input = Input::new(bytes);
    let options = input.byte();
    let answers = match options & 1 {
        0 => Answers::Connect,
        _ => Answers::Nothing,
    };
    let world = World {
        server: Server::new(answers),
        script: Arc::new(Mutex::new(input)),
        in_tunnel: options & 2 != 0,
    };
    let versions = match options >> 2 & 3 {
        0 | 1 => Versions::all(),
        2 => Versions::only(game::TP03),
        _ => Versions::only(game::TP04),
    };
    let client_options = Options::default().versions(versions).redirects(2);
    let client = blocking::Client::connect_with("tp://game.example", client_options, world.clone());
    let operations = match client {
        Err(error) => {
            assert!(!error.to_string().is_empty());
            0
        }
        Ok(client) if options & 0x10 == 0 => poll(client.into_polling(), &world),
        Ok(client) => block(client, &world),
    };
    let received = world.server.delivered();
    drop(world);
    let bound = PER_BYTE * received + PER_OPERATION * operations + BY_ITSELF;
    let most = held.most();
    assert!(most <= bound, "{most} bytes held of {received} received");
    let left = held.now();
    assert!(left <= BY_ITSELF, "{left} bytes are held at the end");
});

/// The server, and what is left of the script.
#[derive(Clone)]
struct World {
    server: Server,
    script: Arc<Mutex<Input>>,
    in_tunnel: bool,
}

/// A step of the user.
enum Step {
    /// An operation is asked.
    Ask(u8, u32),
    /// Nothing is.
    Pause,
}

impl World {
    /// The next step of the user; the server's before it are taken. `None` if that was the last.
    fn next(&self) -> Option<Step> {
        let mut script = self
            .script
            .lock()
            .expect("nothing panics while it is locked");
        if script.is_empty() {
            return None;
        }
        let step = script.byte() % (Server::STEPS + 4);
        Some(match step {
            0..Server::STEPS => {
                self.server.step(step, &mut script);
                Step::Pause
            }
            8..=10 => Step::Ask(script.byte(), script.byte().into()),
            _ => Step::Pause,
        })
    }
}

impl Connector for World {
    fn open(&self, url: &Url, _: Duration) -> io::Result<Box<dyn Stream>> {
        let wire = self.server.accept()?;
        let world = self.clone();
        let mut stream: Box<dyn Stream> = Box::new(Socket { wire, world });
        if self.in_tunnel {
            let url = Url::new(tp_net::transport::Scheme::TpHttp, url.host());
            let layers = fuzzing::tunnels(&url.map_err(io::Error::other)?, &Proxies::Never);
            for layer in layers? {
                stream = Box::new(Layered::new(stream, layer));
            }
        }
        Ok(stream)
    }
}

struct Socket {
    wire: Wire,
    world: World,
}

impl Stream for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.wire.read(buffer)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wire.write(bytes)
    }

    fn wait(&mut self, _: bool, _: Option<Duration>) -> io::Result<()> {
        while !self.wire.has_input() {
            self.world.server.listen();
            if !self.wire.has_input() && self.world.next().is_none() {
                self.world.server.end();
            }
        }
        Ok(())
    }
}

/// Plays the script with a client that is polled; returns how many operations there were.
fn poll(mut client: polling::Client, world: &World) -> usize {
    let mut answers = polling::Answers::new();
    let (mut asked, mut answered) = (0, 0);
    let mut poll = |client: &mut polling::Client, answers: &mut polling::Answers<()>| {
        let before = world.server.delivered();
        let answer = answers.poll(client);
        let read = world.server.delivered() - before;
        assert!(read <= PER_CALL, "{read} bytes read in one call");
        let is_there = answer.is_some();
        answered += usize::from(is_there);
        is_there
    };
    while let Some(step) = world.next() {
        if let Step::Ask(which, n) = step {
            ask(&mut client, &mut answers, which, n);
            asked += 1;
        }
        while poll(&mut client, &mut answers) {}
    }
    world.server.end();
    let mut polls = 0;
    while polls < POLLS {
        let before = world.server.delivered();
        while poll(&mut client, &mut answers) {}
        // What was sent before the end is still to be read.
        let has_read = world.server.delivered() > before;
        polls = if has_read { 0 } else { polls + 1 };
    }
    assert!(
        answers.is_empty(),
        "{} operations do not end; the connection: {:?}",
        answers.len(),
        client.error()
    );
    assert_eq!((answered, client.outstanding()), (asked, 0));
    while let Ok(Some(_)) = client.next_event(Duration::ZERO) {}
    asked
}

fn ask(client: &mut polling::Client, answers: &mut polling::Answers<()>, which: u8, n: u32) {
    fn told<T>(result: Result<T, Error>) {
        if let Err(error) = result {
            assert!(!error.to_string().is_empty());
        }
    }
    macro_rules! run {
        ($operation:ident $(::<$type:ty>)? ($($argument:expr),*)) => {
            answers.add(
                client.$operation$(::<$type>)?($($argument),*).expect("few are outstanding"),
                told,
            )
        };
    }
    match which {
        216.. => run!(refresh(&Mirror::new())),
        _ => operation!(run, which, n),
    }
}

/// Plays the script with a client that blocks; returns how many operations there were.
fn block(mut client: blocking::Client, world: &World) -> usize {
    let mut asked = 0;
    while let Some(step) = world.next() {
        let Step::Ask(which, n) = step else {
            continue;
        };
        macro_rules! run {
            ($operation:ident $(::<$type:ty>)? ($($argument:expr),*)) => {
                client.$operation$(::<$type>)?($($argument),*).map(drop)
            };
        }
        let ended = match which {
            200..=215 => run!(next_event(Duration::ZERO)),
            216.. => run!(refresh(&mut Mirror::new())),
            _ => operation!(run, which, n),
        };
        if let Err(error) = ended {
            assert!(!error.to_string().is_empty());
        }
        asked += 1;
    }
    asked
}
