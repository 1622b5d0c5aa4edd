//! The smallest client, for tests of servers: any bytes out, frames in, one connection.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use bytes::BytesMut;
use tp_frames::{DecodeOptions, Packet, RawFrame, Reply, Request, Version, game};

/// Longer than any answer takes, shorter than anybody wants to wait.
const LONG: Duration = Duration::from_secs(20);

/// A connection to a server. Whatever goes wrong panics.
#[derive(Debug)]
pub struct Client {
    /// What the connection is made of.
    pub socket: TcpStream,
    received: BytesMut,
    /// The version of what is sent and of what must come.
    pub version: Version,
    /// The number of the last request.
    pub sequence: u32,
}

impl Client {
    /// Connects, to speak `version`, and says nothing yet.
    #[must_use]
    pub fn open(address: SocketAddr, version: Version) -> Self {
        Self::over(TcpStream::connect(address).unwrap(), version)
    }

    /// The same over a connection that there is.
    #[must_use]
    pub fn over(socket: TcpStream, version: Version) -> Self {
        socket.set_nodelay(true).unwrap();
        socket.set_read_timeout(Some(LONG)).unwrap();
        socket.set_write_timeout(Some(LONG)).unwrap();
        Self {
            socket,
            received: BytesMut::new(),
            version,
            sequence: 0,
        }
    }

    /// Sends bytes, whatever they are.
    pub fn write(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).unwrap();
    }

    /// Sends a packet under the next sequence number, and returns that number.
    pub fn send<P: Packet>(&mut self, packet: &P) -> u32 {
        self.sequence += 1;
        let mut out = BytesMut::new();
        packet
            .encode_frame(self.version, self.sequence, &mut out)
            .unwrap();
        self.write(&out);
        self.sequence
    }

    /// The next frame; `None` at the end of the connection, which cuts no frame off.
    pub fn frame(&mut self) -> Option<RawFrame> {
        loop {
            let options = DecodeOptions::default();
            if let Some(frame) = RawFrame::take(&mut self.received, &options).unwrap() {
                return Some(frame);
            }
            if !self.receive() {
                assert!(self.received.is_empty(), "no frame is cut off");
                return None;
            }
        }
    }

    /// The next packet, with its sequence number.
    pub fn packet<P: Packet>(&mut self) -> (u32, P) {
        let frame = self.frame().expect("the connection goes on");
        assert_eq!(frame.header.version, self.version);
        let strict = DecodeOptions::new().strict(true);
        (frame.header.sequence, frame.decode::<P>(&strict).unwrap().0)
    }

    /// All frames of the next answer, its Sequence first if it has one. What nobody asked for is
    /// left out.
    pub fn answer(&mut self) -> Vec<RawFrame> {
        let mut answer: Vec<RawFrame> = Vec::new();
        let mut left = 1;
        while left > 0 {
            let frame = self.frame().expect("the connection goes on");
            let number = frame.header.sequence;
            if number == 0 {
                continue;
            }
            let first = answer.first().map_or(number, |it| it.header.sequence);
            assert_eq!(number, first, "only unasked frames come between");
            left -= 1;
            if frame.header.r#type == game::Sequence::TYPE {
                left = u32::from_be_bytes(*frame.body.first_chunk().unwrap());
            }
            answer.push(frame);
        }
        answer
    }

    /// Connects and logs in, with the name as the password.
    #[must_use]
    pub fn login(address: SocketAddr, version: Version, name: &str) -> Self {
        let mut client = Self::open(address, version);
        let connected = client.ask(game::Connect {
            string: "test".into(),
        });
        assert!(matches!(connected, Ok(game::ConnectReply::Okay(_))));
        let login = client.ask(game::Login {
            username: name.into(),
            password: name.into(),
        });
        assert!(matches!(login, Ok(game::LoginReply::Okay(_))));
        client
    }

    /// The one reply to a request; a refusal as its code.
    pub fn ask<R: Request>(&mut self, request: R) -> Result<R::Reply, u32> {
        match self.answer_to(&request).as_slice() {
            [frame] => self.decode::<R>(frame),
            frames => panic!("{} frames for {}", frames.len(), R::NAME),
        }
    }

    /// The replies to a request, in a group or not.
    pub fn ask_all<R: Request>(&mut self, request: R) -> Vec<Result<R::Reply, u32>> {
        let frames = self.answer_to(&request);
        let sequence = |frame: &&RawFrame| frame.header.r#type == game::Sequence::TYPE;
        let members = frames.iter().skip_while(sequence);
        members.map(|frame| self.decode::<R>(frame)).collect()
    }

    fn answer_to<R: Request>(&mut self, request: &R) -> Vec<RawFrame> {
        let sequence = self.send(request);
        let frames = self.answer();
        assert!(frames.iter().all(|it| it.header.sequence == sequence));
        frames
    }

    fn decode<R: Request>(&self, frame: &RawFrame) -> Result<R::Reply, u32> {
        assert_eq!(frame.header.version, self.version);
        let options = DecodeOptions::new().strict(true);
        let r#type = frame.header.r#type;
        if r#type == game::Fail::TYPE {
            return Err(frame.decode::<game::Fail>(&options).unwrap().0.code.0);
        }
        let reply = R::Reply::decode_reply(self.version, r#type, &frame.body, &options).unwrap();
        Ok(reply.unwrap_or_else(|| panic!("{type} is no reply to {}", R::NAME)))
    }

    /// The next packet, which nobody asked for.
    pub fn asynchronous<P: Packet>(&mut self) -> P {
        let (sequence, packet) = self.packet();
        assert_eq!(sequence, 0);
        packet
    }

    /// What comes before the next blank line of HTTP, which is left out.
    pub fn http_head(&mut self) -> String {
        const BLANK_LINE: &[u8] = b"\r\n\r\n";
        loop {
            let end = self.received.windows(4).position(|it| it == BLANK_LINE);
            if let Some(end) = end {
                let head = self.received.split_to(end);
                let _ = self.received.split_to(BLANK_LINE.len());
                return String::from_utf8(head.to_vec()).unwrap();
            }
            assert!(self.receive(), "the connection goes on");
        }
    }

    /// All bytes up to the end of the connection.
    pub fn rest(&mut self) -> Vec<u8> {
        while self.receive() {}
        self.received.split().to_vec()
    }

    /// Reads what is there; returns `false` at the end of the connection.
    fn receive(&mut self) -> bool {
        let mut bytes = [0; 4096];
        let count = self.socket.read(&mut bytes).expect("more, or the end");
        self.received.extend_from_slice(bytes.get(..count).unwrap());
        count > 0
    }
}
