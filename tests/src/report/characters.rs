//! Text from elsewhere, for terminals and documents.

use std::borrow::Cow;

/// The text without what terminals obey and what XML cannot hold, not even escaped.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    let fits = |character: char| match character {
        '\n' | '\t' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => !other.is_control(),
    };
    match text.chars().all(fits) {
        true => Cow::Borrowed(text),
        false => text
            .chars()
            .map(|character| {
                if fits(character) {
                    character
                } else {
                    '\u{fffd}'
                }
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn only_what_does_harm_is_replaced() {
        assert_eq!(printable("Ünïcödé 星\n\t<&>"), "Ünïcödé 星\n\t<&>");
        assert_eq!(
            printable("a\u{1b}[2J\u{0}\u{9b}\r"),
            "a\u{fffd}[2J\u{fffd}\u{fffd}\u{fffd}"
        );
    }
}
