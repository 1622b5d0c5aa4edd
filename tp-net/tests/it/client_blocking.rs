//! How the blocking client deals with its socket.

use std::io::{self, ErrorKind};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use tp_frames::{Header, game};
use tp_net::blocking::Client;
use tp_net::transport::{Connector, Stream, Url};
use tp_net::{Event, Options};

use crate::any_client::{APIS, AnyClient, ask};
use crate::peer::{PATIENCE, Peer, fail, frame, okay, options, time_remaining, turn_remaining};

/// What was done with the stream of a connection.
#[derive(Default)]
struct Calls {
    writes: AtomicUsize,
    reads: AtomicUsize,
    waits: AtomicUsize,
    waiting_reads: AtomicUsize,
}

impl Calls {
    /// Each of the four, as they stand here.
    fn all(&self) -> [usize; 4] {
        let all = [&self.writes, &self.reads, &self.waits, &self.waiting_reads];
        all.map(|it| it.load(SeqCst))
    }
}

/// A stream over TCP that tells what is done with it.
struct Watched {
    below: Box<dyn Stream>,
    calls: Arc<Calls>,
    /// Every other call is interrupted, as by signals.
    interrupted: bool,
    next: bool,
}

impl Watched {
    fn called(&mut self, calls: impl FnOnce(&Calls) -> &AtomicUsize) -> io::Result<()> {
        calls(&self.calls).fetch_add(1, SeqCst);
        self.next = !self.next;
        match self.interrupted && self.next {
            true => Err(ErrorKind::Interrupted.into()),
            false => Ok(()),
        }
    }
}

impl Stream for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.called(|calls| &calls.reads)?;
        self.below.read(buffer)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.called(|calls| &calls.writes)?;
        self.below.write(bytes)
    }

    fn wait(&mut self, write: bool, timeout: Option<Duration>) -> io::Result<()> {
        self.calls.waits.fetch_add(1, SeqCst);
        self.below.wait(write, timeout)
    }

    fn wait_and_read(
        &mut self,
        buffer: &mut [u8],
        write: bool,
        timeout: Option<Duration>,
    ) -> io::Result<usize> {
        self.called(|calls| &calls.waiting_reads)?;
        self.below.wait_and_read(buffer, write, timeout)
    }

    fn socket(&self) -> Option<&TcpStream> {
        self.below.socket()
    }
}

struct Watching {
    options: Options,
    calls: Arc<Calls>,
    interrupted: bool,
}

impl Connector for Watching {
    fn open(&self, url: &Url, timeout: Duration) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(Watched {
            below: self.options.dialer().open(url, timeout)?,
            calls: Arc::clone(&self.calls),
            interrupted: self.interrupted,
            next: false,
        }))
    }
}

fn watched(peer: &Peer, interrupted: bool) -> (Client, Arc<Calls>) {
    let calls = Arc::<Calls>::default();
    let connector = Watching {
        options: options(),
        calls: Arc::clone(&calls),
        interrupted,
    };
    let client = Client::connect_with(peer.address(), options(), connector).unwrap();
    (client, calls)
}

#[test]
fn a_request_is_one_write_and_one_read() {
    let peer = Peer::greeting(|line| {
        for _ in 0..10 {
            line.answer::<game::GetTimeRemaining>(time_remaining(1));
        }
        line.expect_end();
    });
    let (mut client, calls) = watched(&peer, false);
    let [writes, reads, waits, waiting_reads] = calls.all();
    for _ in 0..10 {
        client.time_remaining().unwrap();
    }
    let expected = [writes + 10, reads, waits, waiting_reads + 10];
    assert_eq!(calls.all(), expected);
    client.disconnect();
}

#[test]
fn signals_end_nothing() {
    let peer = Peer::greeting(|line| {
        for _ in 0..3 {
            line.answer::<game::GetTimeRemaining>(time_remaining(1));
        }
        line.expect_end();
    });
    let (mut client, _) = watched(&peer, true);
    for _ in 0..3 {
        client.time_remaining().unwrap();
    }
    client.disconnect();
}

#[test]
fn an_answer_may_come_a_byte_at_a_time() {
    let peer = Peer::greeting(|line| {
        line.expect::<game::GetTimeRemaining>();
        for byte in line.frame(&time_remaining(7)) {
            line.send_raw(&[byte]);
            std::thread::yield_now();
        }
        line.answer::<game::GetTimeRemaining>(time_remaining(8));
        line.expect_end();
    });
    let mut client = Client::connect(peer.address(), options()).unwrap();
    assert_eq!(client.time_remaining().unwrap().time, 7);
    assert_eq!(client.time_remaining().unwrap().time, 8);
    client.disconnect();
}

#[test]
fn what_came_before_it_was_asked_for_is_there_without_waiting() {
    let peer = Peer::greeting(|line| {
        line.expect::<game::GetTimeRemaining>();
        line.send_raw(&frame(game::TP04, 0, &turn_remaining(4)));
        line.reply(turn_remaining(4));
        // It has all of that when it asks the next thing.
        line.expect::<game::GetTimeRemaining>();
        line.reply(turn_remaining(5));
        line.send_raw(&frame(game::TP04, 0, &turn_remaining(5)));
        line.expect_end();
    });
    let mut client = Client::connect(peer.address(), options()).unwrap();
    client.time_remaining().unwrap();
    let event = client.next_event(Duration::ZERO).unwrap().unwrap();
    assert!(matches!(event, Event::TurnTime(it) if it.turn == Some(4)));
    assert_eq!(client.next_event(Duration::ZERO).unwrap(), None);
    client.time_remaining().unwrap();
    // A change of turns, and the frame that tells it, which may still be on its way.
    for _ in 0..2 {
        assert!(client.next_event(PATIENCE).unwrap().is_some());
    }
    client.disconnect();
}

#[test]
fn time_is_kept_while_nothing_comes() {
    let peer = Peer::greeting(|line| {
        // Nobody asks for it.
        line.answer::<game::Ping>(okay(""));
        line.send_raw(&frame(game::TP04, 0, &turn_remaining(1)));
        line.expect_end();
    });
    let options = options().keep_alive(Some(Duration::from_secs(1)));
    let mut client = Client::connect(peer.address(), options).unwrap();
    assert!(client.next_event(PATIENCE).unwrap().is_some());
    client.disconnect();
}

/// More bytes than all buffers of a connection take.
const MUCH: usize = 12 << 20;

#[test]
fn both_sides_may_say_more_at_once_than_the_connection_holds() {
    for api in APIS {
        eprintln!("{api:?}");
        let peer = Peer::greeting(|line| {
            let header = line.take_raw(Header::SIZE);
            let header = Header::from_bytes(header.first_chunk().unwrap()).unwrap();
            // It does not read on before it has said all of this.
            let told = game::Board {
                description: vec![b'x'; 64 << 10].into(),
                ..Default::default()
            };
            let told = frame(game::TP04, 0, &told);
            for _ in 0..MUCH / told.len() {
                line.send_raw(&told);
            }
            line.send_raw(&frame(game::TP04, header.sequence, &fail(0)));
            line.read_to_end();
        });
        let mut client = AnyClient::connect(api, peer.address(), options()).unwrap();
        // Many requests, none of which waits for the answer to another.
        let ids: Vec<u32> = (0..3 << 20).collect();
        assert!(ask!(client, players(ids)).unwrap_err().is_refused());
    }
}
