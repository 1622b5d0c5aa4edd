//! Notes of versions.

use std::collections::BTreeMap;

use crate::ast::walk::inner;
use crate::ast::{FieldKind, Prose, Structure, text};
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

/// What something says of versions, and since when there is what it stands in; none if that has been
/// there from the beginning.
struct Note<'s> {
    prose: &'s Prose,
    whole: Option<&'s Spanned<String>>,
}

impl<'s> Note<'s> {
    /// Since when there is what it is about.
    fn since(&self) -> Option<&'s Spanned<String>> {
        self.prose.since.as_ref().or(self.whole)
    }
}

/// Every note in packets and parameters.
fn notes<'s>(context: &Context<'s>) -> Vec<Note<'s>> {
    let mut notes = Vec::new();
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

/// Adds what `prose` says, and says since when there is what it describes.
fn add<'s>(
    notes: &mut Vec<Note<'s>>,
    prose: &'s Prose,
    whole: Option<&'s Spanned<String>>,
) -> Option<&'s Spanned<String>> {
    let note = Note { prose, whole };
    let since = note.since();
    notes.push(note);
    since
}

fn structure<'s>(
    notes: &mut Vec<Note<'s>>,
    structure: &'s Structure,
    whole: Option<&'s Spanned<String>>,
) {
    for field in &structure.fields {
        let since = add(notes, &field.prose, whole);
        if let Some(inner) = inner(field) {
            self::structure(notes, inner, since);
        } else if let FieldKind::Enumeration(enumeration) = &field.kind {
            for value in enumeration.list() {
                add(notes, &value.prose, since);
            }
        }
    }
}

/// Reports that a version is later than that of the protocol.
fn future(context: &Context<'_>, said: &Spanned<String>, found: &mut Found<'_>) {
    let version = context.schema.version.as_ref();
    if let Some(version) = version.filter(|version| said.value > version.value) {
        let message = format!("{said} is yet to come");
        found
            .report(said.span, message)
            .related(version.span, "this is the version of the protocol");
    }
}

fn impossible(context: &Context<'_>, found: &mut Found<'_>) {
    for note in notes(context) {
        let Some(since) = &note.prose.since else {
            continue;
        };
        future(context, since, found);
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
            let message = format!("packet {name} is older than its base");
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
            let message = format!("request {name} is older than all its replies");
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
    for note in notes(context) {
        if let (Some(since), Some(whole)) = (&note.prose.since, note.whole)
            && since.value == whole.value
        {
            found
                .report(since.span, "what this stands in says the same")
                .related(whole.span, "here");
        }
    }
}

fn impossible_until(context: &Context<'_>, found: &mut Found<'_>) {
    for note in notes(context) {
        let Some(until) = &note.prose.until else {
            continue;
        };
        future(context, until, found);
        if let Some(since) = note.since().filter(|since| until.value < since.value) {
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
            let message = format!("two were {was} in the version before");
            found.report(was.span, message).related(*first, "the other");
        }
    }
}
