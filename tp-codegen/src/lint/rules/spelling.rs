//! How words are spelt.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::diagnostic::quoted;
use crate::lint::context::{Context, Kind};
use crate::lint::rule::{Category, Found, Rule, Severity};
use crate::names::words;

/// Misspellings that are common, each with the right word behind it.
const LIST: &str = include_str!("misspellings.txt");

pub(super) static RULES: &[Rule] = &[
    Rule {
        name: "misspelt-word",
        category: Category::Spelling,
        severity: Severity::Warning,
        title: "a word or name that is misspelt",
        explanation: "A word of a text, or a word in a name, is on the list of common misspellings, or \
                      a long word that stands in the schema once becomes a common one of it when two \
                      letters are swapped, or a letter is doubled or not. A name is also searched for \
                      what it begins and ends with: `dispalyname`.",
        check: Some(misspelt),
    },
    Rule {
        name: "doubled-word",
        category: Category::Spelling,
        severity: Severity::Warning,
        title: "the same word twice",
        explanation: "Two words in a row are the same. `that that` and `had had` are let through.",
        check: Some(doubled),
    },
    Rule {
        name: "unknown-name",
        category: Category::Spelling,
        severity: Severity::Warning,
        title: "a text names something that does not exist",
        explanation: "A word of a text has a capital in its middle, like the names of packets, \
                      parameters and values, but nothing in the schema is called so: a name that was \
                      changed, misspelt, or taken from another protocol.",
        check: Some(unknown),
    },
];

/// The right words by the wrong ones.
static KNOWN: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    LIST.lines()
        .filter_map(|line| line.split_once(' '))
        .collect()
});

fn misspelt(context: &Context<'_>, found: &mut Found<'_>) {
    for text in &context.texts {
        for (span, word) in text.words() {
            if let Some(right) = KNOWN.get(word.to_lowercase().as_str()) {
                let message = format!("{} is misspelt", quoted(word));
                found
                    .report(span, message)
                    .help(format!("did you mean `{right}`?"));
            }
        }
    }
    for thing in &context.things {
        let name = &thing.name.value;
        let mut words = words(name).into_iter().map(str::to_ascii_lowercase);
        if let Some((wrong, right)) = words.find_map(|word| part(&word)) {
            let message = format!("{} in {} is misspelt", quoted(wrong), quoted(name));
            found
                .report(thing.name.span, message)
                .help(format!("did you mean `{right}`?"));
        }
    }
    almost(context, found);
}

/// The misspelling that a word of a name is, begins with or ends with. Short ones are found in too
/// many words to be looked for in parts.
fn part(word: &str) -> Option<(&'static str, &'static str)> {
    const LONG: usize = 6;
    let mut all = KNOWN.iter().map(|(wrong, right)| (*wrong, *right));
    all.find(|(wrong, _)| {
        word == *wrong || wrong.len() >= LONG && (word.starts_with(wrong) || word.ends_with(wrong))
    })
}

/// Reports words that are almost one that the schema uses often.
fn almost(context: &Context<'_>, found: &mut Found<'_>) {
    const LONG: usize = 6;
    const OFTEN: usize = 3;
    let letters = |word: &str| word.chars().all(char::is_alphabetic);
    let mut uses: BTreeMap<String, (usize, _)> = BTreeMap::new();
    for text in &context.texts {
        for (span, word) in text.words() {
            let entry = uses.entry(word.to_lowercase()).or_insert((0, span));
            entry.0 = entry.0.saturating_add(1);
        }
    }
    let often = uses
        .iter()
        .filter(|(word, (count, _))| *count >= OFTEN && word.len() >= LONG && letters(word));
    // By what a slip does not change.
    let mut slips: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (word, _) in often {
        for key in [sorted(word), single(word)] {
            slips.entry(key).or_default().push(word);
        }
    }
    for (word, (count, span)) in &uses {
        let rare = *count == 1 && word.len() >= LONG && letters(word);
        if !rare || KNOWN.contains_key(word.as_str()) {
            continue;
        }
        let keys = [sorted(word), single(word)];
        let likely = keys.iter().filter_map(|key| slips.get(key)).flatten();
        if let Some(right) = likely.filter(|right| is_slip(word, right)).min() {
            let message = format!("{} is almost {}", quoted(word), quoted(right));
            found
                .report(*span, message)
                .help(format!("did you mean `{right}`?"));
        }
    }
}

/// The letters of a word in the order of the alphabet.
fn sorted(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

/// A word without doubled letters.
fn single(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    letters.dedup();
    letters.into_iter().collect()
}

/// Whether two letters next to each other are swapped, or one is doubled in one word only.
fn is_slip(a: &str, b: &str) -> bool {
    let swapped = || {
        let pairs: Vec<_> = a
            .chars()
            .zip(b.chars())
            .enumerate()
            .filter(|(_, (x, y))| x != y)
            .collect();
        match pairs.as_slice() {
            [(at, (x, y)), (next, (z, w))] => at.saturating_add(1) == *next && x == w && y == z,
            _ => false,
        }
    };
    match a.len() == b.len() {
        true => swapped(),
        false => a.len().abs_diff(b.len()) == 1 && single(a) == single(b),
    }
}

fn doubled(context: &Context<'_>, found: &mut Found<'_>) {
    for text in &context.texts {
        for pair in text.words().windows(2) {
            let &[(first, a), (second, b)] = pair else {
                continue;
            };
            let word = a.to_lowercase();
            let letters = word.chars().all(char::is_alphabetic);
            let fine = matches!(word.as_str(), "that" | "had");
            if letters && !fine && word == b.to_lowercase() && context.only_space(first, second) {
                found
                    .report(second, format!("{} stands here twice", quoted(b)))
                    .related(first, "the first time");
            }
        }
    }
}

fn unknown(context: &Context<'_>, found: &mut Found<'_>) {
    let names: BTreeSet<&str> = context
        .things
        .iter()
        .map(|thing| thing.name.value.as_str())
        .collect();
    for text in &context.texts {
        for (span, word) in text.words() {
            let plural = word.strip_suffix('s').unwrap_or(word);
            let owner = word.strip_suffix("'s").unwrap_or(word);
            let known = [word, plural, owner]
                .iter()
                .any(|word| names.contains(word));
            if !known && is_compound(owner) {
                let likely = context
                    .things
                    .iter()
                    .filter(|thing| thing.kind != Kind::Field);
                let likely = likely.map(|thing| thing.name.value.as_str());
                let help = found.found.guess(owner, likely);
                found
                    .report(span, format!("nothing is called {}", quoted(word)))
                    .maybe_help(help);
            }
        }
    }
}

/// Whether a word looks like a name of several words: `OrderDesc`, `IDSequence`, `objectParam`.
fn is_compound(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_alphanumeric())
        && word.starts_with(|c: char| c.is_ascii_alphabetic())
        && words(word).len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order_and_does_not_contradict_itself() {
        let wrong: Vec<&str> = LIST
            .lines()
            .map(|line| line.split(' ').next().unwrap())
            .collect();
        assert!(wrong.is_sorted());
        assert!(wrong.windows(2).all(|pair| pair[0] != pair[1]));
        assert_eq!(KNOWN.len(), LIST.lines().count());
        for right in KNOWN.values().flat_map(|right| right.split(' ')) {
            assert!(!KNOWN.contains_key(right), "{right}");
        }
    }

    #[test]
    fn slips_are_told_from_other_words() {
        for (a, b) in [
            ("serever", "sereevr"),
            ("proprety", "property"),
            ("runing", "running"),
        ] {
            assert!(is_slip(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("player", "players"),
            ("number", "numbre s"),
            ("order", "older"),
            ("abc", "abc"),
        ] {
            assert!(!is_slip(a, b), "{a} {b}");
        }
    }

    #[test]
    fn compound_words_are_names() {
        for word in ["OrderDesc", "IDSequence", "orderParamTime", "ObjectIDs"] {
            assert!(is_compound(word), "{word}");
        }
        for word in [
            "Order", "order", "ASCII", "UTF", "0xFF", "TPs", "TP04", "a_b",
        ] {
            assert!(!is_compound(word), "{word}");
        }
    }
}
