//! Words without the white space of the file they come from.

use crate::ast;
use crate::model::{History, Prose};

/// The words of an element, tidied.
pub(super) fn prose(prose: &ast::Prose) -> Prose {
    let some = |text: &Option<String>| {
        text.as_deref()
            .map(normalise)
            .filter(|text| !text.is_empty())
    };
    Prose {
        longname: some(&prose.longname),
        description: some(&prose.description),
        example: some(&prose.example),
        notes: prose.notes.iter().map(|note| normalise(note)).collect(),
        since: prose.since.as_ref().map(|since| since.value.clone()),
        until: prose.until.as_ref().map(|until| until.value.clone()),
    }
}

/// What an element says of its past.
pub(super) fn history(prose: &ast::Prose) -> History {
    History {
        was: prose.was.as_ref().map(|was| was.value.clone()),
        ..History::default()
    }
}

/// One space between words; an empty line, however many of them, is `"\n\n"`.
pub(crate) fn normalise(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut gap = false;
    for line in text.lines() {
        let mut words = line.split_whitespace().peekable();
        if words.peek().is_none() {
            gap = !result.is_empty();
            continue;
        }
        for word in words {
            if gap {
                result.push_str("\n\n");
            } else if !result.is_empty() {
                result.push(' ');
            }
            gap = false;
            result.push_str(word);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn words_are_one_space_apart_and_paragraphs_one_line() {
        assert_eq!(normalise("  a\t b\r\n   c \n"), "a b c");
        assert_eq!(normalise("\n\n a\n\n\n  b\n \n"), "a\n\nb");
        assert_eq!(normalise(" \n "), "");
    }
}
