//! What the versions of a protocol mean by one name.

use crate::ast::{Field, FieldKind, Prose, Schema, Structure};
use crate::diagnostic::quoted;
use crate::lint::context::Context;
use crate::lint::rule::{Category, Found, Rule, Severity};
use crate::source::Spanned;

pub(super) static RULES: &[Rule] = &[Rule {
    name: "other-meaning",
    category: Category::Versions,
    severity: Severity::Note,
    title: "a field that is called something else than in the version before",
    explanation: "The versions of a family in the plan become one: a field of the same name and kind \
                  in both is one field. Where its `longname` is another, it may mean another thing, \
                  and programs that take it for the same go wrong. Say the same in both versions if \
                  it is the same; if not, say in the descriptions what it is in which version, and \
                  allow it.",
    check: Some(check),
}];

fn check(context: &Context<'_>, found: &mut Found<'_>) {
    let Some(older) = context.older else { return };
    let newer = context.schema;
    let mut pairs = Pairs {
        version: older.version.as_ref().map_or("", |version| &version.value),
        found,
    };
    for packet in &newer.packets {
        let was = names(&packet.name, &packet.prose);
        let named = |name: &str| packet_named(older, name);
        if let Some(other) = was.into_iter().flatten().find_map(named) {
            pairs.structures(&packet.structure, &other.structure);
        }
    }
    for set in &newer.sets {
        let same = |other: &&crate::ast::ParameterSet| is_named(&other.name, &set.name);
        let Some(other_set) = older.sets.iter().find(same) else {
            continue;
        };
        for parameter in &set.parameters {
            let was = names(&parameter.name, &parameter.prose);
            let named = |name: &str| {
                let mut others = other_set.parameters.iter();
                others.find(|other| is_called(&other.name, name))
            };
            if let Some(other) = was.into_iter().flatten().find_map(named) {
                pairs.structures(&parameter.use_fields, &other.use_fields);
                pairs.structures(&parameter.desc_fields, &other.desc_fields);
            }
        }
    }
}

/// What something is called and what it says that it was.
fn names<'s>(name: &'s Option<Spanned<String>>, prose: &'s Prose) -> [Option<&'s str>; 2] {
    [name, &prose.was].map(|name| name.as_ref().map(|name| name.value.as_str()))
}

fn is_called(name: &Option<Spanned<String>>, wanted: &str) -> bool {
    name.as_ref().is_some_and(|name| name.value == wanted)
}

fn is_named(one: &Option<Spanned<String>>, other: &Option<Spanned<String>>) -> bool {
    other
        .as_ref()
        .is_some_and(|other| is_called(one, &other.value))
}

fn packet_named<'s>(schema: &'s Schema, name: &str) -> Option<&'s crate::ast::Packet> {
    let mut packets = schema.packets.iter();
    packets.find(|packet| is_called(&packet.name, name))
}

struct Pairs<'p, 'f> {
    /// What the older version is called.
    version: &'p str,
    found: &'p mut Found<'f>,
}

impl Pairs<'_, '_> {
    fn structures(&mut self, newer: &Structure, older: &Structure) {
        for field in &newer.fields {
            let was = names(&field.name, &field.prose);
            let named = |name: &str| {
                let mut others = older.fields.iter();
                others.find(|other| is_called(&other.name, name))
            };
            if let Some(other) = was.into_iter().flatten().find_map(named) {
                self.fields(field, other);
            }
        }
    }

    fn fields(&mut self, newer: &Field, older: &Field) {
        if std::mem::discriminant(&newer.kind) != std::mem::discriminant(&older.kind) {
            return;
        }
        if let (Some(name), Some(is), Some(was)) =
            (&newer.name, &newer.prose.longname, &older.prose.longname)
            && is_other(is, was)
        {
            let message = format!(
                "field {} is called {} here and {} in {}",
                quoted(&name.value),
                quoted(&tidy(is)),
                quoted(&tidy(was)),
                self.version
            );
            self.found.report(name.span, message).help(
                "say the same in both versions, or allow it and describe what it is in which",
            );
        }
        if let (
            FieldKind::List { structure: is, .. } | FieldKind::Group(is),
            FieldKind::List { structure: was, .. } | FieldKind::Group(was),
        ) = (&newer.kind, &older.kind)
        {
            self.structures(is, was);
        }
    }
}

fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether two texts differ in more than capitals and what is no letter.
fn is_other(one: &str, other: &str) -> bool {
    let letters = |text: &str| {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect::<String>()
    };
    letters(one) != letters(other)
}
