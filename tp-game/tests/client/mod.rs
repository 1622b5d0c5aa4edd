//! The smallest client: frames out, frames in, one connection.
#![allow(dead_code, unreachable_pub, reason = "each test uses its part")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use bytes::BytesMut;
use tp_frames::{AnyFrame, DecodeOptions, Packet, RawFrame, Reply, Request, Version, tp03, tp04};

pub struct Client {
    socket: TcpStream,
    received: BytesMut,
    sequence: u32,
}

impl Client {
    pub fn open(address: SocketAddr) -> Self {
        let socket = TcpStream::connect(address).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        Self {
            socket,
            received: BytesMut::new(),
            sequence: 0,
        }
    }

    /// Connected and logged in, in TP03.
    pub fn tp03(address: SocketAddr, name: &str) -> Self {
        let mut client = Self::open(address);
        let connect = tp03::Connect {
            string: "test".into(),
        };
        assert!(matches!(
            client.ask(connect),
            Ok(tp03::ConnectReply::Okay(_))
        ));
        let login = tp03::Login {
            username: name.into(),
            password: name.into(),
        };
        assert!(matches!(client.ask(login), Ok(tp03::LoginReply::Okay(_))));
        client
    }

    /// Connected and logged in, in TP04.
    pub fn tp04(address: SocketAddr, name: &str) -> Self {
        let mut client = Self::open(address);
        let connect = tp04::Connect {
            string: "test".into(),
        };
        assert!(matches!(
            client.ask(connect),
            Ok(tp04::ConnectReply::Okay(_))
        ));
        let login = tp04::Login {
            username: name.into(),
            password: name.into(),
        };
        assert!(matches!(client.ask(login), Ok(tp04::LoginReply::Okay(_))));
        client
    }

    pub fn write(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).unwrap();
    }

    /// Sends a request and gives its sequence number.
    pub fn send<P: Packet>(&mut self, packet: &P) -> u32 {
        self.sequence += 1;
        let mut out = BytesMut::new();
        packet.encode_frame(self.sequence, &mut out).unwrap();
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

    /// Everything up to the end of the connection.
    pub fn rest(&mut self) -> Vec<u8> {
        let mut rest = self.received.to_vec();
        self.socket.read_to_end(&mut rest).unwrap();
        rest
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
        frame
            .decode::<P>(&DecodeOptions::new().strict(true))
            .unwrap()
            .0
    }

    /// One reply; a refusal as its code.
    pub fn ask<R: Request>(&mut self, request: R) -> Result<R::Reply, u32> {
        let sequence = self.send(&request);
        let frame = self.reply_frame(sequence);
        decode::<R>(&frame)
    }

    /// A group of replies.
    pub fn ask_all<R: Request>(&mut self, request: R) -> Vec<Result<R::Reply, u32>> {
        let sequence = self.send(&request);
        let first = self.reply_frame(sequence);
        if first.header.r#type != tp04::Sequence::TYPE {
            return vec![decode::<R>(&first)];
        }
        let number = match first.header.version {
            Version::TP03 => {
                first
                    .decode::<tp03::Sequence>(&DecodeOptions::default())
                    .unwrap()
                    .0
                    .number
            }
            _ => {
                first
                    .decode::<tp04::Sequence>(&DecodeOptions::default())
                    .unwrap()
                    .0
                    .number
            }
        };
        (0..number)
            .map(|_| decode::<R>(&self.reply_frame(sequence)))
            .collect()
    }
}

fn decode<R: Request>(frame: &RawFrame) -> Result<R::Reply, u32> {
    assert_eq!(frame.header.version, R::VERSION);
    let options = DecodeOptions::new().strict(true);
    if frame.header.r#type == tp04::Fail::TYPE {
        return Err(match R::VERSION {
            Version::TP03 => frame.decode::<tp03::Fail>(&options).unwrap().0.code.0,
            _ => frame.decode::<tp04::Fail>(&options).unwrap().0.code.0,
        });
    }
    let reply = R::Reply::decode_reply(frame.header.r#type, &frame.body, &options).unwrap();
    Ok(reply.unwrap_or_else(|| {
        panic!("{} is no reply to {}", frame.header.r#type, R::NAME);
    }))
}

/// What a frame is, for messages of tests.
pub fn name(frame: &RawFrame) -> &'static str {
    tp04::Frame::decode(frame, &DecodeOptions::default()).map_or("?", |(frame, _)| frame.name())
}

/// A test with a client of TP03 and a client of TP04: `v` is the version's frames.
#[macro_export]
macro_rules! in_both_versions {
    (fn $name:ident($client:ident, $game:ident) $body:block) => {
        mod $name {
            use super::*;

            #[test]
            fn tp03() {
                use tp_frames::tp03 as v;
                let $game = tp_game::serve("127.0.0.1:0").unwrap();
                let mut $client = $crate::client::Client::tp03($game.local_addr(), "guest");
                $body
            }

            #[test]
            fn tp04() {
                use tp_frames::tp04 as v;
                let $game = tp_game::serve("127.0.0.1:0").unwrap();
                let mut $client = $crate::client::Client::tp04($game.local_addr(), "guest");
                $body
            }
        }
    };
}
