//! Captures: frames, the way they went, and the connection and the time if the file has them.
//!
//! [`Capture`] reads any of the files and is one iterator for all of them, so that whoever takes
//! frames from it need not know what they were kept in:
//!
//! ```text
//! lines ───────────────────────────────────────────────────────────────► Item
//! packets (pcap, pcapng) ─► segment ─► connections ─► stream ─► framer ─► Item
//! ```

mod connection;
mod connections;
mod file_type;
mod framer;
mod input;
mod lines;
mod opening;
mod packets;
mod pcap;
mod pcapng;
mod segment;
mod stream;
#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "a test may fail")]
mod tests;

use std::fmt;
use std::io::{self, BufReader, Cursor, Read};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use tp_frames::Header;

use connections::Connections;
use file_type::{FileType, NoCapture};
use input::Damage;
use lines::{BadLine, Lines};

/// Which way a frame went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

impl Direction {
    /// As captures and JSON write it.
    pub(crate) const fn mark(self) -> &'static str {
        match self {
            Self::ToServer => "C>S",
            Self::ToClient => "S>C",
        }
    }

    /// As text for a person shows it.
    pub(crate) const fn arrow(self) -> &'static str {
        match self {
            Self::ToServer => "C→S",
            Self::ToClient => "S→C",
        }
    }
}

/// A frame as it was captured.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Captured {
    pub(crate) direction: Direction,
    pub(crate) header: Header,
    /// Header and body.
    pub(crate) bytes: Vec<u8>,
    /// `None` in a text capture.
    pub(crate) origin: Option<Origin>,
}

impl Captured {
    /// The bytes behind the header.
    pub(crate) fn body(&self) -> &[u8] {
        self.bytes.get(Header::SIZE..).unwrap_or_default()
    }

    /// The number of the connection; `None` in a text capture.
    pub(crate) fn connection(&self) -> Option<u64> {
        self.origin.as_ref().map(|origin| origin.connection.number)
    }
}

/// From where a frame of a packet capture is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Origin {
    pub(crate) connection: Rc<Ends>,
    /// When the frame was whole, since the epoch. Some packets have no time.
    pub(crate) time: Option<Duration>,
    /// The same since the first packet.
    pub(crate) elapsed: Option<Duration>,
}

/// A TCP connection.
#[derive(Debug, PartialEq)]
pub(crate) struct Ends {
    /// In the order in which connections begin, from 1, those without frames counted too.
    pub(crate) number: u64,
    pub(crate) client: SocketAddr,
    pub(crate) server: SocketAddr,
    /// Whether heads of HTTP were in front of the frames.
    pub(crate) tunnelled: bool,
}

impl fmt::Display for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            client,
            server,
            tunnelled,
        } = self;
        write!(
            f,
            "connection {number}: client {client}, server {server}{}",
            if *tunnelled {
                ", in an HTTP tunnel"
            } else {
                ""
            }
        )
    }
}

/// Something of a capture.
#[derive(Debug)]
pub(crate) struct Item {
    /// `None` for what is of the whole file.
    pub(crate) place: Option<Place>,
    pub(crate) what: What,
}

/// Where something is in a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A line, from 1.
    Line(u64),
    /// A packet, from 1 as in Wireshark, and its connection.
    Packet { packet: u64, connection: u64 },
}

impl fmt::Display for Place {
    /// As it follows the name of the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, ":{line}"),
            Self::Packet { packet, connection } => {
                write!(f, ": packet {packet}, connection {connection}")
            }
        }
    }
}

/// What comes out of a capture.
#[derive(Debug)]
pub(crate) enum What {
    /// A frame. It has a header; what the header says of the body may be wrong.
    Frame(Captured),
    /// What should be a frame and is none.
    Bad(Bad),
    /// Something that is no frame and need not be one.
    Note(Note),
    /// Nothing more comes of this connection.
    End(u64),
}

/// Why there is no frame.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum Bad {
    #[error(transparent)]
    Line(#[from] BadLine),
    /// Some of its bytes are not there.
    #[error("{missing} of its {} bytes are not in the capture", length(header))]
    Cut {
        direction: Direction,
        header: Header,
        missing: u64,
    },
    /// Frames should follow one another, and something else was between.
    #[error("{0} bytes are no frame")]
    NoFrame(u64),
    /// The file cannot be read on.
    #[error(transparent)]
    Damage(#[from] Damage),
}

/// The bytes of a whole frame.
fn length(header: &Header) -> u64 {
    u64::from(header.length).saturating_add(Header::SIZE as u64)
}

/// Something that is no frame and need not be one.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum Note {
    #[error("it begins in the middle: {0} bytes are skipped")]
    Middle(u64),
    #[error("bytes are not in the capture here, {0}")]
    Gap(Gap),
    #[error("{0} bytes are skipped up to the next frame")]
    Skipped(u64),
    #[error("the server answers in plain text: {0:?}")]
    PlainText(String),
    #[error(
        "{0} to {1} is encrypted (TLS), so its frames cannot be read; capture a plain port, or see \
         `tp record`"
    )]
    Tls(SocketAddr, SocketAddr),
    #[error("{0} connections that carry no frames are left out")]
    LeftOut(u64),
    #[error(
        "{0} connections were ended early: there were more at once, or more bytes of them, than are \
         held"
    )]
    EndedEarly(u64),
    #[error("{0} fragments of IP packets are left out: they are not put together")]
    Fragments(u64),
    #[error("{0} packets of link type {1} are left out: it is not known here")]
    Link(u64, u32),
}

/// How many bytes are not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap(pub(crate) Option<u64>);

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(bytes) => write!(f, "{bytes} of them"),
            None => f.write_str("nobody knows how many"),
        }
    }
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OpenError {
    #[error(transparent)]
    Read(#[from] io::Error),
    #[error(transparent)]
    NoCapture(#[from] NoCapture),
    #[error(transparent)]
    Damage(#[from] Damage),
}

/// The file with its beginning, which has been read, in front.
type Whole<R> = io::Chain<Cursor<Vec<u8>>, R>;

/// A capture of any kind; what comes out of it, in the order in which it was captured.
pub(crate) enum Capture<R> {
    Text(Lines<BufReader<Whole<R>>>),
    Packets(Box<Connections<BufReader<Whole<R>>>>),
}

impl<R: Read> Capture<R> {
    /// Looks at the beginning of a file.
    pub(crate) fn open(mut file: R) -> Result<Self, OpenError> {
        let (file_type, beginning) = FileType::of(&mut file)?;
        let whole = BufReader::new(Cursor::new(beginning).chain(file));
        Ok(match file_type {
            FileType::Text => Self::Text(Lines::new(whole)),
            FileType::Packets => Self::Packets(Box::new(Connections::new(whole)?)),
        })
    }

    /// Returns `true` if it tells connections and times.
    pub(crate) fn has_connections(&self) -> bool {
        matches!(self, Self::Packets(_))
    }
}

impl<R: Read> Iterator for Capture<R> {
    type Item = io::Result<Item>;

    fn next(&mut self) -> Option<io::Result<Item>> {
        match self {
            Self::Text(lines) => lines.next(),
            Self::Packets(connections) => connections.next(),
        }
    }
}
