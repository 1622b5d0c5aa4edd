//! What the versions of a protocol mean by one name.

use crate::ast::{Field, FieldKind, Prose, Structure, text};
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
        version: text(&older.version),
        found,
    };
    for packet in &newer.packets {
        if let Some(other) = earlier(&packet.name, &packet.prose, &older.packets, |one| &one.name) {
            pairs.structures(&packet.structure, &other.structure);
        }
    }
    for set in &newer.sets {
        let Some(other) = earlier(&set.name, &set.prose, &older.sets, |set| &set.name) else {
            continue;
        };
        for one in &set.parameters {
            if let Some(was) = earlier(&one.name, &one.prose, &other.parameters, |one| &one.name) {
                pairs.structures(&one.use_fields, &was.use_fields);
                pairs.structures(&one.desc_fields, &was.desc_fields);
            }
        }
    }
}

/// What of `all` has the name of something, or else that which it says that it had.
fn earlier<'o, T>(
    name: &Option<Spanned<String>>,
    prose: &Prose,
    all: &'o [T],
    name_of: fn(&T) -> &Option<Spanned<String>>,
) -> Option<&'o T> {
    let mut names = [name, &prose.was].into_iter().flatten();
    names.find_map(|name| all.iter().find(|one| text(name_of(one)) == name.value))
}

struct Pairs<'p, 'f> {
    /// What the older version is called.
    version: &'p str,
    found: &'p mut Found<'f>,
}

impl Pairs<'_, '_> {
    fn structures(&mut self, newer: &Structure, older: &Structure) {
        for field in &newer.fields {
            if let Some(other) = earlier(&field.name, &field.prose, &older.fields, |one| &one.name)
            {
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
                "field {name} is called {} here and {} in {}",
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
