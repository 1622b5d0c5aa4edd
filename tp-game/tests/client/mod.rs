//! A client of the game: logged in, and its requests have replies.
#![allow(dead_code, unreachable_pub, reason = "each test uses its part")]

use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};

use tp_frames::{AnyFrame, DecodeOptions, Packet, RawFrame, Reply, Request, Version, tp03, tp04};

pub struct Client(tp_test_components::Client);

impl Deref for Client {
    type Target = tp_test_components::Client;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Client {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Client {
    pub fn open(address: SocketAddr) -> Self {
        Self(tp_test_components::Client::open(address))
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

    /// The next asynchronous frame.
    pub fn asynchronous<P: Packet>(&mut self) -> P {
        let (sequence, packet) = self.packet();
        assert_eq!(sequence, 0);
        packet
    }

    /// One reply; a refusal as its code.
    pub fn ask<R: Request>(&mut self, request: R) -> Result<R::Reply, u32> {
        match self.answer_to(&request).as_slice() {
            [frame] => decode::<R>(frame),
            frames => panic!("{} frames for {}", frames.len(), R::NAME),
        }
    }

    /// A group of replies.
    pub fn ask_all<R: Request>(&mut self, request: R) -> Vec<Result<R::Reply, u32>> {
        let frames = self.answer_to(&request);
        let sequence = |frame: &&RawFrame| frame.header.r#type == tp04::Sequence::TYPE;
        let members = frames.iter().skip_while(sequence);
        members.map(decode::<R>).collect()
    }

    fn answer_to<R: Request>(&mut self, request: &R) -> Vec<RawFrame> {
        let sequence = self.send(request);
        let frames = self.answer();
        assert_eq!(frames[0].header.sequence, sequence);
        frames
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
