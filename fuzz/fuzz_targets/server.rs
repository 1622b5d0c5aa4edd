//! Whatever clients send to a server, and however they read: no panic; each is answered in the order
//! of its requests and with frames; what the server holds is bounded; and when all have gone, it
//! ends and nothing is left.
//!
//! Input: steps of up to four clients of a whole server with the demo game. The clock is the
//! script's.
#![no_main]

use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use libfuzzer_sys::fuzz_target;
use tokio::io::{AsyncRead, AsyncWriteExt, ReadBuf};
use tokio::time::{sleep, timeout};
use tp_frames::{DecodeOptions, EncodeOptions, Packet, RawFrame, Version, game};
use tp_fuzz::{Held, Input, KINDS, encode};
use tp_game::{Game, PasswordCost};
use tp_net::client::{AsyncConnector, AsyncStream};
use tp_net::server::{MemoryConnector, Server};
use tp_net::transport::Url;

/// What a server may hold for each byte that came, if these are few.
const PER_BYTE: usize = 16;
/// And for each connection: replies that nobody reads, and one that is whole before that is known.
const PER_CONNECTION: usize = (1 << 20) + (256 << 10);
/// And by itself: the game, buffers of the thread, the runtime.
const BY_ITSELF: usize = 1 << 20;
/// What it may hold whatever came, as its limits say, and with 64 KiB for each connection.
const AT_MOST: usize = (64 << 20) + CLIENTS * (64 << 10);
/// When a server has ended at the latest: it waits 5 seconds for what was begun.
const END: Duration = Duration::from_secs(6);
const CLIENTS: usize = 4;

fuzz_target!(|bytes: &[u8]| {
    let held = Held::new();
    let sent = tp_fuzz::time::run(play(Input::new(bytes)));
    let bound = PER_BYTE * sent + CLIENTS * PER_CONNECTION + BY_ITSELF;
    held.judge(bound.min(AT_MOST), sent);
});

/// Plays the script; returns how many bytes were sent.
async fn play(mut input: Input) -> usize {
    // A hash takes 19 MiB otherwise.
    let game = Game::builder().password_cost(PasswordCost::LEAST);
    let game = game.extent(1, 2).build();
    let server = Server::builder().start_in_memory(game.clone()).await;
    let server = server.expect("the game's types are good");
    let mut clients: [Option<Client>; CLIENTS] = Default::default();
    let (mut current, mut sent) = (0, 0);
    while !input.is_empty() {
        let step = input.byte() % 12;
        if step == 0 {
            current = usize::from(input.byte()) % clients.len();
        }
        let client = match &mut clients[current] {
            Some(client) => client,
            none => none.insert(Client::open(server.connector()).await),
        };
        match step {
            0 => client.is_deaf = false,
            1..=3 => {
                let kind = KINDS[usize::from(input.byte()) % KINDS.len()];
                client.ask(kind, &input.bytes()).await;
            }
            4 => {
                let kind = input.short().into();
                client.ask(kind, &input.many_bytes()).await;
            }
            5 => client.send(input.many_bytes()).await,
            6 => {
                // So that a script can begin behind it.
                client.version = game::VERSIONS[usize::from(input.byte()) % 2];
                let string = "fuzz".into();
                client.request(&game::Connect { string }).await;
                let name = ["guest", "alice", "bob", "eve"][usize::from(input.byte()) % 4];
                let (username, password) = (name.into(), name.into());
                client.request(&game::Login { username, password }).await;
            }
            7 => {
                let last = client.last.clone();
                for _ in 0..input.byte() {
                    client.send(last.clone()).await;
                }
            }
            8 => sleep(Duration::from_millis(1 << (input.byte() % 24))).await,
            9 => client.is_deaf = true,
            10 => client.is_padded = input.byte() % 2 == 1,
            _ => {
                let (shut, stream) = (input.byte() % 2 == 1, &mut client.stream);
                if shut {
                    // What is left can still be read.
                    let _ = timeout(Duration::from_secs(1), stream.shutdown()).await;
                } else {
                    sent += client.sent;
                    clients[current] = None;
                }
            }
        }
        // Everybody does what can be done.
        sleep(Duration::from_millis(1)).await;
        for client in clients.iter_mut().flatten() {
            client.read();
        }
    }
    let connector = server.connector();
    sent += clients.iter().flatten().map(|it| it.sent).sum::<usize>();
    drop(clients);
    timeout(END, server.shutdown())
        .await
        .expect("a server ends");
    assert!(open(connector).await.is_err(), "it lets nobody in any more");
    sent
}

async fn open(connector: MemoryConnector) -> std::io::Result<Box<dyn AsyncStream>> {
    let url: Url = "tp://game".parse().expect("a URL");
    connector.open(&url, Duration::from_secs(1)).await
}

/// A client, and what it has seen.
struct Client {
    stream: Box<dyn AsyncStream>,
    version: Version,
    is_padded: bool,
    /// It does not read what it is sent.
    is_deaf: bool,
    next: u32,
    /// What was sent last, and how many bytes were sent.
    last: Bytes,
    sent: usize,
    /// What was sent and is no frame yet.
    asking: BytesMut,
    /// The numbers of requests, without those that are answered.
    asked: Vec<u32>,
    /// What came and is no frame yet.
    unread: BytesMut,
    /// One side has said what is no frame: all that follows may be words.
    is_strange: bool,
}

impl Client {
    async fn open(connector: MemoryConnector) -> Self {
        Self {
            stream: open(connector).await.expect("few are open"),
            version: game::TP04,
            is_padded: false,
            is_deaf: false,
            next: 1,
            last: Bytes::new(),
            sent: 0,
            asking: BytesMut::new(),
            asked: Vec::new(),
            unread: BytesMut::new(),
            is_strange: false,
        }
    }

    async fn request<P: Packet>(&mut self, packet: &P) {
        let mut body = BytesMut::new();
        packet
            .encode_body(self.version, &mut body)
            .expect("a short one");
        self.ask(P::TYPE, &body).await;
    }

    async fn ask(&mut self, kind: u32, bytes: &[u8]) {
        let options = EncodeOptions::new(self.version).padded(self.is_padded);
        let frame = encode(options, self.next, kind, bytes);
        self.next += 1;
        self.send(frame).await;
    }

    async fn send(&mut self, bytes: Bytes) {
        self.asking.extend_from_slice(&bytes);
        loop {
            match RawFrame::take(&mut self.asking, &DecodeOptions::default()) {
                Ok(Some(raw)) => self.asked.push(raw.header.sequence),
                Ok(None) => break,
                Err(_) => {
                    self.is_strange = true;
                    break;
                }
            }
        }
        // A server that waits for us to read takes nothing.
        let written = timeout(Duration::from_millis(10), self.stream.write_all(&bytes));
        if !matches!(written.await, Ok(Ok(()))) {
            self.is_strange = true;
        }
        self.sent += bytes.len();
        self.last = bytes;
    }

    /// Reads what is there.
    fn read(&mut self) {
        if self.is_deaf {
            return;
        }
        let mut context = Context::from_waker(Waker::noop());
        let mut room = [0; 4096];
        loop {
            let mut buffer = ReadBuf::new(&mut room);
            let read = Pin::new(&mut self.stream).poll_read(&mut context, &mut buffer);
            if !matches!(read, std::task::Poll::Ready(Ok(()))) || buffer.filled().is_empty() {
                break;
            }
            self.unread.extend_from_slice(buffer.filled());
            self.take();
        }
    }

    fn take(&mut self) {
        while !self.is_strange {
            match RawFrame::take(&mut self.unread, &DecodeOptions::default()) {
                Ok(Some(raw)) => self.answered(raw.header.sequence),
                Ok(None) => return,
                Err(error) => {
                    // To who is too old for a Fail.
                    assert!(self.unread.starts_with(b"This server speaks "), "{error}");
                    self.is_strange = true;
                }
            }
        }
        self.unread.clear();
    }

    /// Answers come in the order asked; 0 is what nobody asked for.
    fn answered(&mut self, sequence: u32) {
        if sequence != 0 {
            let place = self.asked.iter().position(|asked| *asked == sequence);
            let place = place.unwrap_or_else(|| panic!("an answer to {sequence}, never asked"));
            self.asked.drain(..place);
        }
    }
}
