//! What fields are made of, in words and in bytes.

use super::pairing::{Pairing, entry};
use crate::model::{Field, FieldKind, Item, Style};
use crate::words;

/// What a field is, in words.
pub(super) fn in_words(field: &Field) -> String {
    let mut text = match &field.kind {
        FieldKind::Enumeration(enumeration) => {
            let style = match enumeration.style {
                Style::List => "list",
                Style::Mask => "mask",
                Style::Single => "single",
            };
            format!(
                "enumeration ({style}), {}",
                words::integer(enumeration.integer)
            )
        }
        FieldKind::Character { count } => format!("{count} raw bytes"),
        FieldKind::Group(record)
        | FieldKind::List {
            item: Item::Record(record),
            ..
        } => {
            let fields = record.fields.iter();
            let names: Vec<_> = fields.map(|field| format!("`{}`", field.name)).collect();
            format!("{} of {}", words::kind(&field.kind), names.join(", "))
        }
        kind => words::kind(kind),
    };
    if field.readonly {
        text += ", read-only";
    }
    if field.optional {
        text += ", optional";
    }
    text
}

/// Whether a field ever takes bytes.
pub(super) fn carries(field: &Field) -> bool {
    field.size.min > 0 || !field.size.fixed
}

/// A piece of a body.
#[derive(PartialEq, Eq)]
pub(super) enum Piece<'f> {
    Characters(u32),
    Integer(u8),
    String,
    List(Vec<Self>),
    /// Parameters of a set, by its new name.
    Parameters(&'f str),
    Description(&'f str),
}

/// The pieces that a field is made of; groups add none of their own.
pub(super) fn pieces<'f>(
    pairing: &'f Pairing<'_>,
    kind: &'f FieldKind,
    is_new: bool,
) -> Vec<Piece<'f>> {
    let all = |fields: &'f [Field]| {
        let each = fields.iter();
        each.flat_map(|field| pieces(pairing, &field.kind, is_new))
            .collect::<Vec<_>>()
    };
    let set = |name: &'f str| {
        let mut sets = pairing.sets.same.iter();
        let same = sets.find(|(old, _)| !is_new && old.name == name);
        same.map_or(name, |(_, new)| &*new.name)
    };
    vec![match kind {
        FieldKind::Character { count } => Piece::Characters(*count),
        FieldKind::Integer { integer, .. } => Piece::Integer(integer.bits),
        FieldKind::Enumeration(enumeration) => Piece::Integer(enumeration.integer.bits),
        FieldKind::String { .. } => Piece::String,
        FieldKind::List { item, .. } => Piece::List(all(entry(item))),
        FieldKind::Group(record) => return all(&record.fields),
        FieldKind::Parameters(parameters) => Piece::Parameters(set(&parameters.set)),
        FieldKind::Description { set: name, .. } => Piece::Description(set(name)),
    }]
}
