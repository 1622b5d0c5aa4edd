//! Names: each is an identifier, and unique where it has to be.

use std::collections::BTreeMap;

use crate::ast::context::Context;
use crate::ast::walk::{Place, structures};
use crate::ast::{Enumeration, FieldKind, Prose};
use crate::diagnostic::{Code, Findings};
use crate::source::{Span, Spanned};

/// Checks all names.
pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let schema = context.schema;
    let sets = schema.sets.iter().filter_map(|set| set.name.as_ref());
    unique(sets, Code::DuplicateParameterSet, "parameter set", found);
    let packets = schema.packets.iter().filter_map(|one| one.name.as_ref());
    unique(packets, Code::DuplicatePacket, "packet", found);
    for set in &schema.sets {
        let parameters = set.parameters.iter().filter_map(|one| one.name.as_ref());
        unique(parameters, Code::DuplicateParameter, "parameter", found);
        for parameter in &set.parameters {
            older(&parameter.prose, found);
        }
    }
    for packet in &schema.packets {
        older(&packet.prose, found);
    }
    for located in structures(schema) {
        // What a packet inherits has been looked at where it is declared, but it takes names.
        let mut seen = BTreeMap::new();
        if let Place::Packet(packet) = located.place {
            let inherited = context.body(packet).inherited.into_iter();
            for name in inherited.filter_map(|field| field.name.as_ref()) {
                seen.entry(name.value.as_str()).or_insert(name.span);
            }
        }
        let fields = &located.structure.fields;
        let names = fields.iter().filter_map(|field| field.name.as_ref());
        unique_beside(seen, names, Code::DuplicateField, "field", found);
        for field in fields {
            older(&field.prose, found);
            if let FieldKind::Enumeration(enumeration) = &field.kind {
                values(enumeration, found);
            }
        }
    }
}

fn values(enumeration: &Enumeration, found: &mut Findings) {
    let list = enumeration.list();
    list.clone().for_each(|value| older(&value.prose, found));
    let names = list.filter_map(|value| value.name.as_ref());
    unique(names, Code::DuplicateValueName, "value", found);
}

/// Checks the name that something had.
fn older(prose: &Prose, found: &mut Findings) {
    if let Some(was) = prose.was.as_ref().filter(|was| !is_identifier(&was.value)) {
        not_a_name(was, "anything", found);
    }
}

fn not_a_name(name: &Spanned<String>, noun: &str, found: &mut Findings) {
    let message = format!("{name} is no name for {noun}");
    found
        .report(Code::BadName, name.span, message)
        .help("a name is a letter and then letters, digits and underscores, all ASCII");
}

fn unique<'s>(
    names: impl Iterator<Item = &'s Spanned<String>>,
    code: Code,
    noun: &str,
    found: &mut Findings,
) {
    unique_beside(BTreeMap::new(), names, code, noun, found);
}

/// Checks `names`, none of which may be one of `seen` either.
fn unique_beside<'s>(
    mut seen: BTreeMap<&'s str, Span>,
    names: impl Iterator<Item = &'s Spanned<String>>,
    code: Code,
    noun: &str,
    found: &mut Findings,
) {
    for name in names {
        if !is_identifier(&name.value) {
            not_a_name(name, &format!("a {noun}"), found);
        }
        let first = *seen.entry(&name.value).or_insert(name.span);
        if first != name.span {
            let message = format!("there is a second {noun} {name}");
            found
                .report(code, name.span, message)
                .label("the name is taken")
                .related(first, "the first one");
        }
    }
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
