//! A schema text and the way from byte offsets to lines and columns.

use crate::Diagnostics;
use crate::diagnostic::{Code, Findings};

/// Part of a source, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    /// Offset of the first byte.
    pub(crate) start: usize,
    /// Offset past the last byte.
    pub(crate) end: usize,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    /// The place between two bytes.
    pub(crate) fn at(offset: usize) -> Self {
        Span::new(offset, offset)
    }
}

/// A value and where the source says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spanned<T> {
    /// What it says.
    pub(crate) value: T,
    /// Where.
    pub(crate) span: Span,
}

impl<T> Spanned<T> {
    /// `value`, said at `span`.
    pub(crate) fn new(value: T, span: Span) -> Self {
        Spanned { value, span }
    }
}

/// The text of one schema file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Source {
    name: String,
    text: String,
    /// Offset of the first byte of every line.
    lines: Vec<usize>,
}

impl Source {
    /// Takes over the bytes of a schema file. `name` is what diagnostics call it, a path as a
    /// rule. A byte-order mark is dropped.
    ///
    /// # Errors
    ///
    /// One diagnostic if the bytes are not UTF-8.
    pub fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Result<Self, Diagnostics> {
        let name = name.to_owned();
        let mut bytes = bytes.into();
        // XML readers count a byte-order mark in some positions and not in others.
        if bytes.starts_with(b"\xEF\xBB\xBF") {
            bytes.drain(..3);
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::from_text(name, text)),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let bytes = error.as_bytes();
                let utf16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
                // The lossy text has the same bytes up to the first bad one.
                let source = Self::from_text(name, String::from_utf8_lossy(bytes).into_owned());
                let span = Span::new(valid, valid.saturating_add('\u{FFFD}'.len_utf8()));
                let mut found = Findings::default();
                let finding = found
                    .report(Code::NotUtf8, span, "this file is not UTF-8")
                    .label("not UTF-8 from here");
                if utf16 {
                    finding.help("it looks like UTF-16: save it as UTF-8");
                } else {
                    finding.help("save it as UTF-8");
                }
                Err(found.into_diagnostics(&source))
            }
        }
    }

    fn from_text(name: String, text: String) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at.saturating_add(1));
        let lines = std::iter::once(0).chain(breaks).collect();
        Source { name, text, lines }
    }

    /// What diagnostics call the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the file says, without byte-order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte offset, both counted from 1, columns in characters.
    #[must_use]
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.line_start(line);
        let before = self.text.get(start..offset).unwrap_or_default();
        (line.max(1), before.chars().count().saturating_add(1))
    }

    /// Past the last character that is not white space: where a file that stops too early ends.
    pub(crate) fn end(&self) -> usize {
        self.text.trim_end().len()
    }

    /// Offset of the first byte of a line, counted from 1.
    pub(crate) fn line_start(&self, line: usize) -> usize {
        self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0)
    }

    /// Offset past the line break of a line, counted from 1.
    pub(crate) fn line_end(&self, line: usize) -> usize {
        self.lines.get(line).copied().unwrap_or(self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let source = Source::new("a.xml", "ab\r\nüß<\n").unwrap();
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(2), (1, 3));
        assert_eq!(source.position(4), (2, 1));
        assert_eq!(source.position(8), (2, 3));
        assert_eq!(source.end(), 9);
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        let source = Source::new("a.xml", b"\xEF\xBB\xBF<a/>").unwrap();
        assert_eq!(source.text(), "<a/>");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_found_at_the_first() {
        let error = Source::new("a.xml", b"<a>\n \xFCber</a>").unwrap_err();
        let found: Vec<_> = error
            .iter()
            .map(|d| (d.code(), d.line(), d.column()))
            .collect();
        assert_eq!(found, [(Code::NotUtf8, 2, 2)]);
    }
}
