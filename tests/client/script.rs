//! What a script sees of a connection, and what it can do to it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use serde_json::Value;
use tp_frames::RawFrame;
use tp_tests::frame::{self, Version};

use crate::places::Places;

/// What happens next on a connection.
#[derive(Debug)]
pub(crate) enum Event {
    /// The client is there.
    Opened,
    /// The client sends a frame.
    Request(RawFrame),
    /// The game answers, or says something unasked.
    Reply(RawFrame),
    /// Nothing has happened for a while.
    Quiet,
}

/// What is done to the client.
#[derive(Debug)]
pub(crate) enum Action {
    /// Bytes, in a write of their own.
    Bytes(BytesMut),
    /// Nothing, for a while.
    Pause(Duration),
    /// Nothing more is sent; what the client sends is still read.
    Finish,
    /// The end of the connection.
    Close,
}

/// A connection, as a script sees it.
pub(crate) struct Flow {
    /// Of the client's frames; TP04 until one has come.
    pub(crate) version: Version,
    pub(crate) places: Arc<Places>,
    /// Whether strings are padded.
    pub(crate) padded: bool,
    /// Where the client has come to.
    pub(crate) local: SocketAddr,
    actions: Vec<Action>,
    to_game: Vec<RawFrame>,
    /// What was asked under each number, of what is not answered for good.
    asked: HashMap<u32, u32>,
    logged_in: bool,
    reads: bool,
    misbehaved: bool,
}

/// Frame types that scripts look at; both versions have the same.
pub(crate) mod types {
    use tp_frames::{Packet, tp04};

    pub(crate) const OKAY: u32 = tp04::Okay::TYPE;
    pub(crate) const FAIL: u32 = tp04::Fail::TYPE;
    pub(crate) const SEQUENCE: u32 = tp04::Sequence::TYPE;
    pub(crate) const CONNECT: u32 = tp04::Connect::TYPE;
    pub(crate) const LOGIN: u32 = tp04::Login::TYPE;
    pub(crate) const GET_OBJECTS: u32 = tp04::GetObjectsByID::TYPE;
    pub(crate) const OBJECT: u32 = tp04::Object::TYPE;
    pub(crate) const GET_ORDER_DESC: u32 = tp04::GetOrderDesc::TYPE;
    pub(crate) const ORDER: u32 = tp04::Order::TYPE;
    pub(crate) const ORDER_INSERT: u32 = tp04::OrderInsert::TYPE;
    pub(crate) const GET_TIME: u32 = tp04::GetTimeRemaining::TYPE;
    pub(crate) const TIME: u32 = tp04::TimeRemaining::TYPE;
    pub(crate) const GET_BOARDS: u32 = tp04::GetBoards::TYPE;
    pub(crate) const GET_FEATURES: u32 = tp04::GetFeatures::TYPE;
    pub(crate) const FEATURES: u32 = tp04::Features::TYPE;
    pub(crate) const PING: u32 = tp04::Ping::TYPE;
    pub(crate) const GET_OBJECT_IDS: u32 = tp04::GetObjectIDs::TYPE;
    pub(crate) const ORDER_PROBE: u32 = tp04::OrderProbe::TYPE;
    pub(crate) const GET_PLAYER: u32 = tp04::GetPlayer::TYPE;
    pub(crate) const CREATE_ACCOUNT: u32 = tp04::CreateAccount::TYPE;
    pub(crate) const SET_FILTERS: u32 = tp04::SetFilters::TYPE;
    pub(crate) const GET_GAMES: u32 = tp04::GetGames::TYPE;
    pub(crate) const GET_OBJECT_DESC: u32 = tp04::GetObjectDesc::TYPE;
}

impl Flow {
    pub(crate) fn new(places: Arc<Places>, local: SocketAddr) -> Self {
        Self {
            version: Version::Tp04,
            padded: false,
            places,
            local,
            actions: Vec::new(),
            to_game: Vec::new(),
            asked: HashMap::new(),
            logged_in: false,
            reads: true,
            misbehaved: false,
        }
    }

    /// Does what an honest server does.
    pub(crate) fn pass(&mut self, event: Event) {
        match event {
            Event::Request(request) => self.forward(request),
            Event::Reply(reply) => self.send(&reply),
            Event::Opened | Event::Quiet => {}
        }
    }

    /// Lets the game have a frame.
    pub(crate) fn forward(&mut self, request: RawFrame) {
        self.to_game.push(request);
    }

    /// Sends a frame.
    pub(crate) fn send(&mut self, reply: &RawFrame) {
        self.bytes(encoded(reply));
    }

    /// Sends bytes, in a write of their own.
    pub(crate) fn bytes(&mut self, bytes: impl AsRef<[u8]>) {
        self.actions
            .push(Action::Bytes(BytesMut::from(bytes.as_ref())));
    }

    /// Sends a frame of this name and these fields under a number; what is not given is zero or
    /// empty.
    pub(crate) fn say(&mut self, name: &str, sequence: u32, fields: Value) {
        let Some(packet) = self.version.packet(name) else {
            return;
        };
        if let Ok(body) = self.version.body(name, fields, self.padded) {
            self.say_raw(packet.r#type, sequence, &body);
        }
    }

    /// Sends a frame with any type and body.
    pub(crate) fn say_raw(&mut self, r#type: u32, sequence: u32, body: &[u8]) {
        self.bytes(frame::frame(self.version.header(), sequence, r#type, body));
    }

    /// Sends nothing for a while.
    pub(crate) fn pause(&mut self, time: Duration) {
        self.actions.push(Action::Pause(time));
    }

    /// Sends nothing more, but reads on.
    pub(crate) fn finish(&mut self) {
        self.actions.push(Action::Finish);
    }

    /// Ends the connection behind what was sent.
    pub(crate) fn close(&mut self) {
        self.actions.push(Action::Close);
    }

    /// Reads nothing more.
    pub(crate) fn stop_reading(&mut self) {
        self.reads = false;
    }

    /// From here on the client is watched for what it makes of it.
    pub(crate) fn misbehave(&mut self) {
        self.misbehaved = true;
    }

    /// The type of the request that this answers.
    pub(crate) fn asked(&self, reply: &RawFrame) -> Option<u32> {
        self.asked.get(&reply.header.sequence).copied()
    }

    /// Whether the client has been let in.
    pub(crate) fn is_logged_in(&self) -> bool {
        self.logged_in
    }

    pub(crate) fn reads(&self) -> bool {
        self.reads
    }

    pub(crate) fn has_misbehaved(&self) -> bool {
        self.misbehaved
    }

    /// Remembers what a request is, before a script sees it.
    pub(crate) fn note_request(&mut self, request: &RawFrame) {
        if let Some(version) = version_of(request) {
            self.version = version;
        }
        self.asked
            .insert(request.header.sequence, request.header.r#type);
    }

    /// Remembers what a reply means, after a script has seen it.
    pub(crate) fn note_reply(&mut self, asked: Option<u32>, r#type: u32) {
        if asked == Some(types::LOGIN) && r#type == types::OKAY {
            self.logged_in = true;
        }
    }

    /// What is to be done now.
    pub(crate) fn take_actions(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.actions)
    }

    /// What the game is to have now.
    pub(crate) fn take_requests(&mut self) -> Vec<RawFrame> {
        std::mem::take(&mut self.to_game)
    }
}

/// The version of a frame, if it is one of the two.
pub(crate) fn version_of(frame: &RawFrame) -> Option<Version> {
    Version::ALL
        .into_iter()
        .find(|version| version.header() == frame.header.version)
}

/// The bytes of a frame.
pub(crate) fn encoded(frame: &RawFrame) -> BytesMut {
    let mut bytes = BytesMut::new();
    frame.encode(&mut bytes);
    bytes
}
