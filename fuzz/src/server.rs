//! A server that does what a script says.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tp_frames::{
    DecodeOptions, EncodeOptions, Header, Packet, RawFrame, ReplySequence, Version, game,
};
use tp_net::client::{AsyncConnector, Opened};
use tp_net::transport::Url;

use crate::{Input, KINDS, Wire, encode};

/// Connections that a client gets; then nobody listens any more.
const CONNECTIONS: usize = 8;

/// A server that does what a script says, one connection at a time. Clones are the same.
#[derive(Debug, Clone)]
pub struct Server(Arc<Mutex<State>>);

/// Whether a server answers `Connect` by itself, and the request for a tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// Both with yes, so that a script can begin behind it.
    Connect,
    /// The script has to.
    Nothing,
}

#[derive(Debug)]
struct State {
    answers: Answers,
    listens: bool,
    padded: bool,
    /// All connections so far.
    wires: Vec<Wire>,
    /// What came on the last of them and is no frame yet.
    unread: BytesMut,
    /// Requests that came on it and are not answered.
    asked: Vec<Header>,
    /// What was sent last.
    last: Bytes,
}

impl Server {
    /// How many kinds of steps there are.
    pub const STEPS: u8 = 8;

    /// One that listens.
    #[must_use]
    pub fn new(answers: Answers) -> Self {
        Self(Arc::new(Mutex::new(State {
            answers,
            listens: true,
            padded: false,
            wires: Vec::new(),
            unread: BytesMut::new(),
            asked: Vec::new(),
            last: Bytes::new(),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nothing panics while it is locked")
    }

    /// A new connection, in place of the one before.
    ///
    /// # Errors
    ///
    /// Nobody listens.
    pub fn accept(&self) -> io::Result<Wire> {
        let mut state = self.state();
        if !state.listens || state.wires.len() >= CONNECTIONS {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        let wire = Wire::default();
        state.wires.push(wire.clone());
        state.unread.clear();
        state.asked.clear();
        state.padded = false;
        Ok(wire)
    }

    /// One step of the script, of the kind that `which` says.
    pub fn step(&self, which: u8, input: &mut Input) {
        let mut state = self.state();
        state.listen();
        match which % Self::STEPS {
            0 => state.answer(input),
            // A request gets a frame whose body is in the script.
            1 => {
                let (index, kind) = (input.byte(), input.short().into());
                let body = input.many_bytes();
                let Some(asked) = state.asked.get(usize::from(index)).copied() else {
                    return;
                };
                state.send_literal(asked, kind, &body);
            }
            // What nobody asked for.
            2 => {
                let kind = KINDS[usize::from(input.byte()) % KINDS.len()];
                let version = state.version();
                state.send_made(version, 0, kind, &input.bytes());
            }
            3 => {
                let bytes = input.many_bytes();
                state.send(bytes, 1);
            }
            4 => {
                let (times, last) = (input.short(), state.last.clone());
                state.send(last, times.into());
            }
            5 => {
                let reset = input.byte() % 2 == 1;
                state.wires.last().into_iter().for_each(|it| it.end(reset));
            }
            // Any frame in answer to any request.
            6 => {
                let kind = KINDS[usize::from(input.byte()) % KINDS.len()];
                let asked = state.take_asked(input.byte());
                let bytes = input.bytes();
                if let Some(asked) = asked {
                    state.send_made(asked.version, asked.sequence, kind, &bytes);
                }
            }
            _ => state.padded = input.byte() % 2 == 1,
        }
    }

    /// Answers what it answers by itself.
    pub fn listen(&self) {
        self.state().listen();
    }

    /// Says nothing more, and listens to nobody.
    pub fn end(&self) {
        let mut state = self.state();
        state.listens = false;
        state.wires.iter().for_each(|wire| wire.end(false));
    }

    /// Listens to nobody any more, but leaves connections open.
    pub fn fall_silent(&self) {
        self.state().listens = false;
    }

    /// How many bytes clients have read.
    #[must_use]
    pub fn delivered(&self) -> usize {
        self.state().wires.iter().map(Wire::delivered).sum()
    }

    /// How often clients have read.
    #[must_use]
    pub fn reads(&self) -> usize {
        self.state().wires.iter().map(Wire::reads).sum()
    }
}

impl State {
    /// Takes the requests that have come.
    fn listen(&mut self) {
        let Some(wire) = self.wires.last().cloned() else {
            return;
        };
        self.unread.extend_from_slice(&wire.take_written());
        if self.unread.starts_with(b"POST ")
            && let Some(end) = self.unread.windows(4).position(|it| it == b"\r\n\r\n")
        {
            self.unread.advance(end + 4);
            if self.answers == Answers::Connect {
                self.send(Bytes::from_static(b"HTTP/1.0 200 OK\r\n\r\n"), 1);
            }
        }
        while let Ok(Some(raw)) = RawFrame::take(&mut self.unread, &DecodeOptions::default()) {
            if raw.header.r#type == game::Connect::TYPE && self.answers == Answers::Connect {
                let okay = game::Okay {
                    result: "hello".into(),
                };
                let Header {
                    version, sequence, ..
                } = raw.header;
                let frame = okay.to_frame(version, sequence).expect("a short text");
                self.send(frame.into(), 1);
            } else {
                self.asked.push(raw.header);
            }
        }
    }

    /// Answers the oldest request as it wants to be, with packets made of any bytes, or with a Fail.
    fn answer(&mut self, input: &mut Input) {
        let (flags, bytes) = (input.byte(), input.bytes());
        let Some(asked) = self.take_asked(0) else {
            return;
        };
        let Header {
            version, sequence, ..
        } = asked;
        let info = game::PACKETS.iter().find(|it| it.r#type == asked.r#type);
        let reply = info.and_then(|info| info.reply);
        let kinds = reply.map_or(&[game::Okay::TYPE][..], |reply| reply.types);
        let kind = match flags & 0x80 {
            0 => kinds.get(usize::from(flags >> 5 & 1)).or(kinds.first()),
            _ => Some(&game::Fail::TYPE),
        };
        let kind = kind.copied().unwrap_or(game::Okay::TYPE);
        let in_group = match reply.map(|reply| reply.sequence) {
            None | Some(ReplySequence::Never) => flags & 0x40 != 0,
            Some(ReplySequence::Maybe) => flags & 7 != 1,
            Some(ReplySequence::Always) => flags & 0x40 == 0,
        };
        let count = flags & 7;
        if in_group {
            // It may tell of one more than there are.
            let number = u32::from(count) + u32::from(flags >> 3 & 1);
            let group = game::Sequence { number };
            let frame = group.to_frame(version, sequence).expect("a number");
            self.send(frame.into(), 1);
        }
        for number in 0..if in_group { count } else { 1 } {
            // Each from its own place in the bytes, so that they differ.
            let own = usize::from(number).min(bytes.len());
            self.send_made(version, sequence, kind, &bytes[own..]);
        }
    }

    fn take_asked(&mut self, index: u8) -> Option<Header> {
        let index = usize::from(index);
        (index < self.asked.len()).then(|| self.asked.remove(index))
    }

    /// The version that the connection speaks.
    fn version(&self) -> Version {
        self.asked.last().map_or(game::TP04, |it| it.version)
    }

    fn send_made(&mut self, version: Version, sequence: u32, kind: u32, bytes: &[u8]) {
        let options = EncodeOptions::new(version).padded(self.padded);
        self.send(encode(options, sequence, kind, bytes), 1);
    }

    fn send_literal(&mut self, asked: Header, kind: u32, body: &[u8]) {
        let header = Header {
            r#type: kind,
            length: u32::try_from(body.len()).unwrap_or_default(),
            ..asked
        };
        let mut frame = BytesMut::from(&header.to_bytes()[..]);
        frame.put_slice(body);
        self.send(frame.freeze(), 1);
    }

    fn send(&mut self, bytes: Bytes, times: usize) {
        if let Some(wire) = self.wires.last() {
            self.last = bytes.clone();
            wire.send(bytes, times);
        }
    }
}

impl AsyncConnector for Server {
    fn open<'a>(&'a self, _: &'a Url, _: Duration) -> Opened<'a> {
        Box::pin(async { Ok(Box::new(self.accept()?) as _) })
    }
}
