//! Values of attributes and of elements that hold one word.

use super::node::Node;
use crate::ast::Number;
use crate::diagnostic::suggest::did_you_mean;
use crate::diagnostic::{Code, Findings, quoted};
use crate::model::{Direction, ReplySequence, Sign, Style};
use crate::source::{Span, Spanned};

pub(super) const DIRECTIONS: &[(&str, Direction)] = &[
    ("server", Direction::Server),
    ("client", Direction::Client),
    ("any", Direction::Any),
];

pub(super) const SEQUENCES: &[(&str, ReplySequence)] = &[
    ("never", ReplySequence::Never),
    ("maybe", ReplySequence::Maybe),
    ("always", ReplySequence::Always),
];

pub(super) const SIGNS: &[(&str, Sign)] = &[
    ("signed", Sign::Signed),
    ("unsigned", Sign::Unsigned),
    ("semisigned", Sign::Semisigned),
];

pub(super) const STYLES: &[(&str, Style)] = &[
    ("list", Style::List),
    ("mask", Style::Mask),
    ("single", Style::Single),
];

/// Whether `type` says that a string is formatted.
pub(super) const STRINGS: &[(&str, bool)] = &[("plain", false), ("formatted", true)];

/// `silent` has one value.
pub(super) const SILENCE: &[(&str, bool)] = &[("possible", true)];

const YES_NO: &[(&str, bool)] = &[("yes", true), ("no", false)];

/// Which of `words` the attribute says; none if it says nothing or something else.
pub(super) fn word<T: Copy>(
    node: Node<'_>,
    attribute: &str,
    words: &[(&'static str, T)],
    found: &mut Findings,
) -> Option<T> {
    let attribute = node.attribute(attribute)?;
    let what = format!("attribute {}", quoted(&attribute.name));
    choose(&what, &attribute.value, attribute.value_span, words, found)
}

/// Which of `words` `value` is.
pub(super) fn choose<T: Copy>(
    what: &str,
    value: &str,
    span: Span,
    words: &[(&'static str, T)],
    found: &mut Findings,
) -> Option<T> {
    let known = words.iter().find(|(word, _)| *word == value);
    if known.is_none() {
        let list: Vec<_> = words.iter().map(|(word, _)| quoted(word)).collect();
        let message = format!("{what} cannot be {}", quoted(value));
        let finding = found.report(Code::BadValue, span, message);
        finding.label(format!("allowed: {}", list.join(", ")));
        finding.maybe_help(did_you_mean(value, words.iter().map(|(word, _)| *word)));
    }
    known.map(|(_, meaning)| *meaning)
}

/// Where the attribute says `yes`.
pub(super) fn yes(node: Node<'_>, attribute: &str, found: &mut Findings) -> Option<Span> {
    let span = node.attribute_span(attribute)?;
    word(node, attribute, YES_NO, found)?.then_some(span)
}

/// The number that the attribute says.
pub(super) fn number(node: Node<'_>, attribute: &str, found: &mut Findings) -> Option<Number> {
    let attribute = node.attribute(attribute)?;
    let span = attribute.value_span;
    let number = read_number(&attribute.value, span);
    if number.is_none() {
        let message = format!(
            "attribute {} is no number: {}",
            quoted(&attribute.name),
            quoted(&attribute.value)
        );
        found
            .report(Code::BadValue, span, message)
            .help("write it in decimal, or in hexadecimal with `0x` in front");
    }
    number
}

fn read_number(text: &str, span: Span) -> Option<Number> {
    let (sign, digits, radix) = match (text.strip_prefix("0x"), text.strip_prefix('-')) {
        (Some(digits), _) => (1_i128, digits, 16),
        (None, Some(digits)) => (-1, digits, 10),
        (None, None) => (1, text, 10),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    // A number too long for `i128` is out of every range, and so is the nearest `i128`.
    let value = i128::from_str_radix(digits, radix)
        .unwrap_or(i128::MAX)
        .saturating_mul(sign);
    Some(Number {
        value,
        hex: radix == 16,
        span,
    })
}

/// A protocol version that the attribute says.
pub(super) fn version(
    node: Node<'_>,
    attribute: &str,
    found: &mut Findings,
) -> Option<Spanned<String>> {
    let value = node.value(attribute)?;
    let digits = value.value.strip_prefix("TP");
    if digits.is_some_and(|rest| rest.len() == 2 && rest.bytes().all(|b| b.is_ascii_digit())) {
        return Some(value);
    }
    let message = format!("{} is no protocol version", quoted(&value.value));
    found
        .report(Code::BadVersion, value.span, message)
        .help("write it like `TP04`");
    None
}

/// The word that the element's text is; nothing being there is reported.
pub(super) fn required_text(node: Node<'_>, found: &mut Findings) -> Option<Spanned<String>> {
    let text = node.text();
    if text.is_none() && !node.is_unreadable() && node.elements().next().is_none() {
        let message = format!("element {} is empty", quoted(node.name()));
        found.report(Code::EmptyValue, node.span(), message);
    }
    text
}
