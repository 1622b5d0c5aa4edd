//! Notes of versions.

use std::collections::BTreeMap;

use crate::ast::{FieldKind, Prose, Structure, text};
use crate::diagnostic::quoted;
use crate::lint::context::Context;
use crate::lint::rule::{Category, Found, Rule, Severity};
use crate::source::{Span, Spanned};

pub(super) static RULES: &[Rule] = &[
    Rule {
        name: "impossible-since",
        category: Category::Versions,
        severity: Severity::Error,
        title: "something older than what it is in, or from the future",
        explanation: "`since` names a later version than that of the protocol, or something is older \
                      than what it stands in: a field than its packet, a value than its field, a \
                      packet than its base, or a request than everything it is answered with. \
                      Without `since` something has been there from the beginning, or as long as what \
                      it is in.",
        check: Some(impossible),
    },
    Rule {
        name: "redundant-since",
        category: Category::Versions,
        severity: Severity::Note,
        title: "a `since` that repeats that of the whole",
        explanation: "What stands in a packet, parameter or field is as old as that if it says \
                      nothing. A repeated note hides what was really added later.",
        check: Some(redundant),
    },
    Rule {
        name: "impossible-until",
        category: Category::Versions,
        severity: Severity::Error,
        title: "something gone before it came, or gone in the future",
        explanation: "`until` names the last version that had something. It is not older than `since` \
                      of the same thing or of what that stands in, and not later than the version of \
                      the protocol.",
        check: Some(impossible_until),
    },
    Rule {
        name: "impossible-was",
        category: Category::Versions,
        severity: Severity::Error,
        title: "an older name that cannot be one",
        explanation: "`was` names what something was called in the version before, so it is not the \
                      name that it has, and no two things that stand beside each other were the same \
                      one.",
        check: Some(impossible_was),
    },
];

/// A version note and that of what it stands in; none if that has none.
struct Note<'s> {
    since: &'s Spanned<String>,
    whole: Option<&'s Spanned<String>>,
}

/// An `until`, and since when there is what it ends.
struct End<'s> {
    until: &'s Spanned<String>,
    since: Option<&'s Spanned<String>>,
}

/// The notes in a schema.
#[derive(Default)]
struct Notes<'s> {
    since: Vec<Note<'s>>,
    until: Vec<End<'s>>,
}

/// Every note in packets and parameters.
fn notes<'s>(context: &Context<'s>) -> Notes<'s> {
    let mut notes = Notes::default();
    for parameter in context.schema.sets.iter().flat_map(|set| &set.parameters) {
        let since = add(&mut notes, &parameter.prose, None);
        structure(&mut notes, &parameter.use_fields, since);
        structure(&mut notes, &parameter.desc_fields, since);
    }
    for packet in &context.schema.packets {
        let since = add(&mut notes, &packet.prose, None);
        structure(&mut notes, &packet.structure, since);
    }
    notes
}

/// Adds the note in `prose`, and says since when there is what it describes.
fn add<'s>(
    notes: &mut Notes<'s>,
    prose: &'s Prose,
    whole: Option<&'s Spanned<String>>,
) -> Option<&'s Spanned<String>> {
    let own = prose.since.as_ref();
    notes.since.extend(own.map(|since| Note { since, whole }));
    let since = own.or(whole);
    let until = prose.until.as_ref();
    notes.until.extend(until.map(|until| End { until, since }));
    since
}

fn structure<'s>(
    notes: &mut Notes<'s>,
    structure: &'s Structure,
    whole: Option<&'s Spanned<String>>,
) {
    for field in &structure.fields {
        let since = add(notes, &field.prose, whole);
        match &field.kind {
            FieldKind::List {
                structure: inner, ..
            }
            | FieldKind::Group(inner) => self::structure(notes, inner, since),
            FieldKind::Enumeration(enumeration) => {
                for value in enumeration.list() {
                    add(notes, &value.prose, since);
                }
            }
            _ => {}
        }
    }
}

fn impossible(context: &Context<'_>, found: &mut Found<'_>) {
    let version = context.schema.version.as_ref();
    for note in notes(context).since {
        let since = note.since;
        if let Some(version) = version.filter(|version| since.value > version.value) {
            let message = format!("{} is yet to come", quoted(&since.value));
            found
                .report(since.span, message)
                .related(version.span, "this is the version of the protocol");
        }
        if let Some(whole) = note.whole.filter(|whole| since.value < whole.value) {
            found
                .report(since.span, "this is older than what it stands in")
                .related(whole.span, "the whole is not that old");
        }
    }
    for packet in &context.schema.packets {
        let Some(name) = &packet.name else { continue };
        // In versions; the beginning is older than any.
        let own = text(&packet.prose.since);
        let base = packet.base.as_ref();
        if let Some(base) = base.and_then(|base| context.names.packet(&base.value))
            && let Some(later) = base.prose.since.as_ref().filter(|base| *base.value > *own)
        {
            let message = format!("packet {} is older than its base", quoted(&name.value));
            found
                .report(name.span, message)
                .related(later.span, "the base is not that old");
        }
        let replies = packet
            .replies
            .iter()
            .filter_map(|reply| reply.packet.as_ref());
        let replies: Vec<_> = replies
            .filter_map(|reply| context.names.packet(&reply.value))
            .collect();
        if !replies.is_empty() && replies.iter().all(|reply| text(&reply.prose.since) > own) {
            let message = format!(
                "request {} is older than all its replies",
                quoted(&name.value)
            );
            let finding = found.report(name.span, message);
            for later in replies
                .iter()
                .filter_map(|reply| reply.prose.since.as_ref())
            {
                finding.related(later.span, "this answer is not that old");
            }
        }
    }
}

fn redundant(context: &Context<'_>, found: &mut Found<'_>) {
    for note in notes(context).since {
        if let Some(whole) = note.whole.filter(|whole| whole.value == note.since.value) {
            found
                .report(note.since.span, "what this stands in says the same")
                .related(whole.span, "here");
        }
    }
}

fn impossible_until(context: &Context<'_>, found: &mut Found<'_>) {
    let version = context.schema.version.as_ref();
    for End { until, since } in notes(context).until {
        if let Some(version) = version.filter(|version| until.value > version.value) {
            let message = format!("{} is yet to come", quoted(&until.value));
            found
                .report(until.span, message)
                .related(version.span, "this is the version of the protocol");
        }
        if let Some(since) = since.filter(|since| until.value < since.value) {
            found
                .report(until.span, "this was gone before it came")
                .related(since.span, "it came here");
        }
    }
}

fn impossible_was(context: &Context<'_>, found: &mut Found<'_>) {
    let mut seen: BTreeMap<(usize, &str), Span> = BTreeMap::new();
    for thing in &context.things {
        let Some(was) = &thing.prose.was else {
            continue;
        };
        if was.value == thing.name.value {
            found.report(was.span, "this is the name that it has");
        }
        let first = seen.entry((thing.siblings, &was.value)).or_insert(was.span);
        if *first != was.span {
            let message = format!("two were {} in the version before", quoted(&was.value));
            found.report(was.span, message).related(*first, "the other");
        }
    }
}
