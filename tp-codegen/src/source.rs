//! A schema text and the way from byte offsets to lines and columns.

use std::borrow::Cow;
use std::fmt::Write as _;

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

    /// The `length` bytes from `start`.
    pub(crate) fn of(start: usize, length: usize) -> Self {
        Span::new(start, start.saturating_add(length))
    }

    /// The place between two bytes.
    pub(crate) fn at(offset: usize) -> Self {
        Span::new(offset, offset)
    }

    /// This without so many bytes at its front and at its back.
    pub(crate) fn within(self, front: usize, back: usize) -> Self {
        Span::new(
            self.start.saturating_add(front),
            self.end.saturating_sub(back),
        )
    }

    /// The place of `text`, which is here, without the `space` around it.
    pub(crate) fn trimmed(self, text: &str, space: fn(char) -> bool) -> Self {
        let rest = text.trim_start_matches(space);
        let front = text.len().saturating_sub(rest.len());
        let back = rest
            .len()
            .saturating_sub(rest.trim_end_matches(space).len());
        self.within(front, back)
    }

    /// What stands here in `text`.
    pub(crate) fn slice(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or_default()
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

/// Whether a reader does not see `c` itself but may see another text because of it: controls, line
/// ends that are none in XML, what turns the direction of text, what has no width or looks like a
/// blank, and what is no character. What joins and parts letters, U+200C and U+200D, and what chooses
/// a form of them, such as U+FE0F, belong to the spelling of words. `tp_frames::printable`, on which
/// this crate cannot depend, has the same table, and a test compares what comes of them.
pub(crate) fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{7F}'..='\u{9F}' | '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}'
        | '\u{17B4}'..='\u{17B5}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
        | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
        | '\u{FDD0}'..='\u{FDEF}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D159}' | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E0FFF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// `text` on one line, without anything that moves a cursor or hides: control characters, and those
/// that a schema may not hold, are written as Rust escapes them.
///
/// File names go through this before they are printed.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    let bad = |c: char| c.is_control() || is_hidden(c);
    if !text.contains(bad) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match bad(c) {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// A document as indented JSON, in which every character is written as `\u…` that
/// [`visible`] would escape, and which ends in a line break.
///
/// # Errors
///
/// Those of its parts.
pub fn visible_json(document: &impl serde::Serialize) -> serde_json::Result<String> {
    let json = serde_json::to_string_pretty(document)?;
    let mut shown = String::with_capacity(json.len().saturating_add(1));
    for c in json.chars() {
        // Controls below the blank are line ends here: in strings they are escaped already.
        if !is_hidden(c) {
            shown.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(shown, "\\u{unit:04x}");
        }
    }
    shown.push('\n');
    Ok(shown)
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
    /// The text of a file called `name`, without byte-order mark.
    pub(crate) fn from_text(name: &str, text: String) -> Self {
        let name = visible(name).into_owned();
        let text = with_line_feeds(text);
        let breaks = text.match_indices('\n').map(|(at, _)| at.saturating_add(1));
        let lines = std::iter::once(0).chain(breaks).collect();
        Source { name, text, lines }
    }

    /// What diagnostics call the file: its name as [`visible`] shows it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the file says, without byte-order mark. A carriage return that ended a line by itself is
    /// a line feed, as XML has it.
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

/// `text` with a line feed for every carriage return that has none behind it. Nothing changes its
/// place.
fn with_line_feeds(mut text: String) -> String {
    let mut rest = 0;
    while let Some(at) = text.get(rest..).and_then(|text| text.find('\r')) {
        let at = rest.saturating_add(at);
        rest = at.saturating_add(1);
        if text.as_bytes().get(rest) != Some(&b'\n') {
            text.replace_range(at..rest, "\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let source = Source::from_text("a.xml", "ab\r\nüß<\n".to_owned());
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(2), (1, 3));
        assert_eq!(source.position(4), (2, 1));
        assert_eq!(source.position(8), (2, 3));
        assert_eq!(source.end(), 9);
    }

    #[test]
    fn a_lone_carriage_return_ends_a_line() {
        let source = Source::from_text("a.xml", "a\rb\r\nc\r\rd\r".to_owned());
        assert_eq!(source.text(), "a\nb\r\nc\n\nd\n");
        assert_eq!(source.position(2), (2, 1));
        assert_eq!(source.position(5), (3, 1));
        assert_eq!(source.position(8), (5, 1));
    }

    #[test]
    fn names_are_on_one_line_and_all_to_be_seen() {
        assert_eq!(visible("a b/ü#\u{200d}.xml"), "a b/ü#\u{200d}.xml");
        let name = "a\nb\r\u{1b}[2J\u{9b}\u{202e}\u{2028}.xml";
        let shown = r"a\nb\r\u{1b}[2J\u{9b}\u{202e}\u{2028}.xml";
        assert_eq!(visible(name), shown);
        assert_eq!(Source::from_text(name, String::new()).name(), shown);
    }

    #[test]
    fn json_holds_nothing_that_is_hidden_and_is_the_same_document() {
        let text = "\n\u{1b}\u{7f}\u{9b}\u{202e}\u{2028}\u{e0041} \"ü\\ क्\u{200d}ष";
        let json = visible_json(&[text]).unwrap();
        let shown = "[\n  \"\\n\\u001b\\u007f\\u009b\\u202e\\u2028\\udb40\\udc41 \
            \\\"ü\\\\ क्\u{200d}ष\"\n]\n";
        assert_eq!(json, shown);
        assert_eq!(serde_json::from_str::<[String; 1]>(&json).unwrap(), [text]);
    }
}
