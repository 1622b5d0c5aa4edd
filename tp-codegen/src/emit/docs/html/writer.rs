//! HTML that is well-formed XML too: what is opened is closed, and all text is escaped.

use quick_xml::escape::escape;

use crate::emit::docs::page::MARK;

/// Elements that never have content.
const VOID: &[&str] = &["input", "link", "meta"];

/// A page being written.
pub(super) struct Writer<'a> {
    text: String,
    /// Which page it is.
    pub(super) path: &'a str,
}

/// Names and values of attributes.
pub(super) type Attributes<'a> = &'a [(&'a str, &'a str)];

impl<'a> Writer<'a> {
    /// A document whose first line says where it comes from.
    pub(super) fn new(path: &'a str) -> Self {
        Self {
            text: format!("{MARK}\n<!DOCTYPE html>\n"),
            path,
        }
    }

    /// An element with what `content` writes in it.
    pub(super) fn element(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        content: impl FnOnce(&mut Self),
    ) {
        self.text.push('<');
        self.text.push_str(name);
        for (attribute, value) in attributes {
            self.text.push(' ');
            self.text.push_str(attribute);
            self.text.push_str("=\"");
            self.text.push_str(&escape(*value));
            self.text.push('"');
        }
        if VOID.contains(&name) {
            self.text.push_str("/>");
            return;
        }
        self.text.push('>');
        content(self);
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    /// An element with text only.
    pub(super) fn leaf(&mut self, name: &str, attributes: Attributes<'_>, text: &str) {
        self.element(name, attributes, |out| out.text(text));
    }

    /// An element with nothing in it.
    pub(super) fn empty(&mut self, name: &str, attributes: Attributes<'_>) {
        self.element(name, attributes, |_| {});
    }

    pub(super) fn text(&mut self, text: &str) {
        self.text.push_str(&escape(text));
    }

    /// Ends a line of the file, where that does not show.
    pub(super) fn line(&mut self) {
        self.text.push('\n');
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}
