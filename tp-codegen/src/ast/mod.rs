//! The schema as it is written: nothing resolved, everything with its place.
//!
//! An `Option` around a value that a schema must state is none where the schema does not state it
//! properly. That has been reported when the tree was made, so that checks pass over it in
//! silence.

pub(crate) mod context;
pub(crate) mod header;
pub(crate) mod walk;

use std::collections::BTreeSet;
use std::fmt;

use crate::diagnostic::quoted;
use crate::model::{Direction, ReplySequence, Sign, Style};
use crate::source::{Span, Spanned};

/// What an element says, nothing where it does not say it properly.
pub(crate) fn text(said: &Option<Spanned<String>>) -> &str {
    said.as_ref().map_or("", |said| &said.value)
}

/// What has a name, without what has a name that came before.
pub(crate) fn firsts<T>(
    all: &[T],
    name_of: fn(&T) -> &Option<Spanned<String>>,
) -> impl Iterator<Item = (&Spanned<String>, &T)> {
    let mut seen = BTreeSet::new();
    let named = all
        .iter()
        .filter_map(move |one| Some((name_of(one).as_ref()?, one)));
    named.filter(move |(name, _)| seen.insert(name.value.as_str()))
}

/// A whole schema.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    /// `version`.
    pub(crate) version: Option<Spanned<String>>,
    /// The parameter sets.
    pub(crate) sets: Vec<ParameterSet>,
    /// The packets.
    pub(crate) packets: Vec<Packet>,
    /// Names of unknown elements beside them, most likely misspelt ones. What refers to such a
    /// name is not reported again.
    pub(crate) phantoms: Vec<String>,
}

/// The words of an element.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prose {
    /// `longname`.
    pub(crate) longname: Option<String>,
    /// `description`, or the text of a `value`.
    pub(crate) description: Option<String>,
    /// `example`.
    pub(crate) example: Option<String>,
    /// Every `note`.
    pub(crate) notes: Vec<String>,
    /// `since`.
    pub(crate) since: Option<Spanned<String>>,
    /// `until`.
    pub(crate) until: Option<Spanned<String>>,
    /// `was`.
    pub(crate) was: Option<Spanned<String>>,
}

/// `parameterset`.
#[derive(Debug, Clone)]
pub(crate) struct ParameterSet {
    /// `name`.
    pub(crate) name: Option<Spanned<String>>,
    /// Its words.
    pub(crate) prose: Prose,
    /// Its parameters.
    pub(crate) parameters: Vec<Parameter>,
}

impl ParameterSet {
    /// Whether any of its parameters has a description.
    pub(crate) fn is_described(&self) -> bool {
        let mut parameters = self.parameters.iter();
        parameters.any(|one| !one.desc_fields.fields.is_empty())
    }
}

/// `parameter`.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    /// `name`.
    pub(crate) name: Option<Spanned<String>>,
    /// `type`.
    pub(crate) type_id: Option<Number>,
    /// Its words.
    pub(crate) prose: Prose,
    /// `usestruct`.
    pub(crate) use_fields: Structure,
    /// `descstruct`.
    pub(crate) desc_fields: Structure,
}

/// `packet`.
#[derive(Debug, Clone)]
pub(crate) struct Packet {
    /// The start tag.
    pub(crate) span: Span,
    /// `name`.
    pub(crate) name: Option<Spanned<String>>,
    /// `base`, if stated.
    pub(crate) base: Option<Spanned<String>>,
    /// Where `id` stands, if it does.
    pub(crate) id_span: Option<Span>,
    /// `id`.
    pub(crate) id: Option<Number>,
    /// `direction`, if stated.
    pub(crate) direction: Option<Direction>,
    /// Its words.
    pub(crate) prose: Prose,
    /// `structure`.
    pub(crate) structure: Structure,
    /// Every `reply`.
    pub(crate) replies: Vec<Reply>,
    /// Every `failtype`.
    pub(crate) failtypes: Vec<FailType>,
}

/// `reply`.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// The tag.
    pub(crate) span: Span,
    /// `packet`.
    pub(crate) packet: Option<Spanned<String>>,
    /// `sequence`.
    pub(crate) sequence: Option<ReplySequence>,
    /// Whether `silent` is stated.
    pub(crate) silent: bool,
}

/// `failtype`.
#[derive(Debug, Clone)]
pub(crate) struct FailType {
    /// `type`.
    pub(crate) type_id: Option<Number>,
    /// Its words.
    pub(crate) prose: Prose,
}

/// `structure`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Structure {
    /// Its fields.
    pub(crate) fields: Vec<Field>,
    /// Whether something in it was no field, or one without a name. It has been reported, and what
    /// is missing because of it must not be reported again.
    pub(crate) broken: bool,
}

impl Structure {
    /// The one field, if it is one whose value a list can hold without a record around it.
    pub(crate) fn sole_value(&self) -> Option<&Field> {
        match self.fields.as_slice() {
            [field] if field.kind.is_value() => Some(field),
            _ => None,
        }
    }
}

/// A field element.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// The start tag.
    pub(crate) span: Span,
    /// `name`.
    pub(crate) name: Option<Spanned<String>>,
    /// `readonly`.
    pub(crate) readonly: bool,
    /// Where it says `optional="yes"`, if it does.
    pub(crate) optional: Option<Span>,
    /// `secret`.
    pub(crate) secret: bool,
    /// Its words.
    pub(crate) prose: Prose,
    /// What it is.
    pub(crate) kind: FieldKind,
}

/// Its name as a message shows it.
impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quoted(self.name()))
    }
}

impl Field {
    /// Its name; empty if it has none.
    pub(crate) fn name(&self) -> &str {
        text(&self.name)
    }

    /// The place of its name, or else its own.
    pub(crate) fn name_span(&self) -> Span {
        self.name.as_ref().map_or(self.span, |name| name.span)
    }
}

/// What a field element is.
#[derive(Debug, Clone)]
pub(crate) enum FieldKind {
    /// `character`.
    Character {
        /// `size`, if stated; none as well if stated badly.
        size: Option<Number>,
    },
    /// `integer`.
    Integer {
        /// Sign and width.
        integer: Integer,
        /// Whether there is a `subtype`.
        subtype: bool,
    },
    /// `string`.
    String {
        /// Whether `type` is `formatted`.
        formatted: bool,
        /// `max`.
        max: Option<Number>,
    },
    /// `enumeration`.
    Enumeration(Enumeration),
    /// `list`.
    List {
        /// `max`.
        max: Option<Number>,
        /// Each entry.
        structure: Structure,
    },
    /// `group`.
    Group(Structure),
    /// `useparameters`.
    Parameters(Parameters),
    /// `descparameter`.
    Description {
        /// `ref`.
        set: Option<Spanned<String>>,
        /// `typefield`.
        typefield: Option<Spanned<String>>,
    },
}

impl FieldKind {
    /// Whether it is a single value: no list, group or parameters.
    pub(crate) fn is_value(&self) -> bool {
        matches!(
            self,
            FieldKind::Character { .. }
                | FieldKind::Integer { .. }
                | FieldKind::String { .. }
                | FieldKind::Enumeration(_)
        )
    }

    /// What messages call it.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            FieldKind::Character { .. } => "character field",
            FieldKind::Integer { .. } => "integer",
            FieldKind::String { .. } => "string",
            FieldKind::Enumeration(_) => "enumeration",
            FieldKind::List { .. } => "list",
            FieldKind::Group(_) => "group",
            FieldKind::Parameters(_) => "useparameters field",
            FieldKind::Description { .. } => "descparameter field",
        }
    }
}

/// Sign and width.
#[derive(Debug, Clone)]
pub(crate) struct Integer {
    /// `type`.
    pub(crate) sign: Option<Sign>,
    /// `size`, if stated; none as well if stated badly.
    pub(crate) size: Option<Number>,
}

/// The parts of `enumeration`.
#[derive(Debug, Clone)]
pub(crate) struct Enumeration {
    /// Sign and width.
    pub(crate) integer: Integer,
    /// `style`.
    pub(crate) style: Option<Style>,
    /// `values`; none if that is missing.
    pub(crate) values: Option<Values>,
}

impl Enumeration {
    /// Every `value` in it.
    pub(crate) fn list(&self) -> impl Iterator<Item = &Value> + Clone {
        self.values.iter().flat_map(|values| &values.list)
    }
}

/// `values`.
#[derive(Debug, Clone)]
pub(crate) struct Values {
    /// The start tag.
    pub(crate) span: Span,
    /// Every `value`.
    pub(crate) list: Vec<Value>,
    /// Whether something in it was no `value`.
    pub(crate) broken: bool,
}

/// `value`.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    /// `name`.
    pub(crate) name: Option<Spanned<String>>,
    /// `id`.
    pub(crate) id: Option<Number>,
    /// Its words.
    pub(crate) prose: Prose,
}

/// The parts of `useparameters`.
#[derive(Debug, Clone)]
pub(crate) struct Parameters {
    /// `ref`.
    pub(crate) set: Option<Spanned<String>>,
    /// `typefield`.
    pub(crate) typefield: Option<Spanned<String>>,
    /// `typeframe`, if stated.
    pub(crate) typeframe: Option<TypeFrame>,
}

/// `typeframe`.
#[derive(Debug, Clone)]
pub(crate) struct TypeFrame {
    /// The start tag.
    pub(crate) span: Span,
    /// `name`.
    pub(crate) packet: Option<Spanned<String>>,
    /// `idfield`, or `id` at the place of the start tag.
    pub(crate) idfield: Option<Spanned<String>>,
    /// The chain in it, outermost first; none if it is not one chain.
    pub(crate) path: Option<Vec<PathStep>>,
}

/// `getlist` or `getfield`.
#[derive(Debug, Clone)]
pub(crate) struct PathStep {
    /// Whether it is `getlist`.
    pub(crate) list: bool,
    /// `name`.
    pub(crate) name: Option<Spanned<String>>,
}

/// A number as a schema writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Number {
    /// What it is worth, or the nearest `i128`.
    pub(crate) value: i128,
    /// Whether it is written in hexadecimal.
    pub(crate) hex: bool,
    /// Where.
    pub(crate) span: Span,
}

impl Number {
    /// What it is worth, where that is a `u32`.
    pub(crate) fn as_u32(self) -> Option<u32> {
        u32::try_from(self.value).ok()
    }
}
