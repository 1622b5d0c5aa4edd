//! Which named thing a finding is in.

use crate::source::Span;
use crate::xml::{Document, Element};

/// What the whole schema is called.
const WHOLE: &str = "protocol";

/// Every element with a name, outer ones before those in them.
pub(super) struct Places {
    list: Vec<Place>,
}

struct Place {
    extent: Span,
    path: String,
    /// Where the place that it is in stands in the list.
    outer: Option<usize>,
}

impl Places {
    pub(super) fn new(document: &Document) -> Self {
        let mut places = Places { list: Vec::new() };
        places.add(&document.root, None);
        places
    }

    fn add(&mut self, element: &Element, mut outer: Option<usize>) {
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
            let path = match outer.and_then(|outer| self.list.get(outer)) {
                Some(outer) => format!("{}.{}", outer.path, name.trim()),
                None => name.trim().to_owned(),
            };
            self.list.push(Place {
                extent: extent(element),
                path,
                outer,
            });
            outer = self.list.len().checked_sub(1);
        }
        for child in element.elements() {
            self.add(child, outer);
        }
    }

    /// The innermost thing that `span` begins in.
    pub(super) fn of(&self, span: Span) -> String {
        let begun = |place: &Place| place.extent.start <= span.start;
        // The last that has begun is the innermost, or stands in all that have not ended.
        let mut at = self.list.partition_point(begun).checked_sub(1);
        while let Some(place) = at.and_then(|at| self.list.get(at)) {
            if contains(place.extent, span) {
                return place.path.clone();
            }
            at = place.outer;
        }
        WHOLE.to_owned()
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
