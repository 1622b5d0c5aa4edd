//! Names that are almost the same.

use std::collections::{BTreeMap, BTreeSet};

use strsim::osa_distance;

use crate::diagnostic::quoted;
use crate::diagnostic::suggest::LONGEST;
use crate::lint::context::{Context, Kind, Thing};
use crate::lint::rule::{Category, Found, Rule, Severity};
use crate::names::words;
use crate::source::Span;

pub(super) static RULES: &[Rule] = &[
    Rule {
        name: "inconsistent-spelling",
        category: Category::Names,
        severity: Severity::Warning,
        title: "one name written in two ways",
        explanation: "Two packets, parameters, fields or values have names that differ in capitals or \
                      underscores only: `displayName` and `displayname`. The rarer way is the one \
                      found.",
        check: Some(spelling),
    },
    Rule {
        name: "similar-names",
        category: Category::Names,
        severity: Severity::Warning,
        title: "a name one typing error away from another",
        explanation: "A word of a name differs by one letter from a word of more, or earlier, names of \
                      the same kind: `dispalyname` and `displayname`, `objectParm` and `objectParam`. \
                      Words of five letters and less are compared only if the other is at least three \
                      times as common, and those of more than 64 not at all. A difference in a digit, or in the first or last letter, is no \
                      typing error.",
        check: Some(similar),
    },
];

/// How often something occurs, and where first.
#[derive(Clone, Copy)]
struct Use {
    count: usize,
    first: Span,
}

fn count<K: Ord>(uses: &mut BTreeMap<K, Use>, key: K, span: Span) {
    let one = uses.entry(key).or_insert(Use {
        count: 0,
        first: span,
    });
    one.count = one.count.saturating_add(1);
}

fn spelling(context: &Context<'_>, found: &mut Found<'_>) {
    // By what is the same in all spellings, how often each occurs.
    let mut names: BTreeMap<(Kind, String), BTreeMap<&str, Use>> = BTreeMap::new();
    for thing in &context.things {
        let same = thing.name.value.replace('_', "").to_ascii_lowercase();
        let spellings = names.entry((thing.kind, same)).or_default();
        count(spellings, thing.name.value.as_str(), thing.name.span);
    }
    for ((kind, _), spellings) in names {
        let usual = spellings
            .iter()
            .max_by(|(_, a), (_, b)| (a.count, b.first).cmp(&(b.count, a.first)));
        let Some((usual, common)) = usual else {
            continue;
        };
        for (name, other) in spellings.iter().filter(|(name, _)| *name != usual) {
            let noun = kind.noun();
            let message = format!("{noun} {} is also written {}", quoted(name), quoted(usual));
            found
                .report(other.first, message)
                .related(common.first, format!("written so {}", times(common.count)));
        }
    }
}

fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

fn similar(context: &Context<'_>, found: &mut Found<'_>) {
    for kind in [
        Kind::Set,
        Kind::Parameter,
        Kind::Packet,
        Kind::Field,
        Kind::Value,
    ] {
        let things = context.things.iter().filter(|thing| thing.kind == kind);
        among(things, found);
    }
}

/// Compares the words in the names of `things`.
fn among<'s>(things: impl Iterator<Item = &'s Thing<'s>>, found: &mut Found<'_>) {
    let mut uses: BTreeMap<String, Use> = BTreeMap::new();
    let mut noun = "";
    for thing in things {
        noun = thing.kind.noun();
        for word in words(&thing.name.value) {
            count(&mut uses, word.to_ascii_lowercase(), thing.name.span);
        }
    }
    // Two words that differ by one letter are the same without one, or one is the other without one.
    let mut almost: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for word in uses.keys().filter(|word| word.len() <= LONGEST) {
        for key in std::iter::once(word.clone()).chain(without_a_letter(word)) {
            almost.entry(key).or_default().push(word);
        }
    }
    for (word, rare) in uses.iter().filter(|(word, _)| word.len() <= LONGEST) {
        let is_rarer = |common: &Use| (common.count, rare.first) > (rare.count, common.first);
        let keys = without_a_letter(word).chain([word.clone()]);
        let others: BTreeSet<&str> = keys
            .filter_map(|key| almost.get(&key))
            .flatten()
            .copied()
            .collect();
        let usual = others
            .into_iter()
            .filter_map(|other| Some((other, uses.get(other)?)))
            .filter(|(other, common)| is_rarer(common) && is_likely(word, *rare, other, **common))
            .max_by_key(|(_, common)| common.count);
        if let Some((usual, common)) = usual {
            let (word, usual) = (quoted(word), quoted(usual));
            let message = format!("{word} in the name of a {noun} is almost {usual}");
            found.report(rare.first, message).related(
                common.first,
                format!("{usual} is used {}", times(common.count)),
            );
        }
    }
}

/// `word` without each of its letters, but the first and the last, which are no typing errors.
fn without_a_letter(word: &str) -> impl Iterator<Item = String> {
    let inner = 1..word.len().saturating_sub(1);
    inner.filter_map(move |at| {
        let (front, rest) = word.split_at_checked(at)?;
        let behind = rest.strip_prefix(|c: char| !c.is_ascii_digit())?;
        Some(format!("{front}{behind}"))
    })
}

/// Whether `word` is most likely a typing error for `other`.
fn is_likely(word: &str, rare: Use, other: &str, common: Use) -> bool {
    const SHORT: usize = 5;
    if word.len().min(other.len()) < 4 || word.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let ends = |a: &str| (a.chars().next(), a.chars().next_back());
    let digits = |a: &str| a.chars().filter(char::is_ascii_digit).collect::<String>();
    let often_enough = word.len() > SHORT || common.count >= rare.count.saturating_mul(3);
    often_enough
        && ends(word) == ends(other)
        && digits(word) == digits(other)
        && osa_distance(word, other) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(word: &str) -> BTreeSet<String> {
        without_a_letter(word).chain([word.to_owned()]).collect()
    }

    #[test]
    fn words_one_typing_error_apart_meet() {
        for (a, b) in [
            ("displayname", "dispalyname"),
            ("objectparam", "objectparm"),
            ("velocity", "velosity"),
            ("order", "oorder"),
            ("slots", "slotts"),
            ("slots", "slotss"),
            ("x1order", "x1odrer"),
            ("a1bcd", "ab1cd"),
        ] {
            assert_eq!(osa_distance(a, b), 1, "{a} {b}");
            assert!(!keys(a).is_disjoint(&keys(b)), "{a} {b}");
        }
        // Digits and ends are no typing errors.
        for (a, b) in [
            ("order10", "order11"),
            ("order1x", "order2x"),
            ("order", "ordex"),
        ] {
            assert!(keys(a).is_disjoint(&keys(b)), "{a} {b}");
        }
    }
}
