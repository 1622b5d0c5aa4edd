//! Every structure of a schema, however deep.

use super::{Field, FieldKind, Packet, Schema, Structure};

/// What a structure belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'s> {
    /// A packet.
    Packet(&'s Packet),
    /// The `usestruct` of a parameter.
    Use,
    /// The `descstruct` of a parameter.
    Desc,
    /// A list or group.
    Within(&'s Field),
}

/// A structure and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Located<'s> {
    /// The structure.
    pub(crate) structure: &'s Structure,
    /// What it belongs to.
    pub(crate) place: Place<'s>,
    /// Whether it is a `descstruct` or within one.
    pub(crate) in_desc: bool,
}

/// Every structure, outer ones before those in them.
pub(crate) fn structures(schema: &Schema) -> Vec<Located<'_>> {
    let mut all = Vec::new();
    for set in &schema.sets {
        for parameter in &set.parameters {
            add(&mut all, &parameter.use_fields, Place::Use, false);
            add(&mut all, &parameter.desc_fields, Place::Desc, true);
        }
    }
    for packet in &schema.packets {
        add(&mut all, &packet.structure, Place::Packet(packet), false);
    }
    all
}

/// Every field, however deep.
pub(crate) fn fields(schema: &Schema) -> impl Iterator<Item = &Field> {
    let structures = structures(schema).into_iter();
    structures.flat_map(|located| &located.structure.fields)
}

fn add<'s>(all: &mut Vec<Located<'s>>, structure: &'s Structure, place: Place<'s>, in_desc: bool) {
    all.push(Located {
        structure,
        place,
        in_desc,
    });
    for field in &structure.fields {
        if let Some(inner) = inner(field) {
            add(all, inner, Place::Within(field), in_desc);
        }
    }
}

/// The structure in a list or group.
pub(crate) fn inner(field: &Field) -> Option<&Structure> {
    match &field.kind {
        FieldKind::List { structure, .. } | FieldKind::Group(structure) => Some(structure),
        _ => None,
    }
}
