//! A peer that stalls at every byte of the handshake, in the same thread as the polling client:
//! if a call waited for the peer, nothing would ever go on. And one that says a byte now and then for
//! ever, to every client.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use tp_frames::{DecodeOptions, Packet, RawFrame, Version, game};
use tp_net::polling::Client;
use tp_net::transport::Layer;

use super::*;
use crate::client_limits::ends;
use crate::peer::{PATIENCE, frame, options};
use crate::proxy::Listening;

/// The peer: its layer, its end of the connection, and what it was told.
struct Dripping {
    layer: Box<dyn Layer>,
    socket: TcpStream,
    told: Vec<u8>,
}

impl Dripping {
    fn accept(listener: &TcpListener, identity: &Identity) -> Self {
        // The system has accepted already: the client says that it is connected.
        let (socket, _) = listener.accept().unwrap();
        Self::new(socket, identity)
    }

    fn new(socket: TcpStream, identity: &Identity) -> Self {
        socket.set_nonblocking(true).unwrap();
        socket.set_nodelay(true).unwrap();
        Self {
            layer: identity.layer().unwrap(),
            socket,
            told: Vec::new(),
        }
    }

    /// Takes what has come, and lets one byte of what is to be said pass. Whether there was one.
    fn drip(&mut self) -> bool {
        self.let_pass(1).unwrap()
    }

    /// As [`drip`](Self::drip), and as many bytes as this at most.
    fn let_pass(&mut self, most: usize) -> io::Result<bool> {
        let mut buffer = [0; 4096];
        match self.socket.read(&mut buffer) {
            Ok(count) => self
                .layer
                .receive(&buffer[..count], &mut self.told)
                .map_err(io::Error::other)?,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        let output = self.layer.output();
        let count = output.len().min(most);
        self.socket.write_all(&output[..count])?;
        self.layer.written(count);
        Ok(count > 0)
    }

    /// Says `start`, and then `piece` again and again, `most` bytes at a time, until the client has gone.
    fn go_on(&mut self, start: &[u8], piece: &[u8], most: usize) -> io::Result<()> {
        while !self.layer.is_ready() {
            self.let_pass(most)?;
            std::thread::sleep(Duration::from_millis(1));
        }
        let mut next = start;
        loop {
            if !self.let_pass(most)? {
                self.layer.send(next).map_err(io::Error::other)?;
                next = piece;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn say<P: Packet>(&mut self, version: Version, sequence: u32, packet: &P) {
        let bytes = frame(version, sequence, packet);
        assert_eq!(self.layer.send(&bytes).unwrap(), bytes.len());
    }
}

fn client(listener: &TcpListener, identity: &Identity) -> Client {
    let url = format!("tps://{}", listener.local_addr().unwrap());
    let options = options().trust(Trust::pinned([identity.fingerprint()]));
    let mut client = Client::connect(url, options).unwrap();
    // Opening has a thread of its own, which has no time to keep.
    let started = Instant::now();
    while client.socket().is_none() {
        assert!(client.poll().is_none() && client.error().is_none());
        assert!(started.elapsed() < PATIENCE, "no connection");
        std::thread::yield_now();
    }
    client
}

#[test]
fn polling_goes_on_at_every_byte_of_the_handshake() {
    let (identity, _folder) = identity();
    let (listener, _) = listener();
    let mut client = client(&listener, &identity);
    let connected = client.connected().unwrap();
    let mut peer = Dripping::accept(&listener, &identity);
    let started = Instant::now();
    let mut dripped = 0;
    let version = loop {
        assert!(started.elapsed() < PATIENCE, "nothing goes on");
        // Both before and after each byte; more calls than bytes.
        for _ in 0..3 {
            assert!(client.poll().is_none());
            if !peer.layer.is_ready() {
                assert!(client.wants_read());
                // What waits is said, so there is no reason to run in circles.
                assert!(!client.wants_write());
            }
        }
        dripped += usize::from(peer.drip());
        let mut told = BytesMut::from(&peer.told[..]);
        if let Some(frame) = RawFrame::take(&mut told, &DecodeOptions::default()).unwrap() {
            assert_eq!(frame.header.r#type, game::Connect::TYPE);
            break frame.header.version;
        }
    };
    assert!(
        dripped > 500,
        "a certificate and more, byte by byte: {dripped}"
    );

    peer.say(version, 1, &game::Okay::default());
    let mut answer = loop {
        assert!(started.elapsed() < PATIENCE, "nothing goes on");
        if let Some(answer) = client.poll() {
            break answer;
        }
        peer.drip();
    };
    assert_eq!(answer.redeem(&connected).unwrap().unwrap(), version);
}

#[test]
fn a_peer_that_hangs_up_at_any_byte_of_the_handshake_is_told_so() {
    let (identity, _folder) = identity();
    let (listener, _) = listener();
    // Enough of them to meet each kind of message, at its start, inside it and at its end.
    for bytes in (0..700).step_by(23) {
        let mut client = client(&listener, &identity);
        let connected = client.connected().unwrap();
        let mut peer = Dripping::accept(&listener, &identity);
        let started = Instant::now();
        let mut dripped = 0;
        while dripped < bytes {
            assert!(client.poll().is_none());
            dripped += usize::from(peer.drip());
            assert!(started.elapsed() < PATIENCE, "nothing goes on");
        }
        assert!(!peer.layer.is_ready());
        drop(peer);
        let mut answer = loop {
            if let Some(answer) = client.poll() {
                break answer;
            }
            assert!(started.elapsed() < PATIENCE, "nothing goes on");
            std::thread::yield_now();
        };
        let error = answer.redeem(&connected).unwrap().unwrap_err();
        let Some(TransportError::Interrupted { during, .. }) = error.transport() else {
            panic!("after {bytes} bytes: {error}")
        };
        assert_eq!(*during, "TLS handshake");
    }
}

/// It takes longer than is waited: a byte has a millisecond, and there are more than 500.
const HANDSHAKE: &str = "a handshake by the byte";

#[test]
fn whatever_drips_through_tls_connecting_ends() {
    let (identity, _folder) = identity();
    let fingerprint = identity.fingerprint();
    let identity = Arc::new(identity);
    let frame = b"TP\x04\0\0\0\0\x01\0\0\0\0\0\x10\0\0";
    for (what, start, most) in [
        (HANDSHAKE, &b""[..], 1),
        ("a greeting by the byte", frame, usize::MAX),
    ] {
        let identity = Arc::clone(&identity);
        let peer = Listening::start(move |socket| {
            let mut peer = Dripping::new(socket, &identity);
            std::thread::spawn(move || peer.go_on(start, b"x", most));
        });
        for api in APIS {
            let url = encrypted(peer.address);
            let options = Options::default()
                .trust(Trust::pinned([fingerprint]))
                .connect_timeout(Duration::from_millis(200))
                .greeting_timeout(Duration::from_millis(200));
            let ended = ends(what, move || {
                let connected = AnyClient::connect(api, url, options);
                connected.and_then(|mut client| ask!(client, features()))
            });
            let error = ended.expect_err(what);
            let is_cut = error.is_disconnected() && error.is_timeout();
            assert!(is_cut, "{what}, {api:?}: {error}");
            let is_over = matches!(error, Error::NotGreeted { .. });
            assert!(!is_over || what != HANDSHAKE, "{api:?}: {error}");
        }
    }
}
