//! Frames as a name and JSON fields, alike in both versions, so that a case is written once.

use bytes::{Bytes, BytesMut};
use serde_json::{Map, Value, json};
use tp_frames::{
    AnyFrame, DecodeLimits, DecodeOptions, Direction, EncodeOptions, Header, PacketInfo, RawFrame,
    TpStr, game,
};

use crate::Protocol;

/// A version that cases are run for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// TP03.
    Tp03,
    /// TP04.
    Tp04,
}

impl Version {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Tp03, Self::Tp04];

    /// The version of a frame, if it is one of the two.
    pub fn of(frame: &RawFrame) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|version| version.header() == frame.header.version)
    }

    /// How reports name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tp03 => "TP03",
            Self::Tp04 => "TP04",
        }
    }

    /// The one that it is not.
    pub fn other(self) -> Self {
        match self {
            Self::Tp03 => Self::Tp04,
            Self::Tp04 => Self::Tp03,
        }
    }

    /// What its headers say.
    pub fn header(self) -> tp_frames::Version {
        match self {
            Self::Tp03 => game::TP03,
            Self::Tp04 => game::TP04,
        }
    }

    fn protocol(self) -> &'static Protocol {
        match self {
            Self::Tp03 => Protocol::named("tp03"),
            Self::Tp04 => Protocol::named("tp04"),
        }
    }

    /// Its packet of that name, if it has one.
    pub fn packet(self, name: &str) -> Option<&'static PacketInfo> {
        let mut packets = self.protocol().packets();
        packets.find(|packet| packet.name == name)
    }

    /// What a client may send, by the schema.
    pub fn requests(self) -> impl Iterator<Item = &'static PacketInfo> {
        let packets = self.protocol().packets();
        packets.filter(|packet| packet.direction == Direction::ToServer)
    }

    /// The body of a frame with these fields; the others are zero or empty.
    pub fn body(self, name: &str, fields: Value, padded: bool) -> Result<Vec<u8>, String> {
        body(self, name, fields, padded)
            .map_err(|error| format!("this program cannot make {name}: {error}"))
    }

    /// A whole frame.
    pub fn frame(self, name: &str, sequence: u32, fields: Value) -> Result<Vec<u8>, String> {
        let body = self.body(name, fields, false)?;
        let r#type = self.packet(name).map_or(u32::MAX, |packet| packet.r#type);
        Ok(frame(self.header(), sequence, r#type, &body))
    }

    /// What a frame says in this version, whatever its header says.
    pub fn read(self, raw: RawFrame) -> Frame {
        let decoded = game::Frame::decode_body(
            self.header(),
            raw.header.r#type,
            &raw.body,
            &DecodeOptions::default().padded(raw.padded),
        );
        let (name, fields, trailing, problem) = match decoded {
            Ok((frame, trailing)) => {
                let fields = serde_json::to_value(&frame).unwrap_or_default();
                let fields = fields.get("fields").cloned().unwrap_or_default();
                (frame.name(), fields, trailing.to_vec(), None)
            }
            Err(error) => (
                error.packet(),
                Value::Null,
                Vec::new(),
                Some(error.to_string()),
            ),
        };
        Frame {
            header: raw.header,
            name,
            fields,
            body: raw.body,
            trailing,
            problem,
        }
    }
}

/// Header and body, whatever they are.
pub fn frame(version: tp_frames::Version, sequence: u32, r#type: u32, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    let mut frame = header(version, sequence, r#type, length);
    frame.extend_from_slice(body);
    frame
}

/// A header that may lie.
pub fn header(version: tp_frames::Version, sequence: u32, r#type: u32, length: u32) -> Vec<u8> {
    let header = Header {
        version,
        sequence,
        r#type,
        length,
    };
    header.to_bytes().to_vec()
}

fn body(version: Version, name: &str, fields: Value, padded: bool) -> Result<Vec<u8>, String> {
    let packet = version.packet(name).ok_or("there is no such frame")?;
    let least = vec![0; version.protocol().least(packet)];
    let options = DecodeOptions::default();
    let (empty, _) = game::Frame::decode_body(version.header(), packet.r#type, &least, &options)
        .map_err(|error| error.to_string())?;
    let mut frame = serde_json::to_value(&empty).map_err(|error| error.to_string())?;
    let given = match fields {
        Value::Object(given) => given,
        _ => Map::new(),
    };
    if let Some(Value::Object(all)) = frame.get_mut("fields") {
        all.extend(given);
    }
    let frame: game::Frame = serde_json::from_value(frame).map_err(|error| error.to_string())?;
    let mut body = BytesMut::new();
    let form = EncodeOptions::new(version.header()).padded(padded);
    frame
        .encode_body(form, &mut body)
        .map_err(|error| error.to_string())?;
    Ok(body.to_vec())
}

/// Options that take a frame much beyond the limit for one, so that it can be shown.
pub fn beyond_limits(padded: bool) -> DecodeOptions {
    let mut limits = DecodeLimits::default();
    limits.frame = limits.frame.saturating_mul(4);
    DecodeOptions::default().limits(limits).padded(padded)
}

/// A received frame.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Its header.
    pub header: Header,
    /// The packet's name; `Unknown` if the version has no such type.
    pub name: &'static str,
    /// What is in it, in the JSON form of `tp-frames`; null if it does not decode.
    pub fields: Value,
    /// Its body.
    pub body: Bytes,
    /// What follows the last field.
    pub trailing: Vec<u8>,
    /// Why it does not decode.
    pub problem: Option<String>,
}

impl Frame {
    /// Whether it is a Fail.
    pub fn is_fail(&self) -> bool {
        self.header.r#type == 1
    }

    /// Whether it is a Sequence.
    pub fn is_sequence(&self) -> bool {
        self.header.r#type == 2
    }

    /// The number at the start of the body: the code of a Fail, the count of a Sequence, the id of
    /// most things.
    pub fn first_number(&self) -> Option<u32> {
        self.body
            .first_chunk()
            .map(|bytes| u32::from_be_bytes(*bytes))
    }

    /// A field; null if it is not there.
    pub fn field(&self, name: &str) -> &Value {
        self.fields.get(name).unwrap_or(&Value::Null)
    }

    /// A number in a field.
    pub fn number(&self, name: &str) -> Result<i128, String> {
        number(self.field(name))
            .ok_or_else(|| format!("the field {name} of {} holds no number", self.name))
    }

    /// An id, a slot, a count.
    pub fn id(&self, name: &str) -> Result<u32, String> {
        u32::try_from(self.number(name)?)
            .map_err(|_| format!("the field {name} of {} is no id", self.name))
    }

    /// A list in a field.
    pub fn list(&self, name: &str) -> Result<&Vec<Value>, String> {
        self.field(name)
            .as_array()
            .ok_or_else(|| format!("the field {name} of {} holds no list", self.name))
    }

    /// The ids in a list.
    pub fn ids(&self, name: &str) -> Result<Vec<u32>, String> {
        Ok(self.list(name)?.iter().filter_map(id).collect())
    }

    /// What it is, in a word or a few.
    pub fn what(&self) -> String {
        if !self.is_fail() {
            return format!("{} ({})", self.name, self.header.r#type);
        }
        let code = self.first_number().unwrap_or(u32::MAX);
        let text = self.field("result").as_str().unwrap_or("no text");
        format!("Fail with code {code} ({:?})", TpStr::from(text))
    }
}

/// A number of either sign.
pub fn number(value: &Value) -> Option<i128> {
    let negative = value.as_i64().map(i128::from);
    negative.or_else(|| value.as_u64().map(i128::from))
}

/// An id, a slot, a count.
pub fn id(value: &Value) -> Option<u32> {
    u32::try_from(value.as_u64()?).ok()
}

/// The same fields, but for some of them.
pub fn with(fields: &Value, others: Value) -> Value {
    let mut all = fields.clone();
    if let (Value::Object(all), Value::Object(others)) = (&mut all, others) {
        all.extend(others);
    }
    all
}

/// A string of any bytes, as a field.
pub fn text(bytes: &[u8]) -> Value {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.ends_with('\0') => json!(text),
        _ => json!({ "hex": crate::to_hex(bytes) }),
    }
}
