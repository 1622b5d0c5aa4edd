//! Which named thing a finding is in.

use crate::source::Span;
use crate::xml::{Document, Element, Node};

/// What the whole schema is called.
const WHOLE: &str = "protocol";

/// Every element with a name, outer ones before those in them.
pub(super) struct Places {
    list: Vec<(Span, String)>,
}

impl Places {
    pub(super) fn new(document: &Document) -> Self {
        let mut places = Places { list: Vec::new() };
        places.add(&document.root, "");
        places
    }

    fn add(&mut self, element: &Element, outer: &str) {
        let mut path = outer.to_owned();
        // Only packets and the like declare a name; in `typeframe` and its steps it refers to one.
        let declares = matches!(
            element.name.as_str(),
            "packet" | "parameterset" | "parameter" | "value"
        );
        let name = match declares {
            true => attribute(element, "name").map(str::to_owned),
            false => child_text(element, "name"),
        };
        if let Some(name) = name {
            if !path.is_empty() {
                path.push('.');
            }
            path += name.trim();
            self.list.push((extent(element), path.clone()));
        }
        for child in &element.children {
            if let Node::Element(child) = child {
                self.add(child, &path);
            }
        }
    }

    /// The innermost thing that `span` begins in.
    pub(super) fn of(&self, span: Span) -> String {
        let holds = |(extent, _): &&(Span, String)| contains(*extent, span);
        let innermost = self.list.iter().rev().find(holds);
        innermost.map_or_else(|| WHOLE.to_owned(), |(_, path)| path.clone())
    }
}

/// The element with all that is in it.
pub(super) fn extent(element: &Element) -> Span {
    Span::new(element.tag.start, element.end.end)
}

/// Whether `inner` begins in `outer`.
pub(super) fn contains(outer: Span, inner: Span) -> bool {
    (outer.start..outer.end).contains(&inner.start)
}

fn attribute<'e>(element: &'e Element, name: &str) -> Option<&'e str> {
    let mut attributes = element.attributes.iter();
    let attribute = attributes.find(|attribute| attribute.name == name)?;
    Some(&attribute.value)
}

fn child_text(element: &Element, name: &str) -> Option<String> {
    let child = element.children.iter().find_map(|child| match child {
        Node::Element(child) if child.name == name => Some(child),
        _ => None,
    })?;
    let parts = child.children.iter().filter_map(Node::text);
    Some(parts.map(|(text, _)| text).collect())
}
