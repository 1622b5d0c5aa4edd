//! The golden vectors, as `tests/vectors/README.md` describes them.

use bytes::BytesMut;
use serde::Deserialize;
use serde_json::Value;
use tp_frames::{DecodeLimits, DecodeOptions, RawFrame};

use crate::{Protocol, from_hex, to_hex};

/// The vectors of one protocol.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vectors {
    /// Name of the protocol's module.
    pub protocol: String,
    /// Its schema.
    pub schema: String,
    /// Every packet.
    pub packets: Vec<PacketFacts>,
    /// Good frames.
    pub frames: Vec<Good>,
    /// Frames that must not decode.
    pub invalid: Vec<Bad>,
    /// What is no whole frame, or none at all.
    pub framing: Vec<Framing>,
    /// Tails of parameters with their types.
    pub parameters: Vec<Tail>,
    /// Frames with parameters and their descriptions.
    pub described: Vec<Described>,
}

/// What a schema says about a packet, but for its fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PacketFacts {
    /// Its name.
    pub name: String,
    /// Its frame type.
    pub r#type: u32,
    /// `server`, `client` or `any`: where it goes.
    pub direction: String,
    /// The fewest bytes of its body.
    pub least: usize,
}

/// A frame and its values.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Good {
    /// What it is about.
    pub about: String,
    /// The whole frame.
    pub hex: String,
    /// The header's sequence number.
    pub sequence: u32,
    /// The values, in the form of `Frame`.
    pub frame: Value,
    /// What follows the last field.
    #[serde(default)]
    pub trailing: String,
    /// Only in the vectors written by hand, which are of all protocols.
    pub protocol: Option<String>,
    /// The frame under the names of its own version, where newer ones have others.
    pub older: Option<Value>,
    /// What the bytes are in the other version of the protocol, if it has one.
    pub under: Option<ReadAs>,
    /// What the frame is written in the other version of the protocol, if it has one.
    pub into: Option<WrittenAs>,
}

/// The body of a frame, read in another version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadAs {
    /// `TP03` or `TP04`.
    pub version: String,
    /// The values; the same ones and the same trailing bytes if neither this nor an error is told.
    pub frame: Option<Value>,
    /// What follows the last field.
    #[serde(default)]
    pub trailing: String,
    /// The error.
    pub error: Option<Value>,
}

/// A frame, or a tail of parameters, written in another version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenAs {
    /// `TP03` or `TP04`.
    pub version: String,
    /// All of it; a frame of the same body if neither this nor an error is told.
    pub hex: Option<String>,
    /// Why it cannot be written.
    pub error: Option<Refused>,
}

impl WrittenAs {
    /// What [`Protocol::encode`] says of it, if that is not told by `hex`.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        let error = self.error.as_ref()?;
        Some(format!("{} {}.{}", error.kind, error.packet, error.field))
    }
}

/// Why a frame cannot be written in a version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// [`tp_frames::EncodeErrorKind`].
    pub kind: String,
    /// The packet.
    pub packet: String,
    /// The field, or nothing for the whole packet.
    pub field: String,
}

/// A frame and what is wrong with it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bad {
    /// What it is about.
    pub about: String,
    /// The whole frame.
    pub hex: String,
    /// Whether to decode strictly.
    #[serde(default)]
    pub strict: bool,
    /// Limits other than the default.
    #[serde(default)]
    pub limits: Limits,
    /// The error.
    pub error: Value,
}

/// Limits other than the default.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    frame: Option<usize>,
    list: Option<usize>,
    string: Option<usize>,
    memory: Option<usize>,
}

/// Bytes that are no whole frame, or none at all.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framing {
    /// What it is about.
    pub about: String,
    /// What was received.
    pub hex: String,
    /// `incomplete`, unless there is an error.
    pub result: Option<String>,
    /// The error.
    pub error: Option<Value>,
}

/// A tail of parameters with their types.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tail {
    /// What it is about.
    pub about: String,
    /// The parameter set.
    pub set: String,
    /// The types that a description tells.
    pub types: Vec<u32>,
    /// The tail.
    pub hex: String,
    /// The parameters read.
    pub values: Value,
    /// What is left of the tail.
    pub leftover: String,
    /// Why reading stopped, or null.
    pub stopped: Value,
    /// What the bytes are in the other version of the protocol, if it has one.
    pub under: Option<TailReadAs>,
    /// What the values are written in the other version of the protocol, if it has one.
    pub into: Option<WrittenAs>,
}

/// A tail of parameters, read in another version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TailReadAs {
    /// `TP03` or `TP04`.
    pub version: String,
    /// The parameters read.
    pub values: Value,
    /// What is left of the tail.
    pub leftover: String,
    /// Why reading stopped, or null.
    pub stopped: Value,
}

/// A frame with parameters and its description.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Described {
    /// What it is about.
    pub about: String,
    /// The frame that describes, unless the frame's own type field is the parameter type.
    pub description: Option<String>,
    /// The frame with parameters.
    pub frame: String,
    /// The parameters read.
    pub values: Value,
    /// What is left of the tail.
    pub leftover: String,
    /// Why reading stopped, or null.
    pub stopped: Value,
}

impl Vectors {
    /// The protocol these are of.
    #[must_use]
    pub fn protocol(&self) -> &'static Protocol {
        Protocol::named(&self.protocol)
    }
}

impl Bad {
    /// How to decode it.
    #[must_use]
    pub fn options(&self) -> DecodeOptions {
        let (own, mut limits) = (&self.limits, DecodeLimits::default());
        limits.frame = own.frame.unwrap_or(limits.frame);
        limits.list = own.list.unwrap_or(limits.list);
        limits.string = own.string.unwrap_or(limits.string);
        limits.memory = own.memory.unwrap_or(limits.memory);
        DecodeOptions::new().strict(self.strict).limits(limits)
    }
}

const TEXTS: [&str; 3] = [
    include_str!("../vectors/tp03.json"),
    include_str!("../vectors/tp04.json"),
    include_str!("../vectors/admin.json"),
];

/// The generated vectors of every protocol.
///
/// # Panics
///
/// A file is not as it should be.
pub fn all() -> impl Iterator<Item = Vectors> {
    TEXTS.iter().map(|text| serde_json::from_str(text).unwrap())
}

/// The vectors written by hand.
///
/// # Panics
///
/// The file is not as it should be.
#[must_use]
pub fn by_hand() -> Vec<Good> {
    serde_json::from_str(include_str!("../vectors/by-hand.json")).unwrap()
}

/// The one frame that these bytes are.
///
/// # Panics
///
/// They are none, or more.
#[must_use]
pub fn only_frame(bytes: &[u8]) -> RawFrame {
    let mut received = BytesMut::from(bytes);
    let taken = RawFrame::take(&mut received, &DecodeOptions::default());
    let frame = taken.unwrap();
    assert!(received.is_empty(), "not one frame: {}", to_hex(bytes));
    frame.unwrap()
}

/// A whole frame, split by hand: frame type and body.
#[must_use]
pub fn split(hex: &str) -> (u32, Vec<u8>) {
    let bytes = from_hex(hex);
    (
        u32::from_be_bytes(bytes[8..12].try_into().unwrap()),
        bytes[16..].to_vec(),
    )
}
