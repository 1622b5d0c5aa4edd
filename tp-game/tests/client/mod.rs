//! The smallest client: frames out, frames in, one connection.
#![allow(dead_code, unreachable_pub, reason = "each test uses its part")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use bytes::BytesMut;
use tp_frames::{DecodeOptions, Packet, RawFrame, Reply, Request, Version, game};
use tp_game::Serving;

pub struct Client {
    pub version: Version,
    socket: TcpStream,
    received: BytesMut,
    sequence: u32,
}

impl Client {
    pub fn open(address: SocketAddr, version: Version) -> Self {
        let socket = TcpStream::connect(address).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        Self {
            version,
            socket,
            received: BytesMut::new(),
            sequence: 0,
        }
    }

    /// Connected and logged in.
    pub fn login(address: SocketAddr, version: Version, name: &str) -> Self {
        let mut client = Self::open(address, version);
        let connect = game::Connect {
            string: "test".into(),
        };
        assert!(matches!(
            client.ask(connect),
            Ok(game::ConnectReply::Okay(_))
        ));
        let login = game::Login {
            username: name.into(),
            password: name.into(),
        };
        assert!(matches!(client.ask(login), Ok(game::LoginReply::Okay(_))));
        client
    }

    pub fn write(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).unwrap();
    }

    /// Sends a request and gives its sequence number.
    pub fn send<P: Packet>(&mut self, packet: &P) -> u32 {
        self.sequence += 1;
        let mut out = BytesMut::new();
        packet
            .encode_frame(self.version, self.sequence, &mut out)
            .unwrap();
        self.write(&out);
        self.sequence
    }

    /// The next frame; nothing at the end.
    pub fn frame(&mut self) -> Option<RawFrame> {
        loop {
            let options = DecodeOptions::default();
            if let Some(frame) = RawFrame::take(&mut self.received, &options).unwrap() {
                return Some(frame);
            }
            let mut bytes = [0; 4096];
            match self.socket.read(&mut bytes).unwrap() {
                0 => return None,
                count => self.received.extend_from_slice(&bytes[..count]),
            }
        }
    }

    fn reply_frame(&mut self, sequence: u32) -> RawFrame {
        loop {
            let frame = self.frame().expect("the connection goes on");
            if frame.header.sequence == sequence {
                return frame;
            }
            assert_eq!(
                frame.header.sequence, 0,
                "only asynchronous frames may come between"
            );
        }
    }

    /// The next asynchronous frame.
    pub fn asynchronous<P: Packet>(&mut self) -> P {
        let frame = self.frame().expect("the connection goes on");
        assert_eq!(frame.header.sequence, 0);
        assert_eq!(frame.header.version, self.version);
        frame
            .decode::<P>(&DecodeOptions::new().strict(true))
            .unwrap()
            .0
    }

    /// One reply; a refusal as its code.
    pub fn ask<R: Request>(&mut self, request: R) -> Result<R::Reply, u32> {
        let sequence = self.send(&request);
        let frame = self.reply_frame(sequence);
        self.decode::<R>(&frame)
    }

    /// A group of replies.
    pub fn ask_all<R: Request>(&mut self, request: R) -> Vec<Result<R::Reply, u32>> {
        let sequence = self.send(&request);
        let first = self.reply_frame(sequence);
        if first.header.r#type != game::Sequence::TYPE {
            return vec![self.decode::<R>(&first)];
        }
        let options = DecodeOptions::default();
        let (group, _) = first.decode::<game::Sequence>(&options).unwrap();
        (0..group.number)
            .map(|_| {
                let frame = self.reply_frame(sequence);
                self.decode::<R>(&frame)
            })
            .collect()
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
}

/// A test with a client of each version, each in a game of its own.
pub fn in_each_version(test: impl Fn(Client, Serving)) {
    for version in game::VERSIONS {
        // Shown if the test fails.
        println!("{version}");
        let game = tp_game::serve("127.0.0.1:0").unwrap();
        test(Client::login(game.local_addr(), *version, "guest"), game);
    }
}
