//! What answers what.

use std::collections::{BTreeMap, BTreeSet};

use crate::ast::{FieldKind, text};
use crate::lint::context::Context;
use crate::lint::rule::{Category, Found, Rule, Severity};
use crate::model::Direction;

pub(super) static RULES: &[Rule] = &[
    Rule {
        name: "request-without-reply",
        category: Category::Replies,
        severity: Severity::Warning,
        title: "a request without `reply`",
        explanation: "A client library has to know which frame answers and whether a `Sequence` may \
                      come first. The packet has an id and goes to the server, and no `reply` says \
                      what it is answered with. In a schema without any `reply`, such as those that \
                      were published, this is found once.",
        check: Some(unanswered),
    },
    Rule {
        name: "unasked-frame",
        category: Category::Replies,
        severity: Severity::Warning,
        title: "a frame that answers no request",
        explanation: "The packet has an id and goes to the client, but no request names it as its \
                      `reply`, although others do. `Fail` and `Sequence` may be part of every reply. Allow it for frames \
                      that servers send by themselves.",
        check: Some(unasked),
    },
    Rule {
        name: "unknown-failure",
        category: Category::Replies,
        severity: Severity::Warning,
        title: "a `failtype` that `Fail` does not know, or a second one",
        explanation: "The `type` of a `failtype` is the number of a value of `Fail.code`, and each \
                      packet lists a failure once.",
        check: Some(failures),
    },
];

/// Whether the schema says at all what answers what.
fn has_replies(context: &Context<'_>) -> bool {
    let mut packets = context.schema.packets.iter();
    packets.any(|packet| !packet.replies.is_empty())
}

fn unanswered(context: &Context<'_>, found: &mut Found<'_>) {
    let silent = !has_replies(context);
    for packet in &context.schema.packets {
        if let Some(name) = &packet.name
            && packet.id.is_some()
            && packet.replies.is_empty()
            && context.names.direction(packet) == Direction::Server
        {
            let message = match silent {
                true => "no request has a reply".to_owned(),
                false => format!("request {name} has no reply"),
            };
            found
                .report(name.span, message)
                .help("add `<reply packet=\"…\" sequence=\"…\"/>` behind its structure");
            if silent {
                return;
            }
        }
    }
}

fn unasked(context: &Context<'_>, found: &mut Found<'_>) {
    if !has_replies(context) {
        return;
    }
    let packets = &context.schema.packets;
    let replies = packets.iter().flat_map(|packet| &packet.replies);
    let replies: BTreeSet<&str> = replies
        .map(|reply| text(&reply.packet))
        .chain(["Fail", "Sequence"])
        .collect();
    for packet in packets {
        if let Some(name) = &packet.name
            && packet.id.is_some()
            && context.names.direction(packet) == Direction::Client
            && !replies.contains(name.value.as_str())
        {
            found.report(name.span, format!("no request is answered with {name}"));
        }
    }
}

fn failures(context: &Context<'_>, found: &mut Found<'_>) {
    let codes = context.names.packet("Fail").and_then(|fail| {
        let mut fields = fail.structure.fields.iter();
        fields.find_map(|field| match &field.kind {
            FieldKind::Enumeration(enumeration) if field.name() == "code" => {
                let ids = enumeration.list().filter_map(|value| value.id);
                Some(ids.map(|id| id.value).collect::<Vec<_>>())
            }
            _ => None,
        })
    });
    for packet in &context.schema.packets {
        let mut seen = BTreeMap::new();
        for number in packet.failtypes.iter().filter_map(|one| one.type_id) {
            if let Some(first) = seen.get(&number.value) {
                let message = format!("failure {} is listed twice", number.value);
                found
                    .report(number.span, message)
                    .related(*first, "the first one");
                continue;
            }
            seen.insert(number.value, number.span);
            if codes
                .as_ref()
                .is_some_and(|codes| !codes.contains(&number.value))
            {
                found.report(
                    number.span,
                    format!("`Fail.code` has no value {}", number.value),
                );
            }
        }
    }
}
