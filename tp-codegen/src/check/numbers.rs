//! Ids of packets, types of parameters and failures, and bounds.

use std::collections::BTreeMap;

use crate::ast::context::Context;
use crate::ast::walk::fields;
use crate::ast::{FieldKind, Number};
use crate::diagnostic::{Code, Findings};

/// Checks all of them.
pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let schema = context.schema;
    let ids = schema.packets.iter().filter_map(|packet| packet.id);
    unique(ids, Code::DuplicatePacketId, "packet id", found);
    for set in &schema.sets {
        let types = set.parameters.iter().filter_map(|one| one.type_id);
        unique(types, Code::DuplicateParameterType, "parameter type", found);
    }
    for fail in schema.packets.iter().flat_map(|packet| &packet.failtypes) {
        if let Some(number) = fail.type_id {
            range(number, 0, "failure type", found);
        }
    }
    for field in fields(schema) {
        if let FieldKind::String { max, .. } | FieldKind::List { max, .. } = &field.kind
            && let Some(max) = max
        {
            range(*max, 1, "greatest size", found);
        }
    }
}

fn unique(numbers: impl Iterator<Item = Number>, code: Code, what: &str, found: &mut Findings) {
    let mut seen = BTreeMap::new();
    for number in numbers {
        if !range(number, 0, what, found) {
            continue;
        }
        let first = *seen.entry(number.value).or_insert(number.span);
        if first != number.span {
            let message = format!("there is a second {what} {}", number.value);
            found
                .report(code, number.span, message)
                .label("the number is taken")
                .related(first, "the first one");
        }
    }
}

/// Whether `number` is a `u32` and not less than `least`.
fn range(number: Number, least: u32, what: &str, found: &mut Findings) -> bool {
    let good = number.as_u32().is_some_and(|value| value >= least);
    if !good {
        let message = format!("the {what} is out of range");
        found
            .report(Code::NumberRange, number.span, message)
            .label(format!("from {least} to {}", u32::MAX));
    }
    good
}
