//! Packets, their bases and their fields.

use std::collections::BTreeSet;

use crate::ast::header::is_header;
use crate::ast::walk::{Place, fields, inner, structures};
use crate::ast::{FieldKind, Packet, Structure, text};
use crate::diagnostic::quoted;
use crate::lint::context::Context;
use crate::lint::rule::{Category, Found, Rule, Severity};
use crate::model::Direction;

pub(super) static RULES: &[Rule] = &[
    Rule {
        name: "unbounded",
        category: Category::Structure,
        severity: Severity::Note,
        title: "a list or string without `max`",
        explanation: "Nothing but the size of the frame limits how much one peer makes the other keep. \
                      State `max` where all programs keep to a bound; a decoder refuses more.",
        check: Some(unbounded),
    },
    Rule {
        name: "unused-base",
        category: Category::Structure,
        severity: Severity::Warning,
        title: "a packet without id that nothing builds on",
        explanation: "It is no frame, because it has no id, and no base, because no packet names it. \
                      Either the id is missing or the packet is a remnant.",
        check: Some(bases),
    },
    Rule {
        name: "optional-in-front",
        category: Category::Structure,
        severity: Severity::Warning,
        title: "an optional field in front of one that is always there",
        explanation: "In a `usestruct` an optional field may stand anywhere, but a reader has to guess \
                      from the length of the whole frame whether it is there. At the end the guess is \
                      safer.",
        check: Some(optional),
    },
    Rule {
        name: "readonly-in-request",
        category: Category::Structure,
        severity: Severity::Warning,
        title: "a read-only field that only clients send",
        explanation: "A field of a request that no frame to the client shares says nothing to anybody \
                      if it is read-only: clients send 0 and servers ignore it.",
        check: Some(readonly),
    },
];

fn unbounded(context: &Context<'_>, found: &mut Found<'_>) {
    for field in fields(context.schema) {
        if let FieldKind::List { max: None, .. } | FieldKind::String { max: None, .. } = field.kind
        {
            found.report(
                field.span,
                format!("{} {field} has no `max`", field.kind.noun()),
            );
        }
    }
}

fn bases(context: &Context<'_>, found: &mut Found<'_>) {
    let packets = &context.schema.packets;
    let bases: BTreeSet<&str> = packets.iter().map(|packet| text(&packet.base)).collect();
    for packet in packets {
        if let Some(name) = &packet.name
            && packet.id.is_none()
            && !is_header(packet)
            && !bases.contains(name.value.as_str())
        {
            let message = format!("packet {name} is neither frame nor base");
            found
                .report(name.span, message)
                .help("give it an id, or take it out");
        }
    }
}

fn optional(context: &Context<'_>, found: &mut Found<'_>) {
    for located in structures(context.schema) {
        if !matches!(located.place, Place::Use) {
            continue;
        }
        let fields = &located.structure.fields;
        for (index, field) in fields.iter().enumerate() {
            let mut behind = fields.iter().skip(index.saturating_add(1));
            if let Some(span) = field.optional
                && let Some(always) = behind.find(|other| other.optional.is_none())
            {
                let message = format!("optional field {field} stands in front of {always}");
                found
                    .report(span, message)
                    .related(always.span, "this is always there");
            }
        }
    }
}

fn readonly(context: &Context<'_>, found: &mut Found<'_>) {
    for packet in &context.schema.packets {
        if context.names.direction(packet) == Direction::Server && !is_header(packet) {
            in_structure(packet, &packet.structure, found);
        }
    }
}

fn in_structure(packet: &Packet, structure: &Structure, found: &mut Found<'_>) {
    for field in &structure.fields {
        if field.readonly {
            let message = format!(
                "field {field} of {}, which goes to the server, is read-only",
                quoted(text(&packet.name))
            );
            found.report(field.span, message);
        } else if let Some(inner) = inner(field) {
            in_structure(packet, inner, found);
        }
    }
}
