//! XML text → tree of elements, with the place of everything.
//!
//! quick-xml cuts the text into tags, texts and comments. What it lets through and XML forbids is
//! checked here, so that a tree is always that of a well-formed document.

mod chars;
mod encoding;
mod entity;
mod prolog;
mod reader;
mod tag;
#[cfg(test)]
mod tests;

use crate::diagnostic::Findings;
use crate::source::Span;

pub(crate) use reader::read;

/// How deep elements may nest. The deepest published schema needs 12; later stages recurse, and a
/// hostile file must not exhaust the stack.
pub(crate) const MAX_DEPTH: usize = 32;

/// A well-formed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Document {
    /// What stands in front of the root element; no text.
    pub(crate) before: Vec<Node>,
    /// The root element.
    pub(crate) root: Element,
    /// What stands behind it; no text.
    pub(crate) after: Vec<Node>,
}

/// An element with all that is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    /// Its name.
    pub(crate) name: String,
    /// Where its start tag says the name.
    pub(crate) name_span: Span,
    /// The start tag, from `<` to `>`.
    pub(crate) tag: Span,
    /// Its attributes, in the order of the text.
    pub(crate) attributes: Vec<Attribute>,
    /// What is between its tags.
    pub(crate) children: Vec<Node>,
    /// The end tag; of an empty element, the place behind its one tag.
    pub(crate) end: Span,
}

impl Element {
    /// The attribute of that name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|one| one.name == name)
    }

    /// The elements in it.
    pub(crate) fn elements(&self) -> impl DoubleEndedIterator<Item = &Element> {
        self.children.iter().filter_map(Node::element)
    }

    /// The texts in it, and where.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, Span)> {
        self.children.iter().filter_map(Node::text)
    }
}

/// An attribute of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attribute {
    /// Its name.
    pub(crate) name: String,
    /// Where it says the name.
    pub(crate) name_span: Span,
    /// Its value, entities decoded, without white space around it.
    pub(crate) value: String,
    /// Where it says the value, without the quotes.
    pub(crate) value_span: Span,
    /// Whether the value is all known: no unknown entity is in it.
    pub(crate) readable: bool,
}

/// What stands between the tags of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// Another element.
    Element(Element),
    /// Characters, entities decoded. Comments and entities cut a text into several.
    Text(String, Span),
    /// The characters in a CDATA section, and where they are, without the brackets.
    CData(String, Span),
    /// A comment.
    Comment(Span),
    /// An XML declaration, processing instruction or DOCTYPE.
    Instruction(Span),
    /// An unknown entity.
    Unreadable,
}

impl Node {
    /// The element that it is, if it is one.
    pub(crate) fn element(&self) -> Option<&Element> {
        match self {
            Node::Element(element) => Some(element),
            _ => None,
        }
    }

    /// What it says, if it is text, and where.
    pub(crate) fn text(&self) -> Option<(&str, Span)> {
        match self {
            Node::Text(text, span) | Node::CData(text, span) => Some((text, *span)),
            _ => None,
        }
    }
}

/// What text without markup says; none if an entity in it is broken or unknown.
pub(crate) fn decoded(raw: &str) -> Option<String> {
    let decoded = entity::decode(raw, 0, &mut Findings::default())?;
    decoded.readable.then_some(decoded.text)
}
