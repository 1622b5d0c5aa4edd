//! The words of a schema, with links to what they name.

use super::page::{Block, Inline, Target, code, link, text};
use super::site::Entry;
use crate::model::Prose;
use crate::words::sentence;

/// The text of a page or section: description, example, notes. The longname is a heading's.
pub(super) fn blocks(entry: &Entry<'_>, prose: &Prose) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(description) = &prose.description {
        let paragraphs = paragraphs(description);
        blocks.extend(paragraphs.map(|one| Block::Paragraph(linked(entry, one))));
    }
    if let Some(example) = &prose.example {
        let mut words = vec![text("Example: ")];
        words.extend(linked(entry, &one_line(example)));
        blocks.push(Block::Paragraph(words));
    }
    for note in &prose.notes {
        blocks.extend(paragraphs(note).map(|one| Block::Note(linked(entry, one))));
    }
    blocks
}

/// The words in the cell of a table, longname included.
pub(super) fn cell(entry: &Entry<'_>, prose: &Prose, name: &str) -> Vec<Inline> {
    let mut paragraphs: Vec<String> = Vec::new();
    match (longname(prose, name), &prose.description) {
        (Some(name), Some(words)) => paragraphs.push(format!("{} {words}", sentence(name))),
        (Some(name), None) => paragraphs.push(sentence(name)),
        (None, Some(words)) => paragraphs.push(words.clone()),
        (None, None) => {}
    }
    if let Some(example) = &prose.example {
        paragraphs.push(format!("Example: {example}"));
    }
    paragraphs.extend(prose.notes.iter().cloned());

    let mut inlines = Vec::new();
    for paragraph in paragraphs.iter().flat_map(|one| self::paragraphs(one)) {
        if !inlines.is_empty() {
            inlines.push(Inline::Break);
        }
        inlines.extend(linked(entry, paragraph));
    }
    inlines
}

/// The first words about something, for where there is no room for the rest.
pub(super) fn short(prose: &Prose) -> String {
    let words = prose.longname.as_deref().or(prose.description.as_deref());
    let first = words.unwrap_or_default().split("\n\n").next();
    one_line(first.unwrap_or_default())
}

/// The longname, where it says more than the name.
pub(super) fn longname<'a>(prose: &'a Prose, name: &str) -> Option<&'a str> {
    let longname = prose.longname.as_deref();
    longname.filter(|longname| !longname.eq_ignore_ascii_case(name))
}

/// What to say behind a name: nothing that it says itself.
pub(super) fn about(prose: &Prose, name: &str) -> String {
    match &prose.longname {
        Some(_) => longname(prose, name).unwrap_or_default().to_owned(),
        None => short(prose),
    }
}

fn paragraphs(words: &str) -> impl Iterator<Item = &str> {
    words.split("\n\n").filter(|one| !one.trim().is_empty())
}

/// Words without line breaks.
pub(super) fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words in which addresses, and names that are clearly those of packets or sets, are links.
pub(super) fn linked(entry: &Entry<'_>, words: &str) -> Vec<Inline> {
    let mut inlines = Vec::new();
    let mut plain = String::new();
    for (index, word) in words.split_whitespace().enumerate() {
        if index > 0 {
            plain.push(' ');
        }
        let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '/');
        let Some((before, after)) = word.split_once(bare).filter(|_| !bare.is_empty()) else {
            plain.push_str(word);
            continue;
        };
        match special(entry, bare) {
            Some(special) => {
                plain.push_str(before);
                inlines.push(text(std::mem::take(&mut plain)));
                inlines.push(special);
                plain.push_str(after);
            }
            None => plain.push_str(word),
        }
    }
    inlines.push(text(plain));
    inlines.retain(|one| *one != text(""));
    inlines
}

/// What a word is shown as that is an address, a name or a number.
fn special(entry: &Entry<'_>, word: &str) -> Option<Inline> {
    if word.starts_with("http://") || word.starts_with("https://") {
        return Some(link(Target::Elsewhere(word.to_owned()), text(word)));
    }
    if is_hex(word) {
        return Some(code(word));
    }
    if !is_camel(word) {
        return None;
    }
    if entry.packet(word).is_some() {
        return Some(entry.packet_link(word));
    }
    entry.set(word).map(|_| entry.set_link(word))
}

/// Whether a word is spelt as none of English is, which may be a name too: `Object`.
fn is_camel(word: &str) -> bool {
    let capitals = word.chars().filter(char::is_ascii_uppercase).count();
    capitals > 1 && word.contains(|c: char| c.is_ascii_lowercase())
}

/// Whether a word is a number in hexadecimal.
fn is_hex(word: &str) -> bool {
    word.strip_prefix("0x").is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}
