//! A peer that follows a script on loopback, in a thread of its own, and never waits longer than
//! ten seconds.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use tp_frames::{DecodeOptions, EncodeOptions, Packet, Parameters, RawFrame, Version, game};
use tp_net::{Options, Versions};

use crate::any_client::{APIS, AnyClient};

/// The longest any step of a script may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Options that let a test fail rather than hang.
pub(crate) fn options() -> Options {
    Options::default()
        .client_name("test")
        .connect_timeout(Duration::from_secs(5))
        .greeting_timeout(Duration::from_secs(5))
        .reply_timeout(Some(Duration::from_secs(5)))
}

/// Dropping it waits until the script is at its end, and fails if it failed.
pub(crate) struct Peer {
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

impl Peer {
    /// Runs `script` against whoever connects.
    pub(crate) fn start(script: impl FnOnce(&mut Server) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let thread = std::thread::spawn(move || script(&mut Server { listener }));
        Self {
            address,
            thread: Some(thread),
        }
    }

    /// Runs `script` on one connection, after its greeting.
    pub(crate) fn greeting(script: impl FnOnce(&mut Line) + Send + 'static) -> Self {
        Self::start(|server| {
            let mut line = server.accept();
            line.greet();
            script(&mut line);
        })
    }

    /// Runs `script` on one connection, after its greeting and its login.
    pub(crate) fn playing(script: impl FnOnce(&mut Line) + Send + 'static) -> Self {
        Self::greeting(|line| {
            line.let_in();
            script(line);
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // A test that fails by itself has said so.
        if !std::thread::panicking()
            && let Some(Err(panic)) = self.thread.take().map(JoinHandle::join)
        {
            std::panic::resume_unwind(panic);
        }
    }
}

pub(crate) struct Server {
    listener: TcpListener,
}

impl Server {
    /// The next connection.
    pub(crate) fn accept(&mut self) -> Line {
        let started = Instant::now();
        loop {
            match self.listener.accept() {
                Ok((socket, _)) => return Line::new(socket),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    assert!(started.elapsed() < PATIENCE, "nobody connects");
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
}

/// One connection, seen from the server.
pub(crate) struct Line {
    socket: TcpStream,
    received: BytesMut,
    version: Version,
    sequence: u32,
}

impl Line {
    fn new(socket: TcpStream) -> Self {
        socket.set_nonblocking(false).unwrap();
        socket.set_nodelay(true).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.set_write_timeout(Some(PATIENCE)).unwrap();
        Self {
            socket,
            received: BytesMut::new(),
            version: game::TP04,
            sequence: 0,
        }
    }

    /// The next frame, whose version and sequence number later replies repeat.
    pub(crate) fn take(&mut self) -> RawFrame {
        self.take_or_end().expect("the client hung up")
    }

    /// As [`take`](Self::take); nothing if the client has hung up.
    pub(crate) fn take_or_end(&mut self) -> Option<RawFrame> {
        loop {
            if let Some(frame) =
                RawFrame::take(&mut self.received, &DecodeOptions::default()).unwrap()
            {
                self.version = frame.header.version;
                self.sequence = frame.header.sequence;
                return Some(frame);
            }
            let mut buffer = [0; 4096];
            let count = self.socket.read(&mut buffer).expect("the client sends");
            if count == 0 {
                return None;
            }
            self.received.extend_from_slice(&buffer[..count]);
        }
    }

    /// The next bytes, whatever they are.
    pub(crate) fn take_raw(&mut self, count: usize) -> BytesMut {
        while self.received.len() < count {
            let mut buffer = [0; 64 << 10];
            let count = self.socket.read(&mut buffer).expect("the client sends");
            assert!(count > 0, "the client hung up");
            self.received.extend_from_slice(&buffer[..count]);
        }
        self.received.split_to(count)
    }

    /// The next frame, which must be a `P`.
    #[track_caller]
    pub(crate) fn expect<P: Packet>(&mut self) -> P {
        let frame = self.take();
        assert_eq!(frame.header.r#type, P::TYPE, "{} expected", P::NAME);
        frame.decode::<P>(&DecodeOptions::default()).unwrap().0
    }

    /// Takes a `P` and answers it.
    #[track_caller]
    pub(crate) fn answer<P: Packet>(&mut self, reply: impl Packet) -> P {
        let asked = self.expect();
        self.reply(reply);
        asked
    }

    /// Takes Connect and answers it in whatever version it came.
    pub(crate) fn greet(&mut self) {
        self.answer::<game::Connect>(okay("hello"));
    }

    /// As [`greet`](Self::greet), and Connect must come in `version`.
    pub(crate) fn greet_in(&mut self, version: Version) {
        self.greet();
        assert_eq!(self.version, version);
    }

    /// Takes Login and answers it.
    pub(crate) fn let_in(&mut self) {
        self.answer::<game::Login>(okay("welcome"));
    }

    /// The bytes of a frame with the last sequence number taken.
    pub(crate) fn frame<P: Packet>(&self, packet: &P) -> Vec<u8> {
        frame(self.version, self.sequence, packet)
    }

    /// Answers the last frame taken.
    pub(crate) fn reply<P: Packet>(&mut self, packet: P) {
        let bytes = self.frame(&packet);
        self.send_raw(&bytes);
    }

    /// Answers the frame with this sequence number.
    pub(crate) fn reply_to<P: Packet>(&mut self, sequence: u32, packet: P) {
        let bytes = frame(self.version, sequence, &packet);
        self.send_raw(&bytes);
    }

    /// The sequence number last taken.
    pub(crate) fn sequence(&self) -> u32 {
        self.sequence
    }

    pub(crate) fn send_raw(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).unwrap();
    }

    /// This end of the connection.
    pub(crate) fn local(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    /// Hangs up.
    pub(crate) fn close(&mut self) {
        self.socket.shutdown(Shutdown::Write).unwrap();
    }

    /// Takes whatever the client sends until it hangs up.
    pub(crate) fn read_to_end(&mut self) {
        // A reset is an end too.
        let _ = self.socket.read_to_end(&mut Vec::new());
    }

    /// Waits until the client hangs up, without a byte more.
    pub(crate) fn expect_end(&mut self) {
        assert!(self.received.is_empty());
        match self.socket.read(&mut [0; 1]) {
            Ok(0) => {}
            Ok(_) => panic!("the client sends more"),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// Runs a script, from the greeting to the end of the connection, and a client of each API.
pub(crate) fn with_every_client(script: fn(&mut Line), play: fn(&mut AnyClient)) {
    in_version(Versions::all(), script, play);
}

/// As [`with_every_client`], in this version.
pub(crate) fn in_version(versions: Versions, script: fn(&mut Line), play: fn(&mut AnyClient)) {
    for api in APIS {
        eprintln!("{api:?}");
        let peer = Peer::greeting(move |line| {
            script(line);
            line.expect_end();
        });
        let options = options().versions(versions);
        play(&mut AnyClient::connect(api, peer.address(), options).unwrap());
    }
}

/// The bytes of a frame.
pub(crate) fn frame(
    form: impl Into<EncodeOptions>,
    sequence: u32,
    packet: &impl Packet,
) -> Vec<u8> {
    let mut bytes = BytesMut::new();
    packet.encode_frame(form, sequence, &mut bytes).unwrap();
    bytes.to_vec()
}

pub(crate) fn okay(text: &str) -> game::Okay {
    game::Okay {
        result: text.into(),
    }
}

/// A Fail without words.
pub(crate) fn fail(code: u32) -> game::Fail {
    game::Fail {
        code: game::FailCode(code),
        ..Default::default()
    }
}

/// What announces so many frames.
pub(crate) fn group(number: u32) -> game::Sequence {
    game::Sequence { number }
}

pub(crate) fn player(id: u32) -> game::Player {
    game::Player {
        id,
        ..Default::default()
    }
}

/// A TimeRemaining that every version can say.
pub(crate) fn time_remaining(time: u32) -> game::TimeRemaining {
    game::TimeRemaining {
        time,
        reason: Some(game::TimeRemainingReason::REQUESTED),
        turn: Some(0),
        turnname: Some("".into()),
        waiting: Some(vec![]),
    }
}

/// What is told of a turn.
pub(crate) fn turn_remaining(turn: u32) -> game::TimeRemaining {
    game::TimeRemaining {
        turn: Some(turn),
        ..time_remaining(0)
    }
}

/// An Object that every version can say.
pub(crate) fn object(id: u32) -> game::Object {
    game::Object {
        id,
        otype: 0,
        name: "".into(),
        desc: Some("".into()),
        parent: Some(0),
        size: Some(0),
        pos: Some(game::ObjectPos { x: 0, y: 0, z: 0 }),
        vel: Some(game::ObjectVel { x: 0, y: 0, z: 0 }),
        contains: vec![],
        ordertypes: Some(vec![]),
        orders: Some(0),
        modtime: 0,
        padding: Default::default(),
        parameters: Parameters::default(),
    }
}

/// A Fail under a TP03 header.
pub(crate) fn tp03_fail(sequence: u32) -> Vec<u8> {
    let fail = game::Fail {
        code: game::FailCode(0),
        result: "versions: 0.3".into(),
        references: None,
    };
    frame(game::TP03, sequence, &fail)
}
