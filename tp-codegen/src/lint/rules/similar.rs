//! Names that are almost the same.

use std::collections::BTreeMap;

use strsim::osa_distance;

use crate::diagnostic::quoted;
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
                      times as common. A difference in a digit, or in the first or last letter, is no \
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
    for (word, rare) in &uses {
        let is_rarer = |common: &Use| (common.count, rare.first) > (rare.count, common.first);
        let usual = uses
            .iter()
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
