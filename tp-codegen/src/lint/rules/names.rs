//! How names are written.

use crate::lint::context::{Context, Kind};
use crate::lint::rule::{Category, Found, Rule, Severity};

pub(super) static RULES: &[Rule] = &[
    Rule {
        name: "packet-name",
        category: Category::Names,
        severity: Severity::Warning,
        title: "a packet or parameter set not named in `CamelCase`",
        explanation: "The protocol names packets and parameter sets in `CamelCase`: each word has a \
                      capital in front, and there are no underscores. Bindings in other languages \
                      use these names as they are.",
        check: Some(packets),
    },
    Rule {
        name: "field-name",
        category: Category::Names,
        severity: Severity::Warning,
        title: "a field not named in small letters",
        explanation: "The protocol names fields in small letters and digits, words joined without \
                      anything in between: `modtime`.",
        check: Some(fields),
    },
    Rule {
        name: "mixed-names",
        category: Category::Names,
        severity: Severity::Warning,
        title: "a parameter or value named unlike those beside it",
        explanation: "The parameters of one set, and the values of one enumeration, all begin with a \
                      capital or all with a small letter. The one found begins unlike the first one.",
        check: Some(mixed),
    },
];

fn packets(context: &Context<'_>, found: &mut Found<'_>) {
    for thing in &context.things {
        let name = &thing.name.value;
        let good = name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains('_');
        if matches!(thing.kind, Kind::Packet | Kind::Set) && !good {
            found.report(thing.name.span, format!("{thing} is not in `CamelCase`"));
        }
    }
}

fn fields(context: &Context<'_>, found: &mut Found<'_>) {
    let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    for thing in &context.things {
        if thing.kind == Kind::Field && !thing.name.value.chars().all(small) {
            found.report(thing.name.span, format!("{thing} is not in small letters"));
        }
    }
}

fn mixed(context: &Context<'_>, found: &mut Found<'_>) {
    let capital = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
    let groups = context.things.chunk_by(|a, b| a.siblings == b.siblings);
    for group in groups {
        let Some((first, others)) = group.split_first() else {
            continue;
        };
        if !matches!(first.kind, Kind::Parameter | Kind::Value) {
            continue;
        }
        for thing in others {
            if capital(&thing.name.value) != capital(&first.name.value) {
                let begins = match capital(&thing.name.value) {
                    true => "a capital",
                    false => "a small letter",
                };
                let message = format!("{thing} begins with {begins}");
                found
                    .report(thing.name.span, message)
                    .related(first.name.span, "this one does not");
            }
        }
    }
}
