//! What changed between two editions of a protocol, and for whom.
//!
//! Pure: two [`Model`]s in, [`Changes`] out. Which thing of the old edition is which of the new
//! one is decided in `pairing`; the other files compare what belongs together. Each change is
//! reported once, where it is declared, with every frame it reaches.
//!
//! A change breaks the wire when two programs understood each other before and do not once one
//! of them is upgraded. So a packet more breaks nothing, since no old program uses it, and a
//! packet less does. SCHEMA.md has all the rules; the tests find them out by encoding with one
//! edition and decoding with the other, and by comparing the code generated from both.

mod effect;
mod fields;
mod kinds;
mod markdown;
mod packets;
mod pairing;
mod parameters;
mod place;
mod reach;
mod text;
mod words;

use serde::Serialize;

use crate::model::Model;
use effect::Effect;

pub use place::{Place, Subject};

/// Everything that changed, in the order of the new schema; what is gone comes last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// The edition before.
    pub old: Edition,
    /// The edition after.
    pub new: Edition,
    /// How many changes of each class there are.
    pub totals: Totals,
    /// What the changes call for.
    pub bump: Bump,
    /// The changes.
    pub changes: Vec<Change>,
}

/// One of the two that are compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edition {
    /// Name of the schema, as its [`Model`] has it.
    pub source: String,
    /// `version` of its `protocol` element.
    pub version: String,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What kind of change it is.
    pub kind: Kind,
    /// What changed: by the new name, or the old one of what is gone.
    pub place: Place,
    /// What happened to it, in words.
    pub what: String,
    /// What it was before, where that is more than absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it is now, where that is more than absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Whether any frame no longer gets across.
    pub breaks_wire: bool,
    /// What it means for users of the generated crate.
    pub source: SourceEffect,
    /// Why programs break, where that is not plain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_reason: Option<String>,
    /// The frames that no longer get across.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub frames: Vec<BrokenFrame>,
    /// How many frames have what changed in them, broken or not.
    pub reaches: usize,
}

/// Kinds of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Kind {
    /// The version that the protocol gives itself.
    VersionChanged,
    /// A packet is new.
    PacketAdded,
    /// A packet is gone.
    PacketRemoved,
    /// The same packet has another name.
    PacketRenamed,
    /// Another packet took the id.
    PacketReplaced,
    /// The same packet has another id, or gained or lost it.
    PacketMoved,
    /// A packet goes another way.
    DirectionChanged,
    /// A packet is built on another one.
    BaseChanged,
    /// A server may answer with one more packet.
    ReplyAdded,
    /// A server answers with a packet no more.
    ReplyRemoved,
    /// `Sequence` in front of an answer, or silence in its place.
    ReplyChanged,
    /// The failures that a packet lists.
    FailtypesChanged,
    /// A field is new.
    FieldAdded,
    /// A field is gone.
    FieldRemoved,
    /// The same field has another name.
    FieldRenamed,
    /// A field has another place among the others.
    FieldMoved,
    /// A field is now declared by a base, or no longer.
    FieldInherited,
    /// What a field is made of: kind, sign, width, style.
    TypeChanged,
    /// A field may be absent, or no longer.
    OptionalChanged,
    /// A field is meaningful only from the server, or no longer.
    ReadonlyChanged,
    /// The most bytes or entries.
    MaxChanged,
    /// Marks that change no byte: `formatted`, `subtype`.
    MarkChanged,
    /// How the types of parameters are found.
    ParametersChanged,
    /// A value has a name now.
    ValueAdded,
    /// A value has no name any more.
    ValueRemoved,
    /// The same number has another name.
    ValueRenamed,
    /// The same name has another number.
    ValueRenumbered,
    /// A parameter set is new.
    SetAdded,
    /// A parameter set is gone.
    SetRemoved,
    /// The same parameter set has another name.
    SetRenamed,
    /// A parameter type is new.
    ParameterAdded,
    /// A parameter type is gone.
    ParameterRemoved,
    /// The same parameter type has another name.
    ParameterRenamed,
    /// Another parameter took the type number.
    ParameterReplaced,
    /// The same parameter has another type number.
    ParameterRenumbered,
    /// A generated type is called otherwise, though nothing it is named after is.
    RustNameChanged,
    /// What the schema says in words.
    WordsChanged,
    /// A version note: `since` or `until`.
    SinceChanged,
}

/// What a change means for users of the generated crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceEffect {
    /// Nothing but documentation.
    None,
    /// There is more than before; programs still compile. As everywhere in this project,
    /// literals of structs end with `..Default::default()`.
    Additive,
    /// Programs that use it no longer compile, or their JSON has other names.
    Breaking,
}

impl SourceEffect {
    /// This if it `is` so, else none.
    fn when(self, is: bool) -> Self {
        if is { self } else { Self::None }
    }
}

/// A frame that no longer gets across between some programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrokenFrame {
    /// Name of the packet in the new schema, or in the old one if it is gone.
    pub packet: String,
    /// Its frame type there.
    pub id: u32,
    /// Between an old client and a new server.
    pub old_client_new_server: bool,
    /// Between a new client and an old server.
    pub new_client_old_server: bool,
}

/// How many changes there are. One that breaks the wire and programs counts in both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// All of them.
    pub changes: usize,
    /// Those that break the wire.
    pub wire: usize,
    /// Those that break it between old clients and new servers.
    pub old_client_new_server: usize,
    /// Those that break it between new clients and old servers.
    pub new_client_old_server: usize,
    /// Those that break programs.
    pub source: usize,
    /// Those that only add to what programs can use, and break nothing.
    pub additive: usize,
    /// Those that change documentation only.
    pub documentation: usize,
}

/// What the changes call for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bump {
    /// A protocol version of its own, since the wire is broken.
    pub protocol: bool,
    /// Whether the new schema has one.
    pub protocol_done: bool,
    /// The version of the generated crate.
    #[serde(rename = "crate")]
    pub krate: CrateBump,
}

/// Which part of a crate's version has to rise, by semantic versioning. Before 1.0 a new
/// "major" is a new second number, and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CrateBump {
    /// None.
    None,
    /// The last one: documentation.
    Patch,
    /// The middle one: additions.
    Minor,
    /// The first one: something breaks.
    Major,
}

/// Compares two editions of a protocol.
#[must_use]
pub fn diff(old: &Model, new: &Model) -> Changes {
    let pairing = pairing::Pairing::new(old, new);
    let mut changes = Vec::new();
    packets::version(&pairing, &mut changes);
    parameters::compare(&pairing, &mut changes);
    packets::compare(&pairing, &mut changes);
    let totals = Totals::of(&changes);
    let edition = |model: &Model| Edition {
        source: model.source.clone(),
        version: model.version.clone(),
    };
    Changes {
        old: edition(old),
        new: edition(new),
        totals,
        bump: Bump {
            protocol: totals.wire > 0,
            protocol_done: old.version != new.version,
            krate: CrateBump::of(&changes),
        },
        changes,
    }
}

/// A change of a declaration, before it is known which frames it reaches.
struct Found {
    kind: Kind,
    field: Option<String>,
    value: Option<String>,
    what: String,
    before: Option<String>,
    after: Option<String>,
    source: SourceEffect,
    source_reason: Option<String>,
    effect: Effect,
}

impl Found {
    /// A change of documentation only, unless more is said of it.
    fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self {
            kind,
            field: None,
            value: None,
            what: what.into(),
            before: None,
            after: None,
            source: SourceEffect::None,
            source_reason: None,
            effect: Effect::NONE,
        }
    }

    /// Another name, if it is another.
    fn renamed(kind: Kind, old: &str, new: &str) -> Option<Self> {
        let renamed = Self::new(kind, format!("was called `{old}`")).between(old, new);
        (old != new).then(|| renamed.source(SourceEffect::Breaking))
    }

    /// What was `before` is `after`.
    fn between(self, before: impl Into<String>, after: impl Into<String>) -> Self {
        Self {
            before: Some(before.into()),
            after: Some(after.into()),
            ..self
        }
    }

    fn source(self, source: SourceEffect) -> Self {
        Self { source, ..self }
    }

    fn effect(self, effect: Effect) -> Self {
        Self { effect, ..self }
    }

    /// The change, once it is known which frames it reaches.
    fn of(self, subject: &Subject, reached: reach::Reached) -> Change {
        Change {
            kind: self.kind,
            place: Place {
                subject: subject.clone(),
                field: self.field,
                value: self.value,
            },
            what: self.what,
            before: self.before,
            after: self.after,
            breaks_wire: !reached.broken.is_empty(),
            source: self.source,
            source_reason: self.source_reason,
            frames: reached.broken,
            reaches: reached.count,
        }
    }
}

impl Changes {
    /// Whether the editions say the same. Layout, order of declarations and comments may differ.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The changes of words, and the others.
    fn parted(&self) -> (Vec<&Change>, Vec<&Change>) {
        self.changes.iter().partition(|one| one.is_documentation())
    }
}

impl Change {
    /// Whether it is broken between an old client and a new server, and between a new client
    /// and an old server.
    fn between(&self) -> (bool, bool) {
        self.frames.iter().fold((false, false), |all, frame| {
            (
                all.0 | frame.old_client_new_server,
                all.1 | frame.new_client_old_server,
            )
        })
    }

    /// Whether nothing but words changed.
    #[must_use]
    pub fn is_documentation(&self) -> bool {
        !self.breaks_wire && self.source == SourceEffect::None
    }
}

impl Totals {
    fn of(changes: &[Change]) -> Self {
        let count = |is: &dyn Fn(&Change) -> bool| changes.iter().filter(|one| is(one)).count();
        Self {
            changes: changes.len(),
            wire: count(&|one| one.breaks_wire),
            old_client_new_server: count(&|one| one.between().0),
            new_client_old_server: count(&|one| one.between().1),
            source: count(&|one| one.source == SourceEffect::Breaking),
            additive: count(&|one| one.source == SourceEffect::Additive && !one.breaks_wire),
            documentation: count(&Change::is_documentation),
        }
    }
}

impl CrateBump {
    fn of(changes: &[Change]) -> Self {
        let each = changes.iter().map(|change| match change.source {
            _ if change.breaks_wire => Self::Major,
            SourceEffect::Breaking => Self::Major,
            SourceEffect::Additive => Self::Minor,
            SourceEffect::None => Self::Patch,
        });
        each.max().unwrap_or(Self::None)
    }
}
