//! What of a text a person may be shown as it is.

use core::fmt::{self, Write};
use core::ops::RangeInclusive;

/// What is not text: a terminal obeys it, it turns the order of what stands around it, or it is
/// not seen at all. These are the characters that Unicode calls controls, separators of lines and
/// paragraphs, interlinear annotations, default ignorable, or no characters (at the end of each
/// plane are two more of those), and two that look like a blank and are none: of Braille, and of
/// music. The dissector for Wireshark and the reader of schemas have the same table, and tests compare
/// what comes of them.
const NOT_TEXT: [RangeInclusive<char>; 22] = [
    '\0'..='\u{1f}',
    '\u{7f}'..='\u{9f}',
    '\u{ad}'..='\u{ad}',
    '\u{34f}'..='\u{34f}',
    '\u{61c}'..='\u{61c}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{200b}'..='\u{200f}',
    '\u{2028}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}',
    '\u{fdd0}'..='\u{fdef}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{feff}'..='\u{feff}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{fff0}'..='\u{fffb}',
    '\u{1bca0}'..='\u{1bca3}',
    '\u{1d159}'..='\u{1d159}',
    '\u{1d173}'..='\u{1d17a}',
    '\u{e0000}'..='\u{e0fff}',
];

fn is_text(character: char) -> bool {
    let hidden = NOT_TEXT.iter().any(|range| range.contains(&character));
    !hidden && u32::from(character) & 0xfffe != 0xfffe
}

/// A character that those below change the look of: of Arabic, Indic and later scripts, or a
/// picture.
fn is_base(character: char) -> bool {
    character >= '\u{600}' && is_text(character)
}

/// Joins or parts its neighbours: Persian and Hindi are not written without, nor are many pictures.
fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}')
}

/// Chooses a form of the character in front of it.
fn is_selector(character: char) -> bool {
    matches!(character, '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}')
}

/// Text that a person can be shown, made by [`printable`] and [`TpStr::printable`].
///
/// [`TpStr::printable`]: super::TpStr::printable
#[derive(Debug, Clone, Copy)]
pub struct Printable<'a>(pub(super) &'a [u8]);

/// Text from elsewhere, made safe for a terminal or a log: what is text is shown as it is, in any
/// script, and everything else escaped as in a Rust string, on one line.
///
/// Escaped are control characters, what changes the direction of writing, separators of lines and
/// paragraphs, and what nobody would see, such as a zero-width space. Joiners and variation
/// selectors are text where a script or an emoji needs them. A backslash stays, so that what was
/// escaped is not escaped again.
///
/// ```
/// use tp_frames::printable;
///
/// assert_eq!(printable("हिन्दी, cafe\u{301}, 星").to_string(), "हिन्दी, cafe\u{301}, 星");
/// assert_eq!(printable("\u{1b}[2J\n\u{202e}").to_string(), r"\u{1b}[2J\n\u{202e}");
/// ```
#[must_use]
pub const fn printable(text: &str) -> Printable<'_> {
    Printable(text.as_bytes())
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape(self.0, "", f)
    }
}

/// Document of JSON that a person can be shown, made by [`printable_json`].
#[derive(Debug, Clone, Copy)]
pub struct PrintableJson<'a>(&'a str);

/// A document of JSON, made safe for a terminal or a log: the same document, in which every character
/// is written as `\u…` that [`printable`] would escape. Line ends and blanks between what it holds stay.
///
/// ```
/// use tp_frames::printable_json;
///
/// let json = "{\"name\": \"\u{9b}2J हिन्दी \u{202e}\u{e0041}\"}\n";
/// let shown = "{\"name\": \"\\u009b2J हिन्दी \\u202e\\udb40\\udc41\"}\n";
/// assert_eq!(printable_json(json).to_string(), shown);
/// ```
#[must_use]
pub const fn printable_json(document: &str) -> PrintableJson<'_> {
    PrintableJson(document)
}

impl fmt::Display for PrintableJson<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        each(self.0, "", |character, is_shown| {
            // In strings, writers escape these.
            if is_shown || character < ' ' {
                return f.write_char(character);
            }
            let mut units = [0; 2];
            let units = character.encode_utf16(&mut units);
            units.iter().try_for_each(|unit| write!(f, "\\u{unit:04x}"))
        })
    }
}

/// Writes the text; what stands in `more` is escaped as well.
pub(super) fn escape(bytes: &[u8], more: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for chunk in bytes.utf8_chunks() {
        each(chunk.valid(), more, |character, is_shown| match character {
            _ if is_shown => f.write_char(character),
            '\0' => f.write_str("\\0"),
            _ => write!(f, "{}", character.escape_default()),
        })?;
        for byte in chunk.invalid() {
            write!(f, "\\x{byte:02x}")?;
        }
    }
    Ok(())
}

/// Every character, and whether it is shown as it is; what stands in `more` is not.
fn each(text: &str, more: &str, mut write: impl FnMut(char, bool) -> fmt::Result) -> fmt::Result {
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        let is_shown = if is_joiner(character) {
            before.is_some_and(|it| is_base(it) || is_selector(it)) && next.is_some_and(is_base)
        } else if is_selector(character) {
            before.is_some_and(is_base)
        } else {
            is_text(character) && !more.contains(character)
        };
        before = is_shown.then_some(character);
        write(character, is_shown)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TpStr;
    use alloc::format;
    use alloc::string::ToString;

    fn shown(text: &str) -> alloc::string::String {
        printable(text).to_string()
    }

    #[test]
    fn every_script_is_shown_as_written() {
        for text in [
            "Sol \"é\" 'x' \\ <&> a\u{a0}b",
            "cafe\u{301}",
            "हिन्दी",
            "ภาษาไทย",
            "العَرَبِيَّة",
            "עִבְרִית",
            "日本語\u{3000}星",
            "\u{1112}\u{1161}\u{11ab}",
            // Joiners within a word of Persian, of Hindi, of Malayalam.
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "ന്\u{200d}റെ",
            // Emoji: with a selector, a skin, joined, a flag.
            "❤\u{fe0f} 👍🏽 👩\u{200d}🚀 ❤\u{fe0f}\u{200d}🔥 🇩🇪",
            "ᠠ\u{180b}",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn what_is_not_text_is_escaped() {
        for (text, escaped) in [
            ("a\u{1b}[31m\nb\r\t\0", r"a\u{1b}[31m\nb\r\t\0"),
            ("\u{7f}\u{85}\u{9b}", r"\u{7f}\u{85}\u{9b}"),
            (
                "\u{202e}\u{2066}\u{200f}\u{61c}",
                r"\u{202e}\u{2066}\u{200f}\u{61c}",
            ),
            ("\u{2028}\u{2029}", r"\u{2028}\u{2029}"),
            (
                "a\u{200b}b\u{ad}\u{feff}\u{2060}",
                r"a\u{200b}b\u{ad}\u{feff}\u{2060}",
            ),
            ("\u{3164}\u{115f}\u{34f}", r"\u{3164}\u{115f}\u{34f}"),
            (
                "\u{1160}\u{ffa0}\u{2800}\u{1d159}",
                r"\u{1160}\u{ffa0}\u{2800}\u{1d159}",
            ),
            (
                "\u{fff9}\u{ffff}\u{fdd0}\u{10fffe}",
                r"\u{fff9}\u{ffff}\u{fdd0}\u{10fffe}",
            ),
            ("\u{e0041}", r"\u{e0041}"),
            // Where no script needs them, joiners and selectors only hide.
            ("a\u{200d}da\u{fe0f}", r"a\u{200d}da\u{fe0f}"),
            ("ह\u{200d}\u{200d}ह\u{200c}", r"ह\u{200d}\u{200d}ह\u{200c}"),
            (
                "\u{200c}ह ❤\u{fe0f}\u{fe0f}",
                "\\u{200c}ह ❤\u{fe0f}\\u{fe0f}",
            ),
        ] {
            assert_eq!(shown(text), escaped);
            assert_eq!(shown(escaped), escaped, "not escaped again");
        }
    }

    #[test]
    fn no_json_holds_what_is_not_text_and_it_is_the_same_document() {
        let hostile: alloc::string::String = NOT_TEXT
            .iter()
            .flat_map(|range| [*range.start(), *range.end()])
            .chain("\" \\ \u{10ffff} ❤\u{fe0f} ह\u{200d}ह a\u{200d}b".chars())
            .collect();
        let json = serde_json::to_string_pretty(&[&hostile, "Sol"]).unwrap();
        let shown = printable_json(&json).to_string();
        assert!(shown.chars().any(|it| it == '\u{fe0f}') && shown.contains('\n'));
        let lines = shown
            .lines()
            .map(|line| printable(line).to_string() == line);
        assert!(
            lines.clone().count() == 4 && lines.into_iter().all(|it| it),
            "{shown}"
        );
        let read: alloc::vec::Vec<alloc::string::String> = serde_json::from_str(&shown).unwrap();
        assert_eq!(read, [&*hostile, "Sol"]);
    }

    #[test]
    fn strings_are_shown_by_the_same_rule() {
        let bytes = "हिन्दी\"\u{1b}".as_bytes();
        let text = [bytes, b"\xe9\0"].concat();
        let text = TpStr::from_bytes(&text);
        assert_eq!(text.printable().to_string(), r#"हिन्दी"\u{1b}\xe9"#);
        assert_eq!(format!("{text:?}"), r#""हिन्दी\"\u{1b}\xe9\0""#);
        assert_eq!(format!("{:?}", TpStr::from("a\\'b")), r#""a\\'b""#);
    }
}
