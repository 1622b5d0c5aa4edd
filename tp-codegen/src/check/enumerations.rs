//! The values of enumerations.

use std::collections::BTreeMap;

use crate::ast::context::Context;
use crate::ast::walk::fields;
use crate::ast::{Enumeration, FieldKind, Number};
use crate::diagnostic::{Code, Findings, quoted};
use crate::model::{Integer, Sign};
use crate::resolve::worth;

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
            let message = format!("enumeration {} has no values", quoted(field.name()));
            found.report(Code::EmptyEnumeration, values.span, message);
        }
        let integer = integer(enumeration);
        let mut seen = BTreeMap::new();
        for id in values.list.iter().filter_map(|value| value.id) {
            if integer.is_some_and(|integer| !range(id, integer, found)) {
                continue;
            }
            let value = integer.map_or(id.value, |integer| worth(id.value, integer));
            if let Some(first) = seen.get(&value) {
                found
                    .report(
                        Code::DuplicateValueId,
                        id.span,
                        format!("there is a second value {value}"),
                    )
                    .label("the number is taken")
                    .related(*first, "the first one");
            } else {
                seen.insert(value, id.span);
            }
        }
    }
}

/// The integer of an enumeration; none if it is badly stated.
fn integer(enumeration: &Enumeration) -> Option<Integer> {
    let bits = enumeration.integer.size.map_or(32, |size| size.value);
    let bits = u8::try_from(bits)
        .ok()
        .filter(|bits| matches!(bits, 8 | 32 | 64))?;
    Some(Integer {
        sign: enumeration.integer.sign?,
        bits,
    })
}

/// Whether `id` fits.
fn range(id: Number, integer: Integer, found: &mut Findings) -> bool {
    let two_to = |bits: u8| 1_i128.checked_shl(u32::from(bits)).unwrap_or(0);
    let (low, high) = match integer.sign {
        Sign::Signed => {
            let half = two_to(integer.bits.saturating_sub(1));
            (half.saturating_neg(), half.saturating_sub(1))
        }
        Sign::Unsigned => (0, two_to(integer.bits).saturating_sub(1)),
        Sign::Semisigned => (-1, two_to(integer.bits).saturating_sub(2)),
    };
    let fits = (low..=high).contains(&worth(id.value, integer));
    if !fits {
        let sign = match integer.sign {
            Sign::Signed => "signed",
            Sign::Unsigned => "unsigned",
            Sign::Semisigned => "semisigned",
        };
        let message = format!("the value is no {sign} integer of {} bits", integer.bits);
        found
            .report(Code::ValueRange, id.span, message)
            .label(format!("from {low} to {high}"));
    }
    fits
}
