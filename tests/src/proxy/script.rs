//! What a script sees of a connection, and what it can do to it.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::BytesMut;
use serde_json::{Value, json};
use tp_frames::{Packet as _, RawFrame, game};

use crate::frame::{self, Version};

/// Plays one connection.
pub type Script = Box<dyn FnMut(Event, &mut Flow) + Send>;

/// What happens next on a connection.
#[derive(Debug)]
pub enum Event {
    /// The client sends a frame.
    Request(RawFrame),
    /// The client sends what is no frame; whatever follows comes as such bytes, too.
    UnframedRequest(BytesMut),
    /// The game answers, or says something unasked.
    Reply(RawFrame),
    /// The game sends what is no frame; whatever follows comes as such bytes, too.
    UnframedReply(BytesMut),
    /// Nothing has happened for a while.
    Quiet,
    /// The client sends nothing more.
    ClientEnded {
        /// Bytes of a frame that never became whole.
        left: usize,
        /// It has reset the connection.
        reset: bool,
    },
    /// The client has taken nothing for so long that it is given up.
    ClientStalled,
    /// The game has closed the connection, and so does the proxy.
    GameClosed,
}

/// What is done to the client.
#[derive(Debug)]
pub enum Action {
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
#[derive(Debug)]
pub struct Flow {
    /// Of the client's frames; TP04 until one has come.
    pub version: Version,
    /// Whether strings are padded.
    pub padded: bool,
    /// Where the client has come to.
    pub local: SocketAddr,
    /// A closed connection is reset.
    pub resets: bool,
    pub(super) actions: Vec<Action>,
    pub(super) to_game: Vec<BytesMut>,
    /// What the game has not answered to the end, in the order in which it was asked.
    outstanding: VecDeque<Outstanding>,
    logged_in: bool,
    reads: bool,
    misbehaved: bool,
}

#[derive(Debug)]
struct Outstanding {
    request: RawFrame,
    /// How many frames of its answer are still to come, once a Sequence said so.
    left: Option<u32>,
}

impl Flow {
    /// Of a client that has come to this address.
    #[must_use]
    pub fn new(local: SocketAddr) -> Self {
        Self {
            version: Version::Tp04,
            padded: false,
            local,
            resets: false,
            actions: Vec::new(),
            to_game: Vec::new(),
            outstanding: VecDeque::new(),
            logged_in: false,
            reads: true,
            misbehaved: false,
        }
    }

    /// Does what a proxy without faults does.
    pub fn pass(&mut self, event: Event) {
        match event {
            Event::Request(request) => self.forward(request),
            Event::UnframedRequest(bytes) => self.to_game.push(bytes),
            Event::Reply(reply) => self.send(&reply),
            Event::UnframedReply(bytes) => self.bytes(bytes),
            Event::Quiet | Event::ClientEnded { .. } | Event::ClientStalled | Event::GameClosed => {
            }
        }
    }

    /// Lets the game have a frame.
    pub fn forward(&mut self, request: RawFrame) {
        self.to_game.push(encoded(&request));
        let left = None;
        self.outstanding.push_back(Outstanding { request, left });
    }

    /// Sends a frame.
    pub fn send(&mut self, reply: &RawFrame) {
        self.bytes(encoded(reply));
    }

    /// Sends bytes, in a write of their own.
    pub fn bytes(&mut self, bytes: impl AsRef<[u8]>) {
        self.actions
            .push(Action::Bytes(BytesMut::from(bytes.as_ref())));
    }

    /// Sends a frame of this name and these fields under a number; what is not given is zero or
    /// empty.
    pub fn say(&mut self, name: &str, sequence: u32, fields: Value) {
        let Some(packet) = self.version.packet(name) else {
            return;
        };
        if let Ok(body) = self.version.body(name, fields, self.padded) {
            self.say_raw(packet.r#type, sequence, &body);
        }
    }

    /// Sends a Fail.
    pub fn fail(&mut self, sequence: u32, code: u32, text: &str) {
        let fields = json!({ "code": code, "result": text });
        self.say("Fail", sequence, fields);
    }

    /// Sends a frame with any type and body.
    pub fn say_raw(&mut self, r#type: u32, sequence: u32, body: &[u8]) {
        self.bytes(frame::frame(self.version.header(), sequence, r#type, body));
    }

    /// Sends nothing for a while.
    pub fn pause(&mut self, time: Duration) {
        self.actions.push(Action::Pause(time));
    }

    /// Sends nothing more, but reads on.
    pub fn finish(&mut self) {
        self.actions.push(Action::Finish);
    }

    /// Ends the connection behind what was sent.
    pub fn close(&mut self) {
        self.actions.push(Action::Close);
    }

    /// Reads nothing more.
    pub fn stop_reading(&mut self) {
        self.reads = false;
    }

    /// From here on the client is watched for what it makes of it.
    pub fn misbehave(&mut self) {
        self.misbehaved = true;
    }

    /// The request that this answers.
    #[must_use]
    pub fn request_of(&self, reply: &RawFrame) -> Option<&RawFrame> {
        let asked = self.outstanding.get(self.place_of(reply)?)?;
        Some(&asked.request)
    }

    /// Where among the outstanding requests the one is that this answers.
    fn place_of(&self, reply: &RawFrame) -> Option<usize> {
        let number = reply.header.sequence;
        let mut outstanding = self.outstanding.iter();
        outstanding.position(|asked| asked.request.header.sequence == number)
    }

    /// The type of the request that this answers.
    #[must_use]
    pub fn asked(&self, reply: &RawFrame) -> Option<u32> {
        self.request_of(reply).map(|request| request.header.r#type)
    }

    /// How many requests the game has not answered to the end.
    #[must_use]
    pub fn outstanding(&self) -> usize {
        self.outstanding.len()
    }

    /// Whether the client has been let in.
    #[must_use]
    pub fn is_logged_in(&self) -> bool {
        self.logged_in
    }

    /// Whether what the client sends is read.
    #[must_use]
    pub fn reads(&self) -> bool {
        self.reads
    }

    /// Whether the client is to be watched for what it makes of a fault.
    #[must_use]
    pub fn has_misbehaved(&self) -> bool {
        self.misbehaved
    }

    /// What is about to be done to the client.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// Remembers what a request is, before a script sees it.
    pub(super) fn note_request(&mut self, request: &RawFrame) {
        if let Some(version) = Version::of(request) {
            self.version = version;
        }
    }

    /// Remembers what a reply means, after a script has seen it.
    pub(super) fn note_reply(&mut self, reply: &RawFrame) {
        let r#type = reply.header.r#type;
        let place = self.place_of(reply);
        let Some(asked) = place.and_then(|at| self.outstanding.get_mut(at)) else {
            return;
        };
        match asked.request.header.r#type {
            game::Login::TYPE if r#type == game::Okay::TYPE => self.logged_in = true,
            game::SetFilters::TYPE if r#type == game::Okay::TYPE => self.padded = true,
            _ => {}
        }
        let left = match r#type {
            game::Sequence::TYPE => announced(reply),
            _ => asked.left.unwrap_or(1).saturating_sub(1),
        };
        asked.left = Some(left);
        if left == 0
            && let Some(place) = place
        {
            self.outstanding.remove(place);
        }
    }
}

/// The bytes of a frame.
#[must_use]
pub fn encoded(frame: &RawFrame) -> BytesMut {
    let mut bytes = BytesMut::new();
    frame.encode(&mut bytes);
    bytes
}

/// The number that a body begins with: how many frames a Sequence announces, or how many ids a
/// request lists.
pub fn announced(frame: &RawFrame) -> u32 {
    frame
        .body
        .first_chunk()
        .map_or(0, |n| u32::from_be_bytes(*n))
}
