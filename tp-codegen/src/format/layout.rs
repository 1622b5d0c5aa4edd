//! Which element, comment and tag goes on which line.

use super::{SPACE, comment, text};
use crate::parse::grammar::Rule;
use crate::source::Span;
use crate::xml::{Attribute, Document, Element, Node};

/// The whole document.
pub(super) fn document(source: &str, document: &Document) -> String {
    let mut layout = Layout {
        source,
        out: String::new(),
        depth: 0,
        at: 0,
        last: Last::Nothing,
    };
    let before = layout.declaration(&document.before);
    layout.nodes(before);
    layout.element_on_its_line(&document.root);
    layout.nodes(&document.after);
    layout.out.push('\n');
    layout.out
}

/// What was written last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Nothing of the source.
    Nothing,
    /// A start tag; what is in the element comes next.
    Start,
    /// A declaration, processing instruction or DOCTYPE.
    Instruction,
    /// A whole element or a comment.
    Whole,
}

struct Layout<'s> {
    source: &'s str,
    out: String,
    depth: usize,
    /// How far the source has been written.
    at: usize,
    last: Last,
}

impl<'s> Layout<'s> {
    fn slice(&self, start: usize, end: usize) -> &'s str {
        self.source.get(start..end).unwrap_or_default()
    }

    /// Writes the declaration that every schema has, and returns what comes behind it.
    fn declaration<'n>(&mut self, nodes: &'n [Node]) -> &'n [Node] {
        let mut standalone = "";
        let mut rest = nodes;
        if let Some((Node::Instruction(span), behind)) = nodes.split_first()
            && self
                .slice(span.start, span.end)
                .strip_prefix("<?xml")
                .is_some_and(|inside| inside.starts_with(SPACE))
        {
            // The reader has checked it: nothing but `standalone` can be `yes` or `no`.
            let text = self.slice(span.start, span.end);
            standalone = match text.contains("standalone") {
                true if text.contains("yes") => " standalone=\"yes\"",
                true => " standalone=\"no\"",
                false => "",
            };
            rest = behind;
            self.at = span.end;
            self.last = Last::Instruction;
        }
        self.out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"{standalone}?>");
        rest
    }

    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Element(element) => self.element_on_its_line(element),
                Node::Comment(span) => self.comment(*span),
                Node::Instruction(span) => {
                    self.begin_line(span.start);
                    self.as_written(span.start, span.end);
                    self.last = Last::Instruction;
                }
                // White space: other text is never handed to this.
                Node::Text(..) | Node::CData(..) | Node::Unreadable => {}
            }
        }
    }

    /// Begins the line of what stands at `start` of the source.
    fn begin_line(&mut self, start: usize) {
        let breaks = self.slice(self.at, start).matches('\n').count();
        let first = matches!(self.last, Last::Nothing | Last::Start);
        self.out
            .push_str(if breaks > 1 && !first { "\n\n" } else { "\n" });
        self.indent();
    }

    fn indent(&mut self) {
        self.out.push_str(&"  ".repeat(self.depth));
    }

    /// Copies a part of the source.
    fn as_written(&mut self, start: usize, end: usize) {
        let text = self.slice(start, end).replace("\r\n", "\n");
        self.out.push_str(&text);
        self.at = end;
    }

    fn comment(&mut self, span: Span) {
        let same_line = !self.slice(self.at, span.start).contains('\n');
        if same_line && matches!(self.last, Last::Start | Last::Whole) {
            self.out.push(' ');
        } else {
            self.begin_line(span.start);
        }
        let before = self.slice(0, span.start);
        let text = comment::moved(
            self.slice(span.start, span.end),
            comment::column(before),
            comment::column(&self.out),
        );
        self.out.push_str(&text);
        self.at = span.end;
        self.last = Last::Whole;
    }

    fn element_on_its_line(&mut self, element: &Element) {
        self.begin_line(element.tag.start);
        let tag = self.tag(element);
        let inside = self.slice(element.tag.end, element.end.start);
        match content(element, inside) {
            Content::Nothing => self.out.push_str(&format!("{tag}/>")),
            Content::Elements => {
                self.out.push_str(&format!("{tag}>"));
                self.at = element.tag.end;
                self.last = Last::Start;
                self.depth = self.depth.saturating_add(1);
                self.nodes(&element.children);
                self.depth = self.depth.saturating_sub(1);
                self.out.push('\n');
                self.indent();
                self.out.push_str(&format!("</{}>", element.name));
            }
            Content::Text => {
                let text = text::wrapped(inside, &tag, &element.name, self.depth);
                self.out.push_str(&text);
            }
            Content::AsWritten => {
                self.out.push_str(&format!("{tag}>"));
                self.as_written(element.tag.end, element.end.start);
                self.out.push_str(&format!("</{}>", element.name));
            }
        }
        self.at = element.end.end;
        self.last = Last::Whole;
    }

    /// The start tag without its end.
    fn tag(&self, element: &Element) -> String {
        let rule = Rule::of(&element.name);
        let place = |attribute: &&Attribute| {
            let known = rule.and_then(|rule| {
                rule.attributes()
                    .position(|(name, _)| name == attribute.name)
            });
            known.unwrap_or(usize::MAX)
        };
        let mut attributes: Vec<_> = element.attributes.iter().collect();
        attributes.sort_by_key(place);
        let mut tag = format!("<{}", element.name);
        for attribute in attributes {
            let raw = self.slice(attribute.value_span.start, attribute.value_span.end);
            let value = raw.trim_matches(SPACE).replace(SPACE, " ");
            let value = value.replace('"', "&quot;");
            tag += &format!(" {}=\"{value}\"", attribute.name);
        }
        tag
    }
}

/// How what is in an element is laid out.
enum Content {
    Nothing,
    /// A line for each element and comment.
    Elements,
    /// Words.
    Text,
    /// As the author wrote it.
    AsWritten,
}

/// How to lay out what is in `element`; `inside` is that in the source.
fn content(element: &Element, inside: &str) -> Content {
    let is_text = |node: &Node| match node {
        Node::Text(_, span) => {
            let offset = |at: usize| at.saturating_sub(element.tag.end);
            let raw = inside.get(offset(span.start)..offset(span.end));
            raw.is_some_and(|raw| !raw.trim().is_empty())
        }
        Node::CData(..) => true,
        _ => false,
    };
    let text = element.children.iter().any(is_text);
    let other = element
        .children
        .iter()
        .any(|node| !matches!(node, Node::Text(..)));
    match (text, other) {
        (false, false) => Content::Nothing,
        (false, true) => Content::Elements,
        (true, false) => Content::Text,
        (true, true) => Content::AsWritten,
    }
}
