//! Whether there are words, and whether they are finished.

use std::collections::BTreeMap;

use crate::ast::Prose;
use crate::diagnostic::quoted;
use crate::lint::context::{Context, Kind, Thing};
use crate::lint::rule::{Category, Found, Rule, Severity};
use crate::resolve::prose::normalise;

pub(super) static RULES: &[Rule] = &[
    Rule {
        name: "missing-prose",
        category: Category::Prose,
        severity: Severity::Warning,
        title: "no `longname` or no `description`",
        explanation: "Packets, fields, parameters and parameter sets have a `longname` and a \
                      `description`, values a text, and failures a `description`. They become the \
                      documentation of the bindings and of the protocol itself.",
        check: Some(missing),
    },
    Rule {
        name: "copied-prose",
        category: Category::Prose,
        severity: Severity::Warning,
        title: "the same description for two things side by side",
        explanation: "Two packets, two fields of one structure, two values of one enumeration or two \
                      parameters of one set have the same description of three words or more. Most \
                      likely one was copied from the other and not changed; if not, the two should \
                      say how they differ.",
        check: Some(copied),
    },
    Rule {
        name: "unfinished-prose",
        category: Category::Prose,
        severity: Severity::Warning,
        title: "words that are not finished",
        explanation: "A text holds `TODO`, `FIXME`, `TBD` or `XXX`; a description, a note or the text \
                      of a value does not end like a sentence; or a `longname` does.",
        check: Some(unfinished),
    },
];

fn missing(context: &Context<'_>, found: &mut Found<'_>) {
    for thing in &context.things {
        let there = |text: &Option<String>| text.is_some();
        let longname = there(&thing.prose.longname) || thing.kind == Kind::Value;
        let missing = match (longname, there(&thing.prose.description)) {
            (true, true) => continue,
            (false, false) => "neither longname nor description",
            (false, true) => "no longname",
            (true, false) => "no description",
        };
        found.report(thing.name.span, format!("{thing} has {missing}"));
    }
    for failure in context
        .schema
        .packets
        .iter()
        .flat_map(|packet| &packet.failtypes)
    {
        if let (None, Some(number)) = (&failure.prose.description, failure.type_id) {
            found.report(
                number.span,
                format!("failtype {} has no description", number.value),
            );
        }
    }
}

fn copied(context: &Context<'_>, found: &mut Found<'_>) {
    let description = |prose: &Prose| {
        let text = normalise(prose.description.as_deref()?);
        (text.split(' ').count() > 2).then_some(text)
    };
    for group in context.things.chunk_by(|a, b| a.siblings == b.siblings) {
        let mut seen: BTreeMap<String, &Thing<'_>> = BTreeMap::new();
        for thing in group {
            let Some(text) = description(thing.prose) else {
                continue;
            };
            match seen.get(&text) {
                Some(first) => {
                    let message = format!("{thing} has the description of {}", first.name);
                    found
                        .report(thing.name.span, message)
                        .related(first.name.span, "described in the same words");
                }
                None => drop(seen.insert(text, thing)),
            }
        }
    }
}

fn unfinished(context: &Context<'_>, found: &mut Found<'_>) {
    for text in &context.texts {
        for (span, word) in text.words() {
            if matches!(word, "TODO" | "FIXME" | "TBD" | "XXX") {
                found.report(span, format!("{} in a {}", quoted(word), text.element));
            }
        }
        let ends = matches!(text.last, '.' | '!' | '?' | ':' | ')' | '"' | '…');
        let problem = match text.element {
            "description" | "note" | "value" if !ends => "does not end like a sentence",
            "longname" if text.last == '.' => "ends like a sentence",
            _ => continue,
        };
        found.report(text.span, format!("this {} {problem}", text.element));
    }
}
