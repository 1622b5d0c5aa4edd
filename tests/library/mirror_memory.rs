//! A mirror of a game takes little more memory than the same packets in plain vectors, also while
//! it is refreshed.
//!
//! What the server sends is recorded and played again without a server, so that only the client is
//! measured. One test in a program of its own, since the allocator counts for all threads.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
#![allow(clippy::arithmetic_side_effects)]

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::BytesMut;
use peak_alloc::PeakAlloc;
use tp_frames::game::{self, Frame};
use tp_frames::{AnyFrame, DecodeOptions, RawFrame, Version};
use tp_net::blocking::Client;
use tp_net::mirror::Mirror;
use tp_net::model::Object;
use tp_net::transport::{Connector, Dialer, Stream, Url};
use tp_net::{Options, Versions};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// What a server has sent, in pieces, each with how much the client had sent before.
type Recording = Arc<Mutex<Vec<(usize, Vec<u8>)>>>;

struct Recorder {
    dialer: Dialer,
    recording: Recording,
}

impl Connector for Recorder {
    fn open(&self, url: &Url, timeout: Duration) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(Recorded {
            stream: self.dialer.open(url, timeout)?,
            sent: 0,
            recording: Arc::clone(&self.recording),
        }))
    }
}

struct Recorded {
    stream: Box<dyn Stream>,
    sent: usize,
    recording: Recording,
}

impl Stream for Recorded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        let piece = (self.sent, buffer[..count].to_vec());
        self.recording.lock().unwrap().push(piece);
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.stream.write(bytes)?;
        self.sent += count;
        Ok(count)
    }

    fn wait(&mut self, write: bool, timeout: Option<Duration>) -> io::Result<()> {
        self.stream.wait(write, timeout)
    }
}

struct Player {
    recording: Recording,
}

impl Connector for Player {
    fn open(&self, _: &Url, _: Duration) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(Played {
            sent: 0,
            next: 0,
            at: 0,
            recording: Arc::clone(&self.recording),
        }))
    }
}

struct Played {
    sent: usize,
    /// The next piece, and how much of it was read.
    next: usize,
    at: usize,
    recording: Recording,
}

impl Stream for Played {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let recording = self.recording.lock().unwrap();
        let Some((after, piece)) = recording.get(self.next).filter(|it| it.0 <= self.sent) else {
            return Err(io::ErrorKind::WouldBlock.into());
        };
        let rest = &piece[self.at..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        if self.at == piece.len() {
            (self.next, self.at) = (self.next + 1, 0);
        }
        assert!(*after <= self.sent);
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sent += bytes.len();
        Ok(bytes.len())
    }

    fn wait(&mut self, _: bool, _: Option<Duration>) -> io::Result<()> {
        Ok(())
    }
}

/// Every thing that was sent between two refreshes, as it came, in plain vectors.
#[derive(Default)]
struct Plain {
    objects: Vec<game::Object>,
    object_descs: Vec<game::ObjectDesc>,
    order_descs: Vec<game::OrderDesc>,
    queues: Vec<game::OrderQueue>,
    orders: Vec<game::Order>,
    boards: Vec<game::Board>,
    messages: Vec<game::Message>,
    designs: Vec<game::Design>,
    players: Vec<game::Player>,
    resources: Vec<game::Resource>,
    categories: Vec<game::Category>,
    components: Vec<game::Component>,
    properties: Vec<game::Property>,
}

impl Plain {
    fn of(pieces: &[(usize, Vec<u8>)]) -> Self {
        let mut plain = Self::default();
        let mut bytes = BytesMut::new();
        pieces
            .iter()
            .for_each(|(_, piece)| bytes.extend_from_slice(piece));
        let options = DecodeOptions::default();
        while let Some(frame) = RawFrame::take(&mut bytes, &options).unwrap() {
            match Frame::decode(&frame, &options).unwrap().0 {
                Frame::Object(it) => plain.objects.push(it),
                Frame::ObjectDesc(it) => plain.object_descs.push(it),
                Frame::OrderDesc(it) => plain.order_descs.push(it),
                Frame::OrderQueue(it) => plain.queues.push(it),
                Frame::Order(it) => plain.orders.push(it),
                Frame::Board(it) => plain.boards.push(it),
                Frame::Message(it) => plain.messages.push(it),
                Frame::Design(it) => plain.designs.push(it),
                Frame::Player(it) => plain.players.push(it),
                Frame::Resource(it) => plain.resources.push(it),
                Frame::Category(it) => plain.categories.push(it),
                Frame::Component(it) => plain.components.push(it),
                Frame::Property(it) => plain.properties.push(it),
                _ => {}
            }
        }
        plain.objects.shrink_to_fit();
        plain.queues.shrink_to_fit();
        plain.orders.shrink_to_fit();
        plain
    }
}

fn connect(version: Version, connector: Arc<dyn Connector>, address: &str) -> Client {
    let options = Options::default().versions(Versions::only(version));
    Client::connect_with(address, options, connector).unwrap()
}

/// What a client does: a download, and a refresh after a turn.
fn check(version: Version) {
    // The stars of 10 galaxies and their planets.
    let game = tp_game::Game::builder().seed(1).extent(10, 200).build();
    let game = game.serve("127.0.0.1:0").unwrap();
    let address = game.local_addr().to_string();
    let recording = Recording::default();
    let recorder = Arc::new(Recorder {
        dialer: Options::default().dialer(),
        recording: Arc::clone(&recording),
    });
    let mut client = connect(version, recorder, &address);
    client.login("guest", "guest").unwrap();
    let mut mirror = Mirror::new();
    client.refresh(&mut mirror).unwrap();
    let first = recording.lock().unwrap().len();
    game.game().end_turn();
    client.refresh(&mut mirror).unwrap();
    drop((client, mirror));
    game.shutdown();

    let before = ALLOCATED.current_usage();
    let plain = Plain::of(&recording.lock().unwrap()[..first]);
    let plain_size = ALLOCATED.current_usage() - before;
    drop(plain);

    let player = Arc::new(Player {
        recording: Arc::clone(&recording),
    });
    let mut client = connect(version, player, &address);
    client.login("guest", "guest").unwrap();
    let mut mirror = Mirror::new();
    ALLOCATED.reset_peak_usage();
    let before = ALLOCATED.current_usage();
    let changes = client.refresh(&mut mirror).unwrap();
    let count = mirror.objects().len();
    drop(changes);
    let download = ALLOCATED.peak_usage() - before;
    let size = ALLOCATED.current_usage() - before;
    ALLOCATED.reset_peak_usage();
    let changed = client.refresh(&mut mirror).unwrap().objects.changed.len();
    let refresh = ALLOCATED.peak_usage() - before;
    drop(client);

    let before = ALLOCATED.current_usage();
    let objects: Vec<Object> = mirror.objects().iter().collect();
    let decoded = ALLOCATED.current_usage() - before;
    println!("{version}: bytes of memory for {count} objects and all else there is");
    println!("  as packets in vectors  {plain_size}, objects decoded {decoded}");
    println!("  in a mirror            {size}, {download} at most while it is downloaded");
    println!("  in a refresh, at most  {refresh}, when {changed} objects have changed");
    assert!(objects.len() > 5_000 && changed > 0);
    for used in [size, download, refresh] {
        assert!(used * 2 <= plain_size * 3, "{used} for {plain_size}");
    }
}

#[test]
fn a_mirror_takes_at_most_half_as_much_again_as_its_packets() {
    for &version in game::VERSIONS {
        check(version);
    }
}
