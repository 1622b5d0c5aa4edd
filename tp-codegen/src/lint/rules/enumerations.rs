//! The numbers of values.

use crate::ast::walk::fields;
use crate::ast::{Enumeration, Field, FieldKind, Number};
use crate::diagnostic::quoted;
use crate::lint::context::Context;
use crate::lint::rule::{Category, Found, Rule, Severity};
use crate::model::{Sign, Style};

pub(super) static RULES: &[Rule] = &[
    Rule {
        name: "enumeration-hole",
        category: Category::Values,
        severity: Severity::Warning,
        title: "numbers left out between two values",
        explanation: "Between two values that follow one another up to sixteen numbers have no name. \
                      Most likely a value is missing, or a number is wrong. Greater gaps divide \
                      ranges and are not found, and neither are gaps in a mask.",
        check: Some(holes),
    },
    Rule {
        name: "mask-bits",
        category: Category::Values,
        severity: Severity::Warning,
        title: "bits of a mask that overlap, or none at all",
        explanation: "Two values of a mask share a bit, so that they cannot be told apart when both \
                      are set, or a value has no bit and can never be seen. A value that is made of \
                      others, such as one for all, is fine.",
        check: Some(bits),
    },
    Rule {
        name: "signed-mask",
        category: Category::Values,
        severity: Severity::Warning,
        title: "a mask that is not unsigned",
        explanation: "Bits have no sign: programs that read the number as a signed one get the \
                      highest bit wrong.",
        check: Some(signed),
    },
];

/// Every enumeration with its field.
fn enumerations<'s>(context: &Context<'s>) -> Vec<(&'s Field, &'s Enumeration)> {
    let enumerations = fields(context.schema).filter_map(|field| match &field.kind {
        FieldKind::Enumeration(enumeration) => Some((field, enumeration)),
        _ => None,
    });
    enumerations.collect()
}

/// The numbers of its values with their names, smallest first.
fn values(enumeration: &Enumeration) -> Vec<(Number, &str)> {
    let mut values: Vec<_> = enumeration
        .list()
        .filter_map(|value| Some((value.id?, value.name.as_ref()?.value.as_str())))
        .collect();
    values.sort_by_key(|(id, _)| id.value);
    values
}

fn is_mask(enumeration: &Enumeration) -> bool {
    matches!(enumeration.style, Some(Style::Mask))
}

fn holes(context: &Context<'_>, found: &mut Found<'_>) {
    const GREATEST: i128 = 16;
    for (_, enumeration) in enumerations(context) {
        if is_mask(enumeration) {
            continue;
        }
        for pair in values(enumeration).windows(2) {
            let &[(before, _), (id, name)] = pair else {
                continue;
            };
            let first = before.value.saturating_add(1);
            let last = id.value.saturating_sub(1);
            if first > last || id.value.saturating_sub(first) > GREATEST {
                continue;
            }
            let missing = match first == last {
                true => first.to_string(),
                false => format!("{first} to {last}"),
            };
            let message = format!("no value in front of {} is {missing}", quoted(name));
            found
                .report(id.span, message)
                .related(before.span, "the value before");
        }
    }
}

fn bits(context: &Context<'_>, found: &mut Found<'_>) {
    for (_, enumeration) in enumerations(context) {
        if !is_mask(enumeration) {
            continue;
        }
        let values = values(enumeration);
        for (index, (id, name)) in values.iter().enumerate() {
            if id.value == 0 {
                found.report(
                    id.span,
                    format!("value {} of a mask has no bit", quoted(name)),
                );
            }
            // Those it is made of, if it is made of others.
            let others = values.iter().filter(|(other, _)| other.value != id.value);
            let within = others.filter(|(other, _)| other.value & !id.value == 0);
            let made = within.fold(0, |bits, (other, _)| bits | other.value) == id.value;
            let shares = |(other, _): &&(Number, &str)| {
                let common = other.value & id.value;
                common != 0 && !made && other.value != id.value
            };
            if let Some((other, with)) = values.iter().take(index).find(shares) {
                let message = format!("value {} shares bits with {}", quoted(name), quoted(with));
                found
                    .report(id.span, message)
                    .related(other.span, "they overlap");
            }
        }
    }
}

fn signed(context: &Context<'_>, found: &mut Found<'_>) {
    for (field, enumeration) in enumerations(context) {
        if is_mask(enumeration) && enumeration.integer.sign != Some(Sign::Unsigned) {
            found.report(field.span, format!("mask {field} is not unsigned"));
        }
    }
}
