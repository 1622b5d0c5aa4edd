//! Traffic over loopback, written down as it passes.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use bytes::BytesMut;
use serde_json::{Value, json};
use tp_frames::{DecodeOptions, RawFrame};
use tp_tests::Protocol;

/// A hang guard.
const PATIENCE: Duration = Duration::from_secs(60);

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    ToServer,
    ToClient,
}

/// Bytes that went one way.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) way: Way,
    pub(crate) bytes: Vec<u8>,
}

impl Said {
    pub(crate) fn new(way: Way, bytes: &[u8]) -> Self {
        Self {
            way,
            bytes: bytes.to_vec(),
        }
    }

    pub(crate) fn to_server(bytes: &[u8]) -> Self {
        Self::new(Way::ToServer, bytes)
    }

    pub(crate) fn to_client(bytes: &[u8]) -> Self {
        Self::new(Way::ToClient, bytes)
    }
}

/// A frame of a protocol, by the names of its packet and fields.
pub(crate) fn frame(protocol: &str, name: &str, fields: Value, sequence: u32) -> Vec<u8> {
    let frame = json!({ "name": name, "fields": fields });
    (Protocol::named(protocol).encode)(&frame, sequence).unwrap()
}

/// Sends `script` over a connection of its own, and gives what arrived at the other end.
pub(crate) fn carry(script: &[Said]) -> Vec<Said> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    for end in [&client, &server] {
        end.set_read_timeout(Some(PATIENCE)).unwrap();
        end.set_nodelay(true).unwrap();
    }
    let mut arrived = Vec::new();
    for said in script {
        let (mut from, mut to) = match said.way {
            Way::ToServer => (&client, &server),
            Way::ToClient => (&server, &client),
        };
        // A socket takes so much before anybody reads.
        for part in said.bytes.chunks(8192) {
            from.write_all(part).unwrap();
            let mut bytes = vec![0; part.len()];
            to.read_exact(&mut bytes).unwrap();
            arrived.push(Said {
                way: said.way,
                bytes,
            });
        }
    }
    arrived
}

/// Passes one connection on to a server and writes down what is said.
pub(crate) struct Recorder {
    pub(crate) address: SocketAddr,
    said: Arc<Mutex<Vec<Said>>>,
    thread: thread::JoinHandle<()>,
}

impl Recorder {
    /// In front of `server`.
    pub(crate) fn start(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&said);
        let thread = thread::spawn(move || {
            let (client, _) = listener.accept().unwrap();
            let server = TcpStream::connect(server).unwrap();
            let up = (client.try_clone().unwrap(), server.try_clone().unwrap());
            let up_log = Arc::clone(&log);
            let up = thread::spawn(move || pass_on(up.0, up.1, Way::ToServer, &up_log));
            pass_on(server, client, Way::ToClient, &log);
            up.join().unwrap();
        });
        Self {
            address,
            said,
            thread,
        }
    }

    /// What was said, when both ends have closed.
    pub(crate) fn finish(self) -> Vec<Said> {
        self.thread.join().unwrap();
        std::mem::take(&mut self.said.lock().unwrap())
    }
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, way: Way, log: &Mutex<Vec<Said>>) {
    from.set_read_timeout(Some(PATIENCE)).unwrap();
    to.set_nodelay(true).unwrap();
    let mut buffer = [0; 8192];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        // Written down before it can be answered.
        log.lock().unwrap().push(Said::new(way, &buffer[..length]));
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// The same bytes in other segments: runs of one way are glued together, then cut wherever
/// `random` says.
pub(crate) fn cut(said: &[Said], random: &mut Random) -> Vec<Said> {
    let mut segments: Vec<Said> = Vec::new();
    let mut runs: Vec<Said> = Vec::new();
    for next in said {
        match runs.last_mut() {
            Some(run) if run.way == next.way => run.bytes.extend(&next.bytes),
            _ => runs.push(next.clone()),
        }
    }
    for run in runs {
        let mut rest = &run.bytes[..];
        while !rest.is_empty() {
            // Often inside a header, sometimes over several frames.
            let most = if random.below(3) == 0 { 400 } else { 24 };
            let length = (1 + random.below(most)).min(rest.len());
            let (now, later) = rest.split_at(length);
            segments.push(Said::new(run.way, now));
            rest = later;
        }
    }
    segments
}

/// Numbers without order, the same in every run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let high = usize::try_from(self.0 >> 33).unwrap();
        high % limit
    }
}

/// The whole frames in what was said, in the order in which they were complete.
pub(crate) fn frames(said: &[Said]) -> Vec<(Way, RawFrame)> {
    let mut received = [BytesMut::new(), BytesMut::new()];
    let mut whole = Vec::new();
    for next in said {
        let buffer = &mut received[usize::from(next.way == Way::ToClient)];
        buffer.extend_from_slice(&next.bytes);
        while let Some(frame) = RawFrame::take(buffer, &DecodeOptions::default()).unwrap() {
            whole.push((next.way, frame));
        }
    }
    whole
}
