//! One TCP connection: two streams, what is in them, and which side is the server.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use tp_frames::{Header, admin, game};

use super::framer::{Found, Framer, Reason};
use super::opening::{Http, Opening};
use super::segment::Segment;
use super::stream::{Piece, Stream};
use super::{Bad, Captured, Direction, Ends, Gap, Item, Note, Origin, Place, What};

/// The protocol's ports: plain, TLS, administration, its TLS.
const PORTS: [u16; 4] = [6923, 6924, 6925, 6926];

/// Characters that are told of a plain text.
const TEXT: usize = 200;

/// One of the two sides, by what it sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Low,
    High,
}

impl Side {
    const fn other(self) -> Self {
        match self {
            Self::Low => Self::High,
            Self::High => Self::Low,
        }
    }
}

/// The two addresses, the same whichever sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Addresses {
    low: SocketAddr,
    high: SocketAddr,
}

impl Addresses {
    /// Of a segment, and which of them sent it.
    pub(super) fn of(segment: &Segment<'_>) -> (Self, Side) {
        let (from, to) = (segment.from, segment.to);
        match from <= to {
            true => (
                Self {
                    low: from,
                    high: to,
                },
                Side::Low,
            ),
            false => (
                Self {
                    low: to,
                    high: from,
                },
                Side::High,
            ),
        }
    }

    const fn get(&self, side: Side) -> SocketAddr {
        match side {
            Side::Low => self.low,
            Side::High => self.high,
        }
    }
}

/// When a packet came.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moment {
    /// The packet's number.
    pub(super) packet: u64,
    /// Since the epoch.
    pub(super) time: Option<Duration>,
    /// Since the first packet.
    pub(super) elapsed: Option<Duration>,
}

/// A TCP connection.
#[derive(Debug)]
pub(super) struct Connection {
    number: u64,
    addresses: Addresses,
    /// The last packet of it.
    pub(super) last: Moment,
    low: Half,
    high: Half,
    server: Option<Side>,
    http: bool,
    /// Once there is a frame.
    ends: Option<Rc<Ends>>,
    carries: Carries,
}

/// What a connection carries, as far as it is clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Carries {
    Nothing,
    Unknown,
    Frames,
    Tls,
    Other,
}

/// What one side sends.
#[derive(Debug, Default)]
struct Half {
    stream: Stream,
    /// Whether its first byte is known to be that.
    is_begun: bool,
    reading: Reading,
}

/// How far one side is understood.
#[derive(Debug)]
enum Reading {
    /// Its first bytes.
    Opening(Vec<u8>),
    Frames(Framer),
    /// It is of no interest.
    Ignored,
}

impl Default for Reading {
    fn default() -> Self {
        Self::Opening(Vec::new())
    }
}

impl Connection {
    pub(super) fn new(number: u64, addresses: Addresses) -> Self {
        Self {
            number,
            addresses,
            last: Moment::default(),
            low: Half::default(),
            high: Half::default(),
            server: None,
            http: false,
            ends: None,
            carries: Carries::Nothing,
        }
    }

    fn half(&mut self, side: Side) -> &mut Half {
        match side {
            Side::Low => &mut self.low,
            Side::High => &mut self.high,
        }
    }

    /// Its number, in the order in which connections begin.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// That nothing more comes of it.
    pub(super) fn end(&self) -> Item {
        Item {
            place: Some(self.place()),
            what: What::End(self.number),
        }
    }

    /// What it holds, in bytes.
    pub(super) fn held(&self) -> usize {
        self.low.held().saturating_add(self.high.held())
    }

    /// Returns `true` if a segment opens another connection between the same two addresses.
    pub(super) fn is_reopened(&mut self, segment: &Segment<'_>, side: Side) -> bool {
        let half = self.half(side);
        let first = segment.sequence.wrapping_add(1);
        segment.syn && half.stream.is_other(first, half.is_begun)
    }

    /// Returns `true` if both sides have said all, and it has been read.
    pub(super) fn is_over(&self) -> bool {
        self.low.stream.is_over() && self.high.stream.is_over()
    }

    /// Returns `true` if it had bytes and no frames.
    pub(super) fn is_left_out(&self) -> bool {
        matches!(self.carries, Carries::Unknown | Carries::Other)
    }

    /// Takes a segment that one side sent.
    pub(super) fn take(
        &mut self,
        segment: &Segment<'_>,
        side: Side,
        now: Moment,
        tell: &mut impl FnMut(Place, What),
    ) {
        self.last = now;
        let mut number = segment.sequence;
        if segment.syn {
            number = number.wrapping_add(1);
            let answers = segment.acknowledgment.is_some();
            self.server.get_or_insert(match answers {
                true => side,
                false => side.other(),
            });
            for (side, first) in [(side, Some(number)), (side.other(), segment.acknowledgment)] {
                let half = self.half(side);
                if let Some(first) = first.filter(|_| half.stream.is_new()) {
                    half.stream.start(first);
                    half.is_begun = true;
                }
            }
        }
        let mut pieces = Pieces::default();
        let stream = &mut self.half(side).stream;
        stream.add(number, segment.payload, segment.missing, |it| {
            pieces.add(it)
        });
        if segment.fin {
            let length = (segment.payload.len() as u32).wrapping_add(segment.missing);
            stream.ends(number.wrapping_add(length));
        }
        self.read(side, pieces, tell);
        if let Some(number) = segment.acknowledgment {
            self.half(side.other()).stream.acknowledge(number);
        }
        for side in [side, side.other()] {
            let mut pieces = Pieces::default();
            self.half(side).stream.tick(|it| pieces.add(it));
            self.read(side, pieces, tell);
        }
    }

    /// Nothing more comes.
    pub(super) fn finish(&mut self, tell: &mut impl FnMut(Place, What)) {
        for side in [Side::Low, Side::High] {
            let mut pieces = Pieces::default();
            self.half(side).stream.finish(|it| pieces.add(it));
            self.read(side, pieces, tell);
            let reading = std::mem::replace(&mut self.half(side).reading, Reading::Ignored);
            match reading {
                Reading::Frames(framer) if self.carries == Carries::Frames => {
                    framer.finish(&mut |found| self.found(side, found, tell));
                }
                _ => {}
            }
        }
    }

    fn read(&mut self, side: Side, pieces: Pieces, tell: &mut impl FnMut(Place, What)) {
        for piece in pieces.0 {
            if self.carries == Carries::Nothing {
                self.carries = Carries::Unknown;
            }
            // Taken out while what it finds is told.
            match std::mem::replace(&mut self.half(side).reading, Reading::Ignored) {
                Reading::Ignored => {}
                Reading::Frames(framer) => self.frames(side, framer, piece, tell),
                Reading::Opening(mut start) => match piece {
                    Owned::Missing(count) => {
                        let mut framer = Framer::searching(Reason::Middle);
                        let mut found = |found| self.found(side, found, tell);
                        framer.take(&start, &mut found);
                        self.frames(side, framer, Owned::Missing(count), tell);
                    }
                    Owned::Bytes(bytes) => {
                        start.extend(bytes);
                        self.open(side, start, tell);
                    }
                },
            }
        }
    }

    /// Hands a piece to the framer of a side.
    fn frames(
        &mut self,
        side: Side,
        mut framer: Framer,
        piece: Owned,
        tell: &mut impl FnMut(Place, What),
    ) {
        let mut found = |found| self.found(side, found, tell);
        match piece {
            Owned::Bytes(bytes) => framer.take(&bytes, &mut found),
            Owned::Missing(count) => framer.miss(count, &mut found),
        }
        self.half(side).reading = Reading::Frames(framer);
    }

    /// Looks at the first bytes of a side.
    fn open(&mut self, side: Side, start: Vec<u8>, tell: &mut impl FnMut(Place, What)) {
        match Opening::of(&start) {
            Opening::More => self.half(side).reading = Reading::Opening(start),
            Opening::Frames { behind, http } => {
                if let Some(http) = http {
                    self.http = true;
                    self.server.get_or_insert(match http {
                        Http::Request => side.other(),
                        Http::Answer => side,
                    });
                }
                self.carries = Carries::Frames;
                let frames = start.get(behind..).unwrap_or_default().to_vec();
                self.frames(side, Framer::in_step(), Owned::Bytes(frames), tell);
            }
            Opening::Tls => {
                if self.carries != Carries::Tls {
                    let (client, server) = self.roles();
                    tell(self.place(), What::Note(Note::Tls(client, server)));
                }
                self.ignore(Carries::Tls);
            }
            Opening::Other if !self.half(side).is_begun => self.search(side, &start, tell),
            Opening::Other => self.other(side, &start, tell),
        }
    }

    /// Looks for frames behind what is none.
    fn search(&mut self, side: Side, start: &[u8], tell: &mut impl FnMut(Place, What)) {
        let framer = Framer::searching(Reason::Middle);
        self.frames(side, framer, Owned::Bytes(start.to_vec()), tell);
    }

    /// A side begins with what is no frame.
    fn other(&mut self, side: Side, start: &[u8], tell: &mut impl FnMut(Place, What)) {
        let ports = [Side::Low, Side::High].map(|side| self.addresses.get(side).port());
        let is_ours = ports.iter().any(|port| PORTS.contains(port));
        if self.server == Some(side) && (is_ours || self.carries == Carries::Frames) {
            // A refusal, as some servers write it.
            if let Some(text) = plain_text(start) {
                tell(self.place(), What::Note(Note::PlainText(text)));
                return;
            }
        }
        match is_ours || self.carries == Carries::Frames {
            true => self.search(side, start, tell),
            false => self.ignore(Carries::Other),
        }
    }

    fn ignore(&mut self, carries: Carries) {
        self.carries = carries;
        self.low.reading = Reading::Ignored;
        self.high.reading = Reading::Ignored;
    }

    fn found(&mut self, side: Side, found: Found, tell: &mut impl FnMut(Place, What)) {
        let place = self.place();
        let what = match found {
            Found::Frame(header, bytes) => {
                let direction = self.direction(side, &header);
                self.carries = Carries::Frames;
                What::Frame(Captured {
                    direction,
                    header,
                    bytes,
                    origin: Some(Origin {
                        connection: self.ends(),
                        time: self.last.time,
                        elapsed: self.last.elapsed,
                    }),
                })
            }
            Found::Cut(header, missing) => {
                let direction = self.direction(side, &header);
                self.carries = Carries::Frames;
                What::Bad(Bad::Cut {
                    direction,
                    header,
                    missing,
                })
            }
            // Where it begins, and where nothing has been a frame, nothing is wrong.
            Found::Skipped(count, Reason::Middle) => What::Note(Note::Middle(count)),
            _ if self.carries != Carries::Frames => return,
            Found::Skipped(count, Reason::Gap) => What::Note(Note::Skipped(count)),
            Found::Skipped(count, Reason::NoFrame) => What::Bad(Bad::NoFrame(count)),
            Found::Gap(count) => What::Note(Note::Gap(Gap(count))),
        };
        tell(place, what);
    }

    fn place(&self) -> Place {
        Place::Packet {
            packet: self.last.packet,
            connection: self.number,
        }
    }

    /// Which way a frame goes that a side sends.
    fn direction(&mut self, side: Side, header: &Header) -> Direction {
        let by_port = self.server_by_port();
        let lower = match self.addresses.low.port() <= self.addresses.high.port() {
            true => Side::Low,
            false => Side::High,
        };
        let server = *self.server.get_or_insert_with(|| {
            { by_port.or_else(|| server_by_frame(side, header)) }.unwrap_or(lower)
        });
        match server == side {
            true => Direction::ToClient,
            false => Direction::ToServer,
        }
    }

    /// The side at a port of the protocol, if the other is at none.
    fn server_by_port(&self) -> Option<Side> {
        let is_at = |side| PORTS.contains(&self.addresses.get(side).port());
        match (is_at(Side::Low), is_at(Side::High)) {
            (true, false) => Some(Side::Low),
            (false, true) => Some(Side::High),
            _ => None,
        }
    }

    /// The client and the server, as far as they are known.
    fn roles(&self) -> (SocketAddr, SocketAddr) {
        let server = self.server.or_else(|| self.server_by_port());
        let server = server.unwrap_or(Side::High);
        (
            self.addresses.get(server.other()),
            self.addresses.get(server),
        )
    }

    fn ends(&mut self) -> Rc<Ends> {
        let (client, server) = self.roles();
        let (number, tunnelled) = (self.number, self.http);
        let ends = self.ends.get_or_insert_with(|| {
            Rc::new(Ends {
                number,
                client,
                server,
                tunnelled,
            })
        });
        Rc::clone(ends)
    }
}

impl Half {
    fn held(&self) -> usize {
        let reading = match &self.reading {
            Reading::Opening(start) => start.len(),
            Reading::Frames(framer) => framer.held(),
            Reading::Ignored => 0,
        };
        self.stream.held().saturating_add(reading)
    }
}

/// The side that is the server if that one sends such a frame; `None` if both may.
fn server_by_frame(side: Side, header: &Header) -> Option<Side> {
    let mut packets = game::PACKETS.iter().chain(admin::PACKETS);
    let packet = packets.find(|packet| packet.r#type == header.r#type)?;
    match packet.direction {
        tp_frames::Direction::ToServer => Some(side.other()),
        tp_frames::Direction::ToClient => Some(side),
        tp_frames::Direction::Either => None,
    }
}

/// The first line of a text, if that is one.
fn plain_text(start: &[u8]) -> Option<String> {
    let line = start.split(|byte| *byte == b'\n').next()?;
    let text = std::str::from_utf8(line.trim_ascii()).ok()?;
    let is_text = !text.is_empty() && !text.contains(char::is_control);
    is_text.then(|| text.chars().take(TEXT).collect())
}

/// What comes out of a stream at once.
#[derive(Default)]
struct Pieces(Vec<Owned>);

enum Owned {
    Bytes(Vec<u8>),
    Missing(Option<u64>),
}

impl Pieces {
    fn add(&mut self, piece: Piece<'_>) {
        self.0.push(match piece {
            Piece::Bytes(bytes) => Owned::Bytes(bytes.to_vec()),
            Piece::Missing(count) => Owned::Missing(count),
        });
    }
}
