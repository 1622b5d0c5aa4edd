//! What in one version is what in another: by name, or by what is said of older names.

use super::{FamilyError, Version};
use crate::model::{Field, History, Packet, Parameter, Prose, Value};

/// A thing with a name that may have been another in older versions.
pub(super) trait Named {
    /// Its newest name.
    fn name(&self) -> &str;
    /// What it is called in Rust.
    fn rust_name(&self) -> &str;
    /// Its past.
    fn history(&self) -> &History;
    /// Its past, to be added to.
    fn history_mut(&mut self) -> &mut History;

    /// Its name in the oldest version that was merged so far.
    fn last_name(&self) -> &str {
        let older = self.history().older_names.last();
        older.map_or(self.name(), String::as_str)
    }
}

macro_rules! named {
    ($($type:ty: $rust_name:ident),*) => {$(
        impl Named for $type {
            fn name(&self) -> &str {
                &self.name
            }

            fn rust_name(&self) -> &str {
                &self.$rust_name
            }

            fn history(&self) -> &History {
                &self.history
            }

            fn history_mut(&mut self) -> &mut History {
                &mut self.history
            }
        }
    )*};
}

named!(Field: rust_name, Value: const_name, Packet: rust_name, Parameter: rust_name);

/// For each of `older`, which of `merged` it is an older form of.
///
/// What says that it was another matches that, unless the older version has its own name too. What
/// was called so in a version between comes next, and only then what is called so now.
pub(super) fn pair<T: Named>(merged: &[T], older: &[T]) -> Vec<Option<usize>> {
    let is_taken = |name: &str| older.iter().any(|one| one.name() == name);
    let renamed = |one: &T| {
        let was = one.history().was.clone();
        was.filter(|_| !is_taken(one.last_name()))
    };
    let claims = merged.iter().enumerate().map(|(index, one)| {
        let (rank, name) = match renamed(one) {
            Some(was) => (0, was),
            None if one.last_name() != one.name() => (1, one.last_name().to_owned()),
            None => (2, one.name().to_owned()),
        };
        (rank, index, name)
    });
    let mut claims: Vec<(u8, usize, String)> = claims.collect();
    claims.sort_by_key(|(rank, index, _)| (*rank, *index));
    let mut pairs: Vec<Option<usize>> = vec![None; older.len()];
    for (_, index, name) in claims {
        let found = older.iter().position(|older| older.name() == name);
        if let Some(free) = found.and_then(|at| pairs.get_mut(at)) {
            free.get_or_insert(index);
        }
    }
    pairs
}

/// What `one`, at `position` of the older version, may be a form of: first its pair, then what has
/// or had its name and is free.
pub(super) fn forms<T: Named>(
    merged: &[T],
    pairs: &[Option<usize>],
    position: usize,
    one: &T,
    is_free: impl Fn(usize, &T) -> bool,
) -> Vec<usize> {
    let first = pairs.get(position).copied().flatten();
    let is_called = |newer: &T| {
        let mut names = newer.history().older_names.iter();
        newer.name() == one.name() || names.any(|name| name == one.name())
    };
    let others = merged.iter().enumerate();
    let others = others.filter(|(index, newer)| is_free(*index, newer) && is_called(newer));
    let others = others.map(|(index, _)| index);
    first.into_iter().chain(others).collect()
}

/// Gives `one`, which is nothing that is merged already, names that are free.
pub(super) fn keep_apart<T: Named>(merged: &[T], one: &mut T, set_apart: impl Fn(&mut T)) {
    let is_taken = |one: &T| {
        let mut merged = merged.iter();
        merged.any(|other| other.name() == one.name() || other.rust_name() == one.rust_name())
    };
    if is_taken(one) {
        let name = one.name().to_owned();
        one.history_mut().older_names.push(name);
    }
    while is_taken(one) {
        set_apart(one);
    }
}

/// Makes room in `pairs` for what is inserted at `at`, and notes that it is what `position` became.
pub(super) fn insert(pairs: &mut [Option<usize>], at: usize, position: usize) {
    for pair in pairs.iter_mut().flatten() {
        if *pair >= at {
            *pair = pair.saturating_add(1);
        }
    }
    if let Some(pair) = pairs.get_mut(position) {
        *pair = Some(at);
    }
}

/// Takes over what the older form `one` says of its own past, and its name if that was another.
pub(super) fn inherit<T: Named>(merged: &mut T, one: &T) {
    if merged.last_name() != one.name() {
        let name = one.name().to_owned();
        let history = merged.history_mut();
        history.older_names.push(name);
        history.was = None;
    }
    if let Some(was) = &one.history().was {
        merged.history_mut().was = Some(was.clone());
    }
}

/// Where something that only the older version has goes among `merged`: in front of what follows
/// it there, or else at the end.
pub(super) fn place<T>(merged: &[T], pairs: &[Option<usize>], at: usize) -> usize {
    let behind = pairs.iter().skip(at.saturating_add(1));
    behind.flatten().next().copied().unwrap_or(merged.len())
}

/// Newest words win; notes that only the older version has say so.
pub(super) fn merge_prose(merged: &mut Prose, older: &Prose, version: &Version) {
    for (newer, older) in [
        (&mut merged.longname, &older.longname),
        (&mut merged.description, &older.description),
        (&mut merged.example, &older.example),
    ] {
        if newer.is_none() {
            newer.clone_from(older);
        }
    }
    for note in &older.notes {
        let said = |other: &String| other == note || other.ends_with(note.as_str());
        if !merged.notes.iter().any(said) {
            merged.notes.push(format!("In {}: {note}", version.name));
        }
    }
}

/// What says that it had another name must have had it in an older version.
pub(super) fn known<T: Named>(one: &T, place: &str) -> Result<(), FamilyError> {
    match &one.history().was {
        Some(was) if !one.history().older_names.contains(was) => Err(FamilyError::Was {
            place: place.to_owned(),
            was: was.clone(),
        }),
        _ => Ok(()),
    }
}

/// Leaves of all older names those that tell something: not its own, none twice, and not the one
/// from which it is kept apart.
pub(super) fn forget_apart<T: Named>(list: &mut [T]) {
    let names: Vec<String> = list.iter().map(|one| one.name().to_owned()).collect();
    for one in list {
        let own = one.name().to_owned();
        let mut kept: Vec<String> = Vec::new();
        for older in std::mem::take(&mut one.history_mut().older_names) {
            let is_apart = own.starts_with(&format!("{older}_")) && names.contains(&older);
            if older != own && !is_apart && !kept.contains(&older) {
                kept.push(older);
            }
        }
        one.history_mut().older_names = kept;
    }
}

/// Notes the bounds of the versions `there`, but for those of the owner, which is in the versions
/// `seen`; both are newest first.
pub(super) fn settle(history: &mut History, there: &[u8], seen: &[u8]) {
    let (since, until) = (there.last().copied(), there.first().copied());
    history.since = since.filter(|_| since > seen.last().copied());
    history.until = until.filter(|_| until < seen.first().copied());
}
