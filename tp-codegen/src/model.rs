//! The resolved protocol: what every emitter reads.
//!
//! A [`Model`] is what remains of a schema once every check has passed. Bases are flattened,
//! references resolved, wire sizes computed and Rust names decided, so that an emitter only
//! prints. Everything stands in schema order.

use std::ops::RangeInclusive;

use serde::Serialize;

/// One protocol, resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Model {
    /// Name of the schema file, without its folders.
    pub source: String,
    /// `version` of the `protocol` element, such as `TP04`.
    pub version: String,
    /// How bytes 0 to 3 of a frame are written, read off the packet named `Header`.
    pub header: HeaderForm,
    /// Parameter sets in schema order.
    pub parameter_sets: Vec<ParameterSet>,
    /// Packets in schema order, the bases among them, `Header` included.
    pub packets: Vec<Packet>,
}

/// The two header layouts that exist, both 16 bytes long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum HeaderForm {
    /// Four characters, `TP` and two digits: TP03.
    Ascii,
    /// Two characters `TP`, a protocol version and a frame version of 8 bits each: TP04.
    Binary,
    /// The schema declares no packet named `Header`.
    None,
}

/// What the schema says in words about one of its elements, white space normalised: one space
/// between words, paragraphs apart by `"\n\n"`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Prose {
    /// `longname`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longname: Option<String>,
    /// `description`, or the text of a `value`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `example`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// Every `note`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The `since` version note, such as `TP04`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The `until` version note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// Names that something had in older versions, and in which versions of its
/// [`Family`](crate::family::Family) it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct History {
    /// `was`: its name in the version before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// All of its older names, newest first. Known only of a family, as all that follows.
    #[serde(skip)]
    pub older_names: Vec<String>,
    /// Number of the first version that has it; none if the oldest of the family does.
    #[serde(skip)]
    pub since: Option<u8>,
    /// Number of the last version that has it; none if the newest of the family does.
    #[serde(skip)]
    pub until: Option<u8>,
}

/// What a field is in a version and in those before it, back to where the next stage says
/// otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// Number of the first version of the stage; 0 for the oldest stage.
    pub since: u8,
    /// Whether it is there.
    pub presence: Presence,
    /// Raw bytes only: how many there are.
    pub count: Option<u32>,
    /// Its place among the fields of that version, from 0.
    pub position: usize,
}

/// Whether a field is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// The version has no such field.
    Absent,
    /// It may be left out.
    Optional,
    /// Always.
    Required,
}

/// Bytes on the wire, filters off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Size {
    /// The fewest bytes it can take.
    pub min: u64,
    /// Whether it always takes exactly `min` bytes.
    pub fixed: bool,
}

/// A numbered family of parameter shapes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParameterSet {
    /// Name in the schema, such as `OrderParams`.
    pub name: String,
    /// Name of the Rust enum of values.
    pub rust_name: String,
    /// Name of the Rust module, raw (`r#…`) where it is a keyword.
    pub module: String,
    /// Its words.
    pub prose: Prose,
    /// Its parameters in schema order; may be empty.
    pub parameters: Vec<Parameter>,
}

/// One parameter type of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// Name in the schema, such as `orderParamTime`.
    pub name: String,
    /// Name of the Rust struct, such as `OrderParamTime`.
    pub rust_name: String,
    /// Name of the variant in the set's enum, such as `Time`: the name without the set's
    /// singular in front, where it has that.
    pub variant: String,
    /// The number that selects it.
    #[serde(rename = "type")]
    pub type_id: u32,
    /// Its words.
    pub prose: Prose,
    /// Its versions.
    #[serde(flatten)]
    pub history: History,
    /// `usestruct`: what a frame carries.
    #[serde(rename = "use")]
    pub use_fields: Vec<Field>,
    /// Size of `use_fields`, optional ones left out.
    pub use_size: Size,
    /// `descstruct`: what a description carries; empty for a missing or empty one.
    #[serde(rename = "desc")]
    pub desc_fields: Vec<Field>,
    /// Name of the Rust struct of `desc_fields`; none when that is empty.
    pub desc_rust_name: Option<String>,
    /// Size of `desc_fields`.
    pub desc_size: Size,
}

/// What a packet is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The packet `Header` without base: the frame header, no part of any body.
    Header,
    /// A packet without id: only others build on it.
    Base,
    /// A packet with an id: travels as a frame.
    Frame,
}

/// Which way a packet goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Client to server.
    Server,
    /// Server to client.
    Client,
    /// Either way.
    Any,
}

/// One packet with everything its bases give it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Packet {
    /// Name in the schema.
    pub name: String,
    /// Name of the Rust struct.
    pub rust_name: String,
    /// Name of the Rust module, raw (`r#…`) where it is a keyword.
    pub module: String,
    /// Frame type.
    pub id: Option<u32>,
    /// Name of the packet it builds on.
    pub base: Option<String>,
    /// What it is for.
    pub role: Role,
    /// Which way it goes: its own `direction` or the nearest base's.
    pub direction: Direction,
    /// Its words.
    pub prose: Prose,
    /// Its versions.
    #[serde(flatten)]
    pub history: History,
    /// Fields of the body in wire order: those of its bases first, the header's never.
    pub fields: Vec<Field>,
    /// How many of `fields` come from its bases.
    pub inherited: usize,
    /// Size of the body, optional fields left out of `min`.
    pub size: Size,
    /// What a server may answer, `Fail` apart; empty for anything that is no request.
    pub replies: Vec<Reply>,
    /// The failures the schema lists for it.
    pub failtypes: Vec<FailType>,
}

impl Packet {
    /// The packet of that name.
    #[must_use]
    pub fn named<'m>(packets: &'m [Self], name: &str) -> Option<&'m Self> {
        packets.iter().find(|packet| packet.name == name)
    }
}

/// One alternative answer to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reply {
    /// Name of the packet that answers.
    pub packet: String,
    /// Whether a `Sequence` frame may come first.
    pub sequence: ReplySequence,
    /// Servers are known that stay silent.
    pub silent: bool,
}

/// Whether an answer is one frame or a counted group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ReplySequence {
    /// One frame.
    Never,
    /// One frame, or `Sequence` and as many frames as it says.
    Maybe,
    /// Always `Sequence` first.
    Always,
}

/// A failure a packet may meet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailType {
    /// Value of `Fail.code`.
    #[serde(rename = "type")]
    pub type_id: u32,
    /// Its words.
    pub prose: Prose,
}

/// One field of a packet, parameter, record or group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Name in the schema.
    pub name: String,
    /// Name of the Rust field, raw (`r#…`) where it is a keyword.
    pub rust_name: String,
    /// Name of the packet or parameter whose element declares it.
    pub declared_in: String,
    /// Always sent, but meaningful only from the server.
    pub readonly: bool,
    /// May be absent; see the schema guide.
    pub optional: bool,
    /// Not to be shown.
    pub secret: bool,
    /// Its words.
    pub prose: Prose,
    /// Its versions.
    #[serde(flatten)]
    pub history: History,
    /// What it is in which versions of a family, newest first; empty where it is the same in all.
    #[serde(skip)]
    pub stages: Vec<Stage>,
    /// Its place among its neighbours on the wire, where that changed from version to version:
    /// with the first version of each order, newest first.
    #[serde(skip)]
    pub places: Vec<(u8, usize)>,
    /// Whether it is an `Option` in Rust.
    #[serde(skip)]
    pub option: bool,
    /// What it is.
    pub kind: FieldKind,
    /// Size when present.
    pub size: Size,
}

impl Field {
    /// Whether it is not to be shown, or something in it is not.
    #[must_use]
    pub fn holds_secret(&self) -> bool {
        self.secret || self.kind.members().iter().any(Self::holds_secret)
    }
}

/// What a field is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum FieldKind {
    /// Raw bytes, no prefix.
    Character {
        /// How many bytes.
        count: u32,
    },
    /// A big-endian integer.
    Integer {
        /// Sign and width.
        integer: Integer,
        /// Marked `subtype`: selects a shape elsewhere.
        subtype: bool,
    },
    /// A counted string.
    String {
        /// `type="formatted"`: may hold structured text.
        formatted: bool,
        /// Most bytes it may have.
        max: Option<u32>,
    },
    /// An integer with named values.
    Enumeration(Enumeration),
    /// A counted list.
    List {
        /// Most entries it may have.
        max: Option<u32>,
        /// What each entry is.
        item: Item,
    },
    /// Fields under one name.
    Group(Record),
    /// `useparameters`: the rest of the body, shaped by `typefield`.
    Parameters(Parameters),
    /// `descparameter`: the `descstruct` of the parameter type that `typefield` holds.
    Description {
        /// Name of the parameter set.
        set: String,
        /// Schema name of the sibling integer field that selects.
        typefield: String,
        /// Rust name of that field.
        typefield_rust_name: String,
        /// Name of the Rust enum of descriptions; none when no parameter of the set has one, and
        /// then the field takes no bytes and has no Rust field.
        rust_name: Option<String>,
    },
}

impl FieldKind {
    /// The structure of a group, or of the entries of a list.
    #[must_use]
    pub fn record(&self) -> Option<&Record> {
        match self {
            Self::Group(record)
            | Self::List {
                item: Item::Record(record),
                ..
            } => Some(record),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub fn record_mut(&mut self) -> Option<&mut Record> {
        match self {
            Self::Group(record)
            | Self::List {
                item: Item::Record(record),
                ..
            } => Some(record),
            _ => None,
        }
    }

    /// The fields within it: those of a group, or of the entries of a list.
    #[must_use]
    pub fn members(&self) -> &[Field] {
        match self {
            Self::List {
                item: Item::Field(entry),
                ..
            } => std::slice::from_ref(entry),
            _ => self.record().map_or(&[], |record| &record.fields),
        }
    }

    /// The same, to be changed.
    pub fn members_mut(&mut self) -> &mut [Field] {
        match self {
            Self::List {
                item: Item::Field(entry),
                ..
            } => std::slice::from_mut(entry),
            _ => self
                .record_mut()
                .map_or(&mut [], |record| &mut record.fields),
        }
    }
}

/// Sign and width of an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Integer {
    /// How its bits are read.
    pub sign: Sign,
    /// Width: 8, 32 or 64.
    pub bits: u8,
}

impl Integer {
    /// The numbers that fit.
    pub(crate) fn range(self) -> RangeInclusive<i128> {
        let two_to = |bits: u8| 1_i128.checked_shl(u32::from(bits)).unwrap_or(0);
        match self.sign {
            Sign::Signed => {
                let half = two_to(self.bits.saturating_sub(1));
                half.saturating_neg()..=half.saturating_sub(1)
            }
            Sign::Unsigned => 0..=two_to(self.bits).saturating_sub(1),
            Sign::Semisigned => -1..=two_to(self.bits).saturating_sub(2),
        }
    }
}

/// How the bits of an integer are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sign {
    /// Two's complement.
    Signed,
    /// Never negative.
    Unsigned,
    /// Unsigned, but all bits one mean −1, "none".
    Semisigned,
}

/// An integer with named values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Enumeration {
    /// Name of the Rust type.
    pub rust_name: String,
    /// Sign and width on the wire.
    pub integer: Integer,
    /// How values combine.
    pub style: Style,
    /// Named values in schema order.
    pub values: Vec<Value>,
}

/// How the values of an enumeration combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// One of the values; others may come.
    List,
    /// Bits, or-ed.
    Mask,
    /// Exactly one of the values.
    Single,
}

/// One named value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Value {
    /// Name in the schema.
    pub name: String,
    /// Name of the Rust constant.
    pub const_name: String,
    /// The name as a variant of an enum has it, such as `NoSuchThing`, for emitters of languages whose
    /// enums are open.
    pub variant: String,
    /// The number, as its integer type reads it (`-1` for semisigned all ones).
    pub id: i128,
    /// Whether the schema wrote it in hexadecimal; never for a negative one.
    pub hex: bool,
    /// Its words.
    pub prose: Prose,
    /// Its versions.
    #[serde(flatten)]
    pub history: History,
}

/// A named structure of its own: the entry of a list, or a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// Name of the Rust struct.
    pub rust_name: String,
    /// Its fields in wire order; never empty in a list.
    pub fields: Vec<Field>,
    /// Size of one.
    pub size: Size,
}

/// The entry of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "entry", rename_all = "lowercase")]
pub enum Item {
    /// The list's structure is a single integer, string, enumeration or character field: the
    /// entry is that field's value.
    Field(Box<Field>),
    /// Anything else.
    Record(Record),
}

/// Where the shape of the rest of a body is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parameters {
    /// Name of the parameter set.
    pub set: String,
    /// Rust name of the set's enum.
    pub set_rust_name: String,
    /// Schema name of the sibling integer field that selects.
    pub typefield: String,
    /// Rust name of that field.
    pub typefield_rust_name: String,
    /// The description that lists the parameter types; none when `typefield` is the one
    /// parameter's type itself.
    pub typeframe: Option<TypeFrame>,
    /// Number of the last version of a family in which `typefield` is the one parameter's type
    /// itself, although later ones have a `typeframe`.
    #[serde(skip)]
    pub direct_until: Option<u8>,
}

/// A description packet and the way to the parameter types in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TypeFrame {
    /// Schema name of the description packet.
    pub packet: String,
    /// Rust name of the description packet.
    pub rust_name: String,
    /// Schema name of its field that equals `typefield`.
    pub idfield: String,
    /// Rust name of that field.
    pub idfield_rust_name: String,
    /// Steps from the packet to the types, outermost first; the last is a `getfield`.
    pub path: Vec<PathStep>,
}

/// One step of a type path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PathStep {
    /// Schema name of the field.
    pub name: String,
    /// Rust name of the field.
    pub rust_name: String,
    /// `getlist`: every entry of a list, not one field (or group).
    pub list: bool,
}
