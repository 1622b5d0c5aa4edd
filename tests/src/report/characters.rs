//! Text from elsewhere, for terminals and documents.

use std::fmt::Write as _;

/// The text as a person can be shown it ([`tp_frames::printable`]), with its lines and tabs. That is
/// fit for XML, too, which cannot hold controls, not even escaped.
pub(super) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for part in text.split_inclusive(['\n', '\t']) {
        let words = part.trim_end_matches(['\n', '\t']);
        let end = part.strip_prefix(words).unwrap_or_default();
        // Memory takes it all.
        let _ = write!(shown, "{}{end}", tp_frames::printable(words));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn only_what_does_harm_is_escaped() {
        let text = "Ünïcödé e\u{301} हिन्दी 星\n\t<&>\n\n";
        assert_eq!(printable(text), text);
        assert_eq!(
            printable("a\u{1b}[2J\u{0}\u{9b}\r\n\u{202e}\u{ffff}"),
            "a\\u{1b}[2J\\0\\u{9b}\\r\n\\u{202e}\\u{ffff}"
        );
    }
}
