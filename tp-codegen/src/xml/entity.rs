//! Entities: `&lt;`, `&#60;` and their like.

use super::chars::{is_char, name_at_start};
use crate::diagnostic::{Code, Findings, quoted};
use crate::source::{Span, is_hidden};

/// Text with its entities replaced.
pub(super) struct Decoded {
    /// The text, unknown entities left out.
    pub(super) text: String,
    /// Whether there were none of these.
    pub(super) readable: bool,
}

/// Decodes what stands at `start` of a schema: text without markup, or an attribute's value. None
/// if an `&` begins no entity. That and unknown entities are reported.
pub(super) fn decode(raw: &str, start: usize, found: &mut Findings) -> Option<Decoded> {
    let mut decoded = String::with_capacity(raw.len());
    let mut readable = true;
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        let at = start
            .saturating_add(raw.len())
            .saturating_sub(after.len())
            .saturating_sub(1);
        let Some(name) = reference(after) else {
            found
                .malformed(Span::of(at, 1), "`&` begins no entity")
                .label("no name and `;` follow")
                .help("write `&amp;` for the character itself");
            return None;
        };
        let span = Span::of(at, name.len().saturating_add("&;".len()));
        match resolve(name) {
            Some(c) if !is_hidden(c) => decoded.push(c),
            other => {
                readable = false;
                match other {
                    Some(c) => hidden(c, span, found),
                    None => unknown(name, span, found),
                }
            }
        }
        rest = after
            .get(name.len().saturating_add(1)..)
            .unwrap_or_default();
    }
    decoded.push_str(rest);
    Some(Decoded {
        text: decoded,
        readable,
    })
}

/// The name in front of the `;`, if `text` begins with an entity's name or number and a `;`.
fn reference(text: &str) -> Option<&str> {
    let (name, _) = text.split_once(';')?;
    let number = name
        .strip_prefix("#x")
        .map(|hex| (hex, 16))
        .or_else(|| name.strip_prefix('#').map(|decimal| (decimal, 10)));
    let valid = match number {
        Some((digits, radix)) => !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix)),
        None => !name.is_empty() && name_at_start(name).len() == name.len(),
    };
    valid.then_some(name)
}

fn resolve(name: &str) -> Option<char> {
    let number = match name {
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "amp" => return Some('&'),
        "apos" => return Some('\''),
        "quot" => return Some('"'),
        _ => match name.strip_prefix("#x") {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => name.strip_prefix('#')?.parse(),
        },
    };
    number.ok().and_then(char::from_u32).filter(|c| is_char(*c))
}

/// Reports a character that no schema may hold.
pub(super) fn hidden(c: char, span: Span, found: &mut Findings) {
    let message = format!("hidden character U+{:04X}", u32::from(c));
    found
        .report(Code::HiddenCharacter, span, message)
        .help("take it out; if the text has to name it, write its number, as in `U+202E`");
}

fn unknown(name: &str, span: Span, found: &mut Findings) {
    let shown = quoted(&format!("&{name};"));
    if name.starts_with('#') {
        found.report(
            Code::UnknownEntity,
            span,
            format!("{shown} is no character XML allows"),
        );
    } else {
        found
            .report(Code::UnknownEntity, span, format!("unknown entity {shown}"))
            .help("write the character itself; only lt, gt, amp, apos and quot are known");
    }
}
