//! The values of enumerations.

use std::collections::BTreeMap;

use crate::ast::context::Context;
use crate::ast::walk::fields;
use crate::ast::{Enumeration, FieldKind, Number};
use crate::diagnostic::{Code, Findings};
use crate::model::{Integer, Sign};
use crate::resolve::{resolve_integer, worth};

/// Checks all enumerations.
pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for field in fields(context.schema) {
        let FieldKind::Enumeration(enumeration) = &field.kind else {
            continue;
        };
        let Some(values) = &enumeration.values else {
            continue;
        };
        if values.list.is_empty() && !values.broken {
            let message = format!("enumeration {field} has no values");
            found.report(Code::EmptyEnumeration, values.span, message);
        }
        let integer = integer(enumeration);
        let mut seen = BTreeMap::new();
        for id in values.list.iter().filter_map(|value| value.id) {
            if integer.is_some_and(|integer| !range(id, integer, found)) {
                continue;
            }
            let value = integer.map_or(id.value, |integer| worth(id, integer));
            let first = *seen.entry(value).or_insert(id.span);
            if first != id.span {
                let message = format!("there is a second value {value}");
                found
                    .report(Code::DuplicateValueId, id.span, message)
                    .label("the number is taken")
                    .related(first, "the first one");
            }
        }
    }
}

/// The integer of an enumeration; none if it is badly stated.
fn integer(enumeration: &Enumeration) -> Option<Integer> {
    let integer = resolve_integer(&enumeration.integer)?;
    matches!(integer.bits, 8 | 32 | 64).then_some(integer)
}

/// Whether `id` fits.
fn range(id: Number, integer: Integer, found: &mut Findings) -> bool {
    let range = integer.range();
    let fits = range.contains(&worth(id, integer));
    if !fits {
        let ones = range.end().saturating_add(1);
        let is_minus_one = integer.sign == Sign::Semisigned && id.value == ones;
        let minus_one = "if no value is meant, which is all bits one, write `-1`";
        let sign = match integer.sign {
            Sign::Signed => "signed",
            Sign::Unsigned => "unsigned",
            Sign::Semisigned => "semisigned",
        };
        let message = format!("the value is no {sign} integer of {} bits", integer.bits);
        found
            .report(Code::ValueRange, id.span, message)
            .label(format!("from {} to {}", range.start(), range.end()))
            .maybe_help(is_minus_one.then(|| minus_one.to_owned()));
    }
    fits
}
