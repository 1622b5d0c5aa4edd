//! What the schema says in words.

use super::{Found, Kind};
use crate::model::Prose;

/// Compares the words about one thing; `noun` says what it is.
pub(super) fn compare(noun: &str, old: &Prose, new: &Prose) -> Vec<Found> {
    let mut found = Vec::new();
    let parts = [
        ("longname", old.longname != new.longname),
        ("description", old.description != new.description),
        ("example", old.example != new.example),
        ("notes", old.notes != new.notes),
    ];
    let changed: Vec<&str> = parts
        .iter()
        .filter(|(_, differs)| *differs)
        .map(|(part, _)| *part)
        .collect();
    if !changed.is_empty() {
        let what = format!("other words about {noun}: {}", changed.join(", "));
        found.push(Found::new(Kind::WordsChanged, what));
    }
    for (note, old, new) in [
        ("version note", &old.since, &new.since),
        ("last version", &old.until, &new.until),
    ] {
        if old == new {
            continue;
        }
        let say = |version: &Option<String>| version.clone().unwrap_or_else(|| "none".to_owned());
        let what = format!("{note} of {noun}: {} is now {}", say(old), say(new));
        found.push(Found {
            before: old.clone(),
            after: new.clone(),
            ..Found::new(Kind::SinceChanged, what)
        });
    }
    found
}
