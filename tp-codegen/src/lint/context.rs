//! What the rules see of a schema that compiles.

use std::fmt;

use crate::ast::context::Context as Names;
use crate::ast::walk::structures;
use crate::ast::{FieldKind, Prose, Schema};
use crate::source::{Source, Span, Spanned};
use crate::xml::{Document, Element, Node};

/// A schema, looked at from all sides.
pub(super) struct Context<'s> {
    /// What was written.
    pub(super) schema: &'s Schema,
    /// The version before, if that is known.
    pub(super) older: Option<&'s Schema>,
    /// Its packets and sets by name.
    pub(super) names: Names<'s>,
    /// Everything that declares a name.
    pub(super) things: Vec<Thing<'s>>,
    /// Every text, in the order of the schema.
    pub(super) texts: Vec<Text<'s>>,
    source: &'s str,
}

/// What declares a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Set,
    Parameter,
    Packet,
    Field,
    Value,
}

impl Kind {
    /// What messages call it.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Kind::Set => "parameter set",
            Kind::Parameter => "parameter",
            Kind::Packet => "packet",
            Kind::Field => "field",
            Kind::Value => "value",
        }
    }
}

/// Something with a name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thing<'s> {
    pub(super) kind: Kind,
    pub(super) name: &'s Spanned<String>,
    pub(super) prose: &'s Prose,
    /// Which things it stands beside: those with the same number.
    pub(super) siblings: usize,
}

/// What it is and its name, as a message shows it.
impl fmt::Display for Thing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.noun(), self.name)
    }
}

/// The text of a `longname`, `description`, `example`, `note` or `value`.
#[derive(Debug)]
pub(super) struct Text<'s> {
    /// The name of the element.
    pub(super) element: &'s str,
    /// From its first to its last character that is not white space.
    pub(super) span: Span,
    /// Its last character.
    pub(super) last: char,
    /// What is between comments and entities, as it is written, and where.
    parts: Vec<(usize, &'s str)>,
}

impl<'s> Text<'s> {
    /// Its words: runs of letters, digits, underscores and apostrophes.
    pub(super) fn words(&self) -> Vec<(Span, &'s str)> {
        let outside = |c: char| !(c.is_alphanumeric() || c == '_' || c == '\'');
        let mut words = Vec::new();
        for (start, part) in &self.parts {
            let mut at = *start;
            for piece in part.split_inclusive(outside) {
                let word = piece.trim_end_matches(outside);
                let trimmed = word.trim_start_matches('\'');
                let start = at.saturating_add(word.len().saturating_sub(trimmed.len()));
                let word = trimmed.trim_end_matches('\'');
                if !word.is_empty() {
                    words.push((Span::of(start, word.len()), word));
                }
                at = at.saturating_add(piece.len());
            }
        }
        words
    }
}

impl<'s> Context<'s> {
    /// Looks at a schema that has been checked and found right.
    pub(super) fn new(
        source: &'s Source,
        document: &'s Document,
        schema: &'s Schema,
        older: Option<&'s Schema>,
    ) -> Self {
        let mut texts = Vec::new();
        add_texts(&mut texts, source.text(), &document.root);
        Context {
            schema,
            older,
            names: Names::new(schema),
            things: things(schema),
            texts,
            source: source.text(),
        }
    }

    /// Whether nothing but white space stands between two words.
    pub(super) fn only_space(&self, first: Span, second: Span) -> bool {
        let between = self.source.get(first.end..second.start);
        between.is_some_and(|between| between.trim().is_empty())
    }
}

/// Everything with a name: things that stand beside one another follow one another.
fn things(schema: &Schema) -> Vec<Thing<'_>> {
    let mut things = Vec::new();
    add(&mut things, Kind::Set, &schema.sets, |one| {
        (&one.name, &one.prose)
    });
    for set in &schema.sets {
        add(&mut things, Kind::Parameter, &set.parameters, |one| {
            (&one.name, &one.prose)
        });
    }
    add(&mut things, Kind::Packet, &schema.packets, |one| {
        (&one.name, &one.prose)
    });
    for located in structures(schema) {
        let fields = &located.structure.fields;
        add(&mut things, Kind::Field, fields, |one| {
            (&one.name, &one.prose)
        });
        for field in fields {
            if let FieldKind::Enumeration(enumeration) = &field.kind {
                add(&mut things, Kind::Value, enumeration.list(), |one| {
                    (&one.name, &one.prose)
                });
            }
        }
    }
    things
}

/// Adds what stands side by side.
fn add<'s, T: 's>(
    things: &mut Vec<Thing<'s>>,
    kind: Kind,
    group: impl IntoIterator<Item = &'s T>,
    parts: fn(&T) -> (&Option<Spanned<String>>, &Prose),
) {
    let siblings = things.len();
    things.extend(group.into_iter().filter_map(|one| {
        let (name, prose) = parts(one);
        Some(Thing {
            kind,
            name: name.as_ref()?,
            prose,
            siblings,
        })
    }));
}

fn add_texts<'s>(texts: &mut Vec<Text<'s>>, source: &'s str, element: &'s Element) {
    let is_text = matches!(
        element.name.as_str(),
        "longname" | "description" | "example" | "note" | "value"
    );
    let mut parts = Vec::new();
    let mut last = ' ';
    for node in &element.children {
        if let Node::Element(child) = node {
            add_texts(texts, source, child);
        }
        if let Some((text, span)) = node.text()
            && let raw = span.slice(source)
            && !raw.trim().is_empty()
        {
            last = text.trim_end().chars().next_back().unwrap_or(last);
            parts.push((span.start, raw));
        }
    }
    if let (true, Some((start, first)), Some((at, end))) = (is_text, parts.first(), parts.last()) {
        let place = |start: usize, part: &str| {
            Span::of(start, part.len()).trimmed(part, char::is_whitespace)
        };
        let span = Span::new(place(*start, first).start, place(*at, end).end);
        // An entity is a part of its own.
        parts.retain(|(_, part)| !part.starts_with('&'));
        texts.push(Text {
            element: &element.name,
            span,
            last,
            parts,
        });
    }
}
