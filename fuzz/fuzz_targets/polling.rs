//! Whatever a server sends, and whenever, through a tunnel or not: no panic, every ticket of the
//! polling client gets one answer, each call of it and of the blocking one comes back in its time, and
//! what they hold is in proportion to what came. The clock is the script's.
//!
//! Input: one byte for the options, then steps of the user and of the server. A blocking call, and
//! whoever else waits, has the server go on with its steps until something comes or the time is over.
#![no_main]

use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use tp_fuzz::{Answers, Held, Input, Server, Wire, client, operation, time};
use tp_net::mirror::Mirror;
use tp_net::transport::{Connector, Layered, Proxies, Stream, Url, fuzzing};
use tp_net::{Error, blocking, polling};

/// What one call that does not wait may read: what has come of an answer may have something asked
/// behind it, so twice 16 buffers, and a handshake before each, which has smaller ones.
const PER_CALL: usize = 2 * (16 + 2) * (64 << 10);

fuzz_target!(|bytes: &[u8]| {
    let held = Held::new();
    time::begin();
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
        falls_silent: options & 0x20 != 0,
    };
    let client_options = client::options(options >> 2, options & 0x40 != 0);
    let client = in_time(1, || {
        blocking::Client::connect_with("tp://game.example", client_options, world.clone())
    });
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
    held.judge(client::may_hold(received, operations), received);
});

/// Does what is so many operations, one after another, and ends.
fn in_time<T>(operations: u32, run: impl FnOnce() -> T) -> T {
    let began = time::now();
    let outcome = run();
    let took = time::now() - began;
    assert!(took <= client::END * operations, "it took {took:?}");
    outcome
}

/// The server, and what is left of the script.
#[derive(Clone)]
struct World {
    server: Server,
    script: Arc<Mutex<Input>>,
    in_tunnel: bool,
    /// At the end of the script, it does not hang up.
    falls_silent: bool,
}

/// A step of the user.
enum Step {
    /// An operation is asked.
    Ask(u8, u32),
    /// Nothing is for so long.
    Pause(Duration),
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
        let millisecond = Duration::from_millis(1);
        Some(match step {
            0..Server::STEPS => {
                self.server.step(step, &mut script);
                Step::Pause(millisecond)
            }
            8..=10 => Step::Ask(script.byte(), script.byte().into()),
            _ => Step::Pause(millisecond * (1 << (script.byte() % 22))),
        })
    }

    /// Says nothing more, and listens to nobody.
    fn end(&self) {
        match self.falls_silent {
            true => self.server.fall_silent(),
            false => self.server.end(),
        }
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

    fn clock(&self) -> fn() -> Instant {
        time::now
    }

    fn sleep(&self, pause: Duration) {
        time::pass(pause);
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

    fn wait(&mut self, _: bool, timeout: Option<Duration>) -> io::Result<()> {
        let end = timeout.map(|timeout| time::now() + timeout);
        loop {
            self.world.server.listen();
            let left = end.map(|end| end.saturating_duration_since(time::now()));
            if self.wire.has_input() || left == Some(Duration::ZERO) {
                return Ok(());
            }
            let pause = match self.world.next() {
                Some(Step::Pause(pause)) => pause,
                Some(Step::Ask(..)) => Duration::ZERO,
                None => {
                    self.world.end();
                    match self.wire.has_input() {
                        true => Duration::ZERO,
                        false => left.expect("who is silent is not waited for without end"),
                    }
                }
            };
            time::pass(left.map_or(pause, |left| left.min(pause)));
        }
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
        answered += u32::from(is_there);
        is_there
    };
    while let Some(step) = world.next() {
        match step {
            Step::Ask(which, n) => {
                ask(&mut client, &mut answers, which, n);
                asked += 1;
            }
            Step::Pause(pause) => time::pass(pause),
        }
        while poll(&mut client, &mut answers) {}
    }
    world.end();
    // One begins when those before it have sent all they will.
    in_time(asked, || {
        while !answers.is_empty() {
            let before = world.server.delivered();
            while poll(&mut client, &mut answers) {}
            if world.server.delivered() == before && !answers.is_empty() {
                time::pass(client.next_timeout().expect("each has a limit"));
            }
        }
    });
    assert_eq!((answered, client.outstanding()), (asked, 0));
    while let Ok(Some(_)) = client.next_event(Duration::ZERO) {}
    asked as usize
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
        let (which, n) = match step {
            Step::Ask(which, n) => (which, n),
            Step::Pause(pause) => {
                time::pass(pause);
                continue;
            }
        };
        macro_rules! run {
            ($operation:ident $(::<$type:ty>)? ($($argument:expr),*)) => {
                client.$operation$(::<$type>)?($($argument),*).map(drop)
            };
        }
        let ended = in_time(1, || match which {
            184..=199 => run!(wait_for_turn(Duration::from_secs(60))),
            200..=207 => run!(next_event(Duration::ZERO)),
            208..=215 => run!(next_event(Duration::from_secs(60))),
            216.. => run!(refresh(&mut Mirror::new())),
            _ => operation!(run, which, n),
        });
        if let Err(error) = ended {
            assert!(!error.to_string().is_empty());
        }
        asked += 1;
    }
    asked
}
