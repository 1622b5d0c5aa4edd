//! A client of the game: logged in, and its requests have replies.

use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};

use tp_frames::{DecodeOptions, Packet, RawFrame, Reply, Request, Version, game};
use tp_game::Serving;

pub(crate) struct Client(tp_test_components::Client);

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
    pub(crate) fn open(address: SocketAddr, version: Version) -> Self {
        Self(tp_test_components::Client::open(address, version))
    }

    /// Connected and logged in.
    pub(crate) fn login(address: SocketAddr, version: Version, name: &str) -> Self {
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

    /// The next asynchronous frame.
    pub(crate) fn asynchronous<P: Packet>(&mut self) -> P {
        let (sequence, packet) = self.packet();
        assert_eq!(sequence, 0);
        packet
    }

    /// One reply; a refusal as its code.
    pub(crate) fn ask<R: Request>(&mut self, request: R) -> Result<R::Reply, u32> {
        match self.answer_to(&request).as_slice() {
            [frame] => self.decode::<R>(frame),
            frames => panic!("{} frames for {}", frames.len(), R::NAME),
        }
    }

    /// A group of replies.
    pub(crate) fn ask_all<R: Request>(&mut self, request: R) -> Vec<Result<R::Reply, u32>> {
        let frames = self.answer_to(&request);
        let sequence = |frame: &&RawFrame| frame.header.r#type == game::Sequence::TYPE;
        let members = frames.iter().skip_while(sequence);
        members.map(|frame| self.decode::<R>(frame)).collect()
    }

    fn answer_to<R: Request>(&mut self, request: &R) -> Vec<RawFrame> {
        let sequence = self.send(request);
        let frames = self.answer();
        assert_eq!(frames[0].header.sequence, sequence);
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
}

/// A test with a client of each version, each in a game of its own.
pub(crate) fn in_each_version(test: impl Fn(Client, Serving)) {
    for version in game::VERSIONS {
        // Shown if the test fails.
        println!("{version}");
        let game = tp_game::serve("127.0.0.1:0").unwrap();
        test(Client::login(game.local_addr(), *version, "guest"), game);
    }
}
