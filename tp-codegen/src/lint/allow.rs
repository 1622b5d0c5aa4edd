//! What a plan allows.

use std::ops::Range;

use super::report::File;
use super::rule::Rule;
use super::rules::allow::{MALFORMED, UNREASONED, UNUSED};
use crate::diagnostic::suggest::did_you_mean;
use crate::diagnostic::{Findings, quoted};
use crate::source::{Source, Span};

/// One entry: findings of a rule at a place are right as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// The name of the rule.
    pub rule: String,
    /// The schema it is about; all schemas of the list if there is none.
    pub schema: Option<String>,
    /// Where, as names joined by dots; `*` stands for any characters. What is in a place is covered
    /// with it. Everywhere if there is none.
    pub place: Option<String>,
    /// Why it is right.
    pub reason: Option<String>,
    /// Where the entry stands in the text of its list, in bytes.
    pub span: Range<usize>,
}

/// What a plan allows in its schemas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowList {
    /// The text of the plan.
    source: Source,
    /// The schemas it is about.
    schemas: Vec<String>,
    pub(super) entries: Vec<Allow>,
}

impl AllowList {
    /// The `entries` of the plan in `source`, which is about `schemas`, named as their
    /// [`Source`]s are.
    #[must_use]
    pub fn new(source: Source, schemas: Vec<String>, entries: Vec<Allow>) -> Self {
        AllowList {
            source,
            schemas,
            entries,
        }
    }

    /// Whether `entry` allows what `rule` finds at `place`.
    pub(super) fn covers(&self, entry: &Allow, schema: &str, rule: &str, place: &str) -> bool {
        entry.rule == rule
            && self.is_about(entry, schema)
            && entry.place.as_ref().is_none_or(|pattern| {
                let mut ends = place.match_indices('.').map(|(at, _)| at);
                matches(pattern, place)
                    || ends.any(|end| {
                        place
                            .get(..end)
                            .is_some_and(|outer| matches(pattern, outer))
                    })
            })
    }

    fn is_about(&self, entry: &Allow, schema: &str) -> bool {
        match &entry.schema {
            Some(named) => named == schema,
            None => self.schemas.iter().any(|own| own == schema),
        }
    }

    /// What is wrong with the list: `used` says which entries have allowed something, `seen` which
    /// schemas were looked at.
    pub(super) fn check(&self, used: &[bool], seen: &[&str]) -> File {
        let mut found = Findings::default();
        for (entry, used) in self.entries.iter().zip(used) {
            let span = Span::new(entry.span.start, entry.span.end);
            if Rule::named(&entry.rule).is_none_or(|rule| rule.check.is_none()) {
                let message = format!("there is no rule {} to allow", quoted(&entry.rule));
                found
                    .report(&MALFORMED, span, message)
                    .maybe_help(suggest(&entry.rule));
            } else if let Some(schema) = &entry.schema
                && !self.schemas.contains(schema)
            {
                let message = format!("{} is no schema of this plan", quoted(schema));
                found.report(&MALFORMED, span, message);
            } else if !used && self.is_judged(entry, seen) {
                let message = format!("{} is allowed, but not found", quoted(&entry.rule));
                found
                    .report(&UNUSED, span, message)
                    .help("take the entry out, or mend its place");
            }
            if entry
                .reason
                .as_ref()
                .is_none_or(|reason| reason.trim().is_empty())
            {
                found
                    .report(&UNREASONED, span, "this entry gives no reason")
                    .help("say in `reason` why it is right as it is");
            }
        }
        let mut file = File::new(&self.source);
        for finding in found.into_list() {
            file.add(finding, "lint".to_owned());
        }
        file
    }

    /// Whether every schema that `entry` is about has been looked at.
    fn is_judged(&self, entry: &Allow, seen: &[&str]) -> bool {
        let mut about = self
            .schemas
            .iter()
            .filter(|schema| self.is_about(entry, schema));
        about.all(|schema| seen.contains(&schema.as_str()))
    }
}

/// Help for the name of a rule that does not exist.
pub(super) fn suggest(name: &str) -> Option<String> {
    let rules = Rule::all().filter(|rule| rule.check.is_some());
    did_you_mean(name, rules.map(|rule| rule.name))
}

/// Whether `text` is what `pattern` says, where `*` is any number of characters.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((front, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(text) = text.strip_prefix(front) else {
        return false;
    };
    let Some((middle, end)) = rest.rsplit_once('*') else {
        return text.ends_with(rest);
    };
    // Every piece as early as it can be, the last at the end.
    let Some(mut text) = text.strip_suffix(end) else {
        return false;
    };
    for piece in middle.split('*') {
        let Some((_, behind)) = text.split_once(piece) else {
            return false;
        };
        // An empty piece takes nothing.
        text = if piece.is_empty() { text } else { behind };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_any_characters() {
        for (pattern, text) in [
            ("a", "a"),
            ("*", ""),
            ("*", "a.b"),
            ("a*", "a"),
            ("a*", "ab.c"),
            ("*c", "ab.c"),
            ("a*c", "abc"),
            ("a*.*c", "a.c"),
            ("**", "x"),
            ("*.id", "GetWithID.ids.id"),
            ("*a*b*", "xxaxxbxx"),
        ] {
            assert!(matches(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("a", "ab"),
            ("", "a"),
            ("a*", "ba"),
            ("*c", "cb"),
            ("ab*ba", "aba"),
            ("*.id", "id"),
            ("*a*b*", "bxa"),
        ] {
            assert!(!matches(pattern, text), "{pattern} {text}");
        }
    }
}
