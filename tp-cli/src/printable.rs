//! Text from elsewhere, made harmless for a terminal.

/// The text with control characters and what else a terminal cannot show escaped.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\'' | '\\' => shown.push(character),
            other => shown.extend(other.escape_debug()),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_text_is_escaped() {
        assert_eq!(printable("Sol \"é\" 星\\"), "Sol \"é\" 星\\");
        assert_eq!(printable("a\u{1b}[2J\n\u{202e}"), "a\\u{1b}[2J\\n\\u{202e}");
    }
}
