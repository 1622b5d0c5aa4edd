//! The words of an element: on the line of its tags, or wrapped below the first of them.

use super::{SPACE, WIDTH};
use crate::resolve::prose::normalise;
use crate::xml::decoded;

/// The whole element: the start tag that `tag` begins, the text `raw`, the end tag.
pub(super) fn wrapped(raw: &str, tag: &str, name: &str, depth: usize) -> String {
    let paragraphs = paragraphs(raw);
    let inside = match paragraphs.as_slice() {
        [words] if fits(&[tag, ">", &words.join(" "), "</", name, ">"], depth) => words.join(" "),
        _ => {
            let lines: Vec<_> = paragraphs
                .iter()
                .map(|words| lines(words, depth.saturating_add(1)))
                .collect();
            format!("\n{}\n{}", lines.join("\n\n"), "  ".repeat(depth))
        }
    };
    // An entity can be white space too, and then mean something else on another line.
    let same =
        decoded(raw).map(|text| normalise(&text)) == decoded(&inside).map(|text| normalise(&text));
    let inside = if same {
        inside
    } else {
        raw.replace("\r\n", "\n")
    };
    format!("{tag}>{inside}</{name}>")
}

/// The words between two empty lines, entities as they are written.
fn paragraphs(raw: &str) -> Vec<Vec<&str>> {
    let mut paragraphs: Vec<Vec<&str>> = vec![Vec::new()];
    for line in raw.split('\n') {
        let blank = |word: &str| word.chars().all(char::is_whitespace);
        let words: Vec<&str> = line.split(SPACE).filter(|word| !blank(word)).collect();
        match paragraphs.last_mut() {
            Some(last) if !words.is_empty() => last.extend(words),
            Some(last) if !last.is_empty() => paragraphs.push(Vec::new()),
            _ => {}
        }
    }
    paragraphs.retain(|words| !words.is_empty());
    paragraphs
}

fn fits(parts: &[&str], depth: usize) -> bool {
    let long: usize = parts.iter().map(|part| part.chars().count()).sum();
    long.saturating_add(depth.saturating_mul(2)) <= WIDTH
}

/// As many words in each line as fit.
fn lines(words: &[&str], depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let mut text = String::new();
    let mut line = String::new();
    for word in words {
        if !line.is_empty() && !fits(&[&line, " ", word], depth) {
            text += &format!("{indent}{line}\n");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    text + &indent + &line
}
