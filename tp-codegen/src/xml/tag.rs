//! The inside of tags: a name and attributes, with the place of each.

use std::collections::BTreeMap;

use super::Attribute;
use super::chars::{is_space, name_at_start};
use super::entity::{Decoded, decode};
use crate::diagnostic::{Code, Findings, quoted};
use crate::source::Span;

/// Reads one tag from left to right.
pub(super) struct Scanner<'t> {
    /// The whole source.
    text: &'t str,
    /// Where reading goes on.
    at: usize,
    /// Where the tag ends: in front of its `>`, `/>` or `?>`.
    end: usize,
    /// What the tag is called in messages.
    what: &'static str,
}

impl<'t> Scanner<'t> {
    /// Reads the part `inside` of `text`.
    pub(super) fn new(text: &'t str, inside: Span, what: &'static str) -> Self {
        Scanner {
            text,
            at: inside.start,
            end: inside.end,
            what,
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    fn advance(&mut self, bytes: usize) -> Span {
        let start = self.at;
        self.at = start.saturating_add(bytes);
        Span::new(start, self.at)
    }

    fn skip_space(&mut self) -> bool {
        let rest = self.rest();
        let behind = rest.trim_start_matches(is_space);
        self.advance(rest.len().saturating_sub(behind.len()));
        behind.len() < rest.len()
    }

    /// The next character, as far as there is one.
    fn here(&self) -> Span {
        let length = self.rest().chars().next().map_or(0, char::len_utf8);
        Span::of(self.at, length)
    }

    /// Reads a name; none if there is none, which the caller reports.
    pub(super) fn name(&mut self) -> Option<(String, Span)> {
        let name = name_at_start(self.rest());
        let span = self.advance(name.len());
        (!name.is_empty()).then(|| (name.to_owned(), span))
    }

    /// Reads attributes up to the end of the tag. None if something there is no attribute, which
    /// is reported.
    pub(super) fn attributes(&mut self, found: &mut Findings) -> Option<Vec<Attribute>> {
        let mut attributes: Vec<Attribute> = Vec::new();
        let mut seen = BTreeMap::new();
        loop {
            let spaced = self.skip_space();
            if self.rest().is_empty() {
                return Some(attributes);
            }
            if !spaced {
                let message = format!("white space is missing in this {}", self.what);
                found.malformed(self.here(), message).label(
                    "a space belongs in front of this, or a quote is missing further in front",
                );
                return None;
            }
            let attribute = self.attribute(found)?;
            let first = *seen
                .entry(attribute.name.clone())
                .or_insert(attribute.name_span);
            if first == attribute.name_span {
                attributes.push(attribute);
                continue;
            }
            let message = format!("attribute {} is given twice", quoted(&attribute.name));
            found
                .report(Code::DuplicateAttribute, attribute.name_span, message)
                .label("given again")
                .related(first, "given here");
        }
    }

    fn attribute(&mut self, found: &mut Findings) -> Option<Attribute> {
        let Some((name, name_span)) = self.name() else {
            let message = format!("this is no attribute of a {}", self.what);
            found
                .malformed(self.here(), message)
                .label("an attribute's name belongs here");
            return None;
        };
        self.skip_space();
        if !self.rest().starts_with('=') {
            let message = format!("attribute {} has no value", quoted(&name));
            found
                .malformed(name_span, message)
                .label("`=` and a value in quotes belong behind this");
            return None;
        }
        self.advance(1);
        self.skip_space();
        let next = self.rest().chars().next();
        let Some(quote) = next.filter(|c| matches!(c, '"' | '\'')) else {
            let message = format!("the value of attribute {} is not in quotes", quoted(&name));
            found
                .malformed(self.here(), message)
                .label("a quote belongs here");
            return None;
        };
        let open = self.advance(1);
        let Some((raw, _)) = self.rest().split_once(quote) else {
            let message = format!("the value of attribute {} does not end", quoted(&name));
            found
                .malformed(open, message)
                .label("this quote is not closed");
            return None;
        };
        let span = self.advance(raw.len());
        self.advance(1);
        if let Some(before) = raw.find('<') {
            let at = span.start.saturating_add(before);
            let message = format!("`<` in the value of attribute {}", quoted(&name));
            found
                .malformed(Span::of(at, 1), message)
                .label("not allowed in a value")
                .related(open, "the value begins here")
                .help("close the quote, or write `&lt;` for the character itself");
            return None;
        }
        // Validating XML readers trim all values but plain text; no value of a schema is that.
        let trimmed = raw.trim_matches(is_space);
        let value_span = match trimmed.is_empty() {
            true => span,
            false => span.trimmed(raw, is_space),
        };
        let Decoded {
            text: value,
            readable,
        } = decode(&trimmed.replace(is_space, " "), value_span.start, found)?;
        Some(Attribute {
            name,
            name_span,
            value,
            value_span,
            readable,
        })
    }
}
