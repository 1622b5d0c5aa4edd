//! Which named thing a finding is in.

use crate::source::Span;
use crate::xml::{Document, Element};

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
            true => element.attribute("name").map(|name| name.value.clone()),
            false => {
                let name = element.elements().find(|child| child.name == "name");
                name.map(|name| name.texts().map(|(text, _)| text).collect())
            }
        };
        if let Some(name) = name {
            if !path.is_empty() {
                path.push('.');
            }
            path += name.trim();
            self.list.push((extent(element), path.clone()));
        }
        for child in element.elements() {
            self.add(child, &path);
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
