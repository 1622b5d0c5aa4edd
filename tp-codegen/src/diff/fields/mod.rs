//! Structures, field by field.

mod kind;
mod selection;
mod values;

use super::effect::{Broken, Effect, Ways};
use super::kinds::{carries, in_words};
use super::pairing::{Alignment, Pair, Pairing};
use super::{Found, Kind, SourceEffect, words};
use crate::emit::{is_absent, is_fixed_field};
use crate::model::{Field, FieldKind};

/// Where a structure stands.
#[derive(Clone)]
pub(super) struct Home {
    /// What stands in front of the names in paths.
    pub(super) prefix: String,
    /// How a new first field is said to come.
    pub(super) first: &'static str,
    /// Whether something around it is read-only, before and after.
    pub(super) readonly: (bool, bool),
    /// In a `usestruct`: who else has optional fields.
    pub(super) told: Option<Told>,
    /// It was a record that is copied as a whole; or, of a list, just a value.
    pub(super) was: Was,
    /// Nothing that the names of its types are made of was renamed.
    pub(super) same_name: bool,
}

/// What the structure was in Rust.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Was {
    /// A struct that is not `Copy`.
    Struct,
    /// A struct that is `Copy`.
    Copied,
    /// A value, not a struct.
    Value,
}

/// Whether there are optional fields, before and after: all of them come or none.
#[derive(Clone, Copy)]
pub(super) struct Told {
    /// In the whole set.
    pub(super) set: (bool, bool),
    /// In this parameter.
    pub(super) own: (bool, bool),
}

impl Home {
    /// The structure of a packet.
    pub(super) fn packet(same_name: bool) -> Self {
        Self {
            prefix: String::new(),
            first: "as the first field",
            readonly: (false, false),
            told: None,
            was: Was::Struct,
            same_name,
        }
    }
}

/// Compares the fields of a structure. `around` is what became of the fields that may be named
/// in it.
pub(super) fn compare(
    pairing: &Pairing<'_>,
    old: &[Field],
    new: &[Field],
    around: Option<&Alignment<'_>>,
    home: &Home,
) -> Vec<Found> {
    let alignment = pairing.align(old, new);
    let mut comparison = Comparison {
        pairing,
        old,
        new,
        around: around.unwrap_or(&alignment),
        alignment: &alignment,
        home,
        found: Vec::new(),
    };
    for (at, _) in new.iter().enumerate() {
        if let Some(pair) = alignment.pairs.iter().find(|pair| pair.new_at == at) {
            comparison.pair(pair);
        } else if let Some((at, field)) = alignment.added.iter().find(|(added, _)| *added == at) {
            comparison.added(*at, field);
        }
    }
    for (at, field) in &alignment.removed {
        comparison.removed(*at, field);
    }
    comparison.found
}

struct Comparison<'c, 'f> {
    pairing: &'c Pairing<'c>,
    old: &'f [Field],
    new: &'f [Field],
    around: &'c Alignment<'c>,
    alignment: &'c Alignment<'f>,
    home: &'c Home,
    found: Vec<Found>,
}

impl<'f> Comparison<'_, 'f> {
    fn path(&self, field: &Field) -> String {
        format!("{}{}", self.home.prefix, field.name)
    }

    /// Adds a change of a field.
    fn push(&mut self, field: &Field, found: Found) {
        let field = Some(self.path(field));
        self.found.push(Found { field, ..found });
    }

    fn readonly(&self, pair: &Pair<'f>) -> (bool, bool) {
        let (old, new) = self.home.readonly;
        (old || pair.old.readonly, new || pair.new.readonly)
    }

    /// Whether something that both editions know comes behind a place in the old or the new
    /// structure. What a server does not look at may be read from a wrong place.
    fn follows(&self, old_at: Option<usize>, new_at: Option<usize>) -> Ways<bool> {
        let behind = |pair: &&Pair<'_>| {
            (old_at.is_some_and(|at| pair.old_at > at) || new_at.is_some_and(|at| pair.new_at > at))
                && (carries(pair.old) || carries(pair.new))
        };
        let mut behind = self.alignment.pairs.iter().filter(behind);
        Ways {
            to_server: behind
                .clone()
                .any(|pair| self.readonly(pair) != (true, true)),
            to_client: behind.next().is_some(),
        }
    }

    /// Whether the ends of the structure, which only one edition knows each, take each other's
    /// place.
    fn clash(&self) -> Ways<bool> {
        let alignment = self.alignment;
        let mut clash = Ways::same(false);
        for (old_at, _) in alignment.removed.iter().filter(|(_, field)| carries(field)) {
            for (new_at, _) in alignment.added.iter().filter(|(_, field)| carries(field)) {
                let ends = self.follows(Some(*old_at), Some(*new_at));
                clash = clash.zip(ends, |clash, follows| clash || !follows);
            }
        }
        clash
    }

    /// What it does that a field is there which was not. `told` says which optional fields the
    /// edition without it has.
    fn gained(&self, field: &Field, follows: Ways<bool>, told: Option<(bool, bool)>) -> Effect {
        if !carries(field) {
            return Effect::NONE;
        }
        let missing = |is: bool| Broken::NEW_READS_OLD.when(is);
        let (open, shifted, closed) = match told {
            None => (missing(!field.optional), Broken::BOTH, Broken::BOTH),
            // Whether it is there can be told from the bytes, unless other fields decide it too.
            Some((set, own)) if field.optional => (
                missing(own),
                Broken::OLD_READS_NEW | missing(own),
                Broken::OLD_READS_NEW | missing(set),
            ),
            Some((_, true)) => (Broken::BOTH, Broken::BOTH, Broken::BOTH),
            Some((_, false)) => (missing(true), Broken::BOTH, Broken::BOTH),
        };
        let open = follows.zip(self.clash(), |follows, clash| match (follows, clash) {
            (true, _) => shifted,
            (false, true) => Broken::BOTH,
            (false, false) => open,
        });
        Effect {
            open,
            closed: Ways::same(closed),
        }
    }

    fn added(&mut self, at: usize, field: &'f Field) {
        let before = at.checked_sub(1).and_then(|at| self.new.get(at));
        let position = match before {
            Some(before) => format!("after `{}`", before.name),
            None => self.home.first.to_owned(),
        };
        let told = self
            .home
            .told
            .map(|told| (told.set.0, told.own.0 || told.own.1 && !field.optional));
        let effect = self.gained(field, self.follows(None, Some(at)), told);
        let loses_copy = self.home.was == Was::Copied && !is_fixed_field(field);
        let reason = match self.home.was {
            Was::Value => Some("an entry is a struct now"),
            _ if loses_copy => Some("the struct is no longer `Copy`"),
            _ if field.optional && self.home.told.is_some_and(|told| !told.own.0) => {
                Some("the struct is no longer `Decode`: its neighbours tell how to read it")
            }
            _ => None,
        };
        let source = match reason {
            Some(_) => SourceEffect::Breaking,
            None if is_absent(field) => SourceEffect::None,
            None => SourceEffect::Additive,
        };
        let kind = in_words(field);
        let what = format!("field `{}` added {position}: {kind}", self.path(field));
        let found = Found {
            after: Some(kind),
            source_reason: reason.map(str::to_owned),
            ..Found::new(Kind::FieldAdded, what)
        };
        self.push(field, found.source(source).effect(effect));
    }

    fn removed(&mut self, at: usize, field: &'f Field) {
        let told = self
            .home
            .told
            .map(|told| (told.set.1, told.own.1 || told.own.0 && !field.optional));
        let effect = self
            .gained(field, self.follows(Some(at), None), told)
            .reversed();
        let source = SourceEffect::Breaking.when(!is_absent(field));
        let kind = in_words(field);
        let what = format!("field `{}` removed: it was {kind}", self.path(field));
        let found = Found {
            before: Some(kind),
            ..Found::new(Kind::FieldRemoved, what)
        };
        self.push(field, found.source(source).effect(effect));
    }

    fn pair(&mut self, pair: &Pair<'f>) {
        self.name(pair);
        self.place(pair);
        self.flags(pair);
        self.kind(pair);
        let noun = format!("field `{}`", self.path(pair.new));
        for one in words::compare(&noun, &pair.old.prose, &pair.new.prose) {
            self.push(pair.new, one);
        }
    }

    fn name(&mut self, pair: &Pair<'f>) {
        let (old, new) = (pair.old, pair.new);
        if old.name == new.name {
            return;
        }
        // The entry of a list of values has no name in Rust, unless it names a type.
        let nameless =
            self.home.was == Was::Value && !matches!(new.kind, FieldKind::Enumeration(_));
        let absent = nameless || (is_absent(old) && is_absent(new));
        let source = SourceEffect::Breaking.when(!absent);
        let what = format!("field `{}` was called `{}`", self.path(new), old.name);
        let found = Found::new(Kind::FieldRenamed, what).between(&old.name, &new.name);
        self.push(new, found.source(source));
    }

    fn place(&mut self, pair: &Pair<'f>) {
        if !pair.moved {
            return;
        }
        let crossed = |other: &&Pair<'f>| {
            (other.old_at < pair.old_at) != (other.new_at < pair.new_at)
                && carries(other.new)
                && carries(pair.new)
        };
        let crossed: Vec<_> = self.alignment.pairs.iter().filter(crossed).collect();
        let ignored = |pair: &Pair<'f>| self.readonly(pair) == (true, true);
        let mut read = crossed
            .iter()
            .filter(|other| !ignored(pair) || !ignored(other));
        let to_client = Broken::BOTH.when(!crossed.is_empty());
        let to_server = Broken::BOTH.when(read.next().is_some());
        let behind = |fields: &[Field], at: usize| {
            let before = at.checked_sub(1).and_then(|at| fields.get(at));
            before.map_or("the start".to_owned(), |field| format!("`{}`", field.name))
        };
        let (before, after) = (behind(self.old, pair.old_at), behind(self.new, pair.new_at));
        let what = format!(
            "field `{}` moved from behind {before} to behind {after}",
            self.path(pair.new)
        );
        let found = Found::new(Kind::FieldMoved, what).between(before, after);
        let effect = Effect::same(to_client).with_to_server(to_server);
        self.push(pair.new, found.effect(effect));
    }

    fn flags(&mut self, pair: &Pair<'f>) {
        let (old, new) = (pair.old, pair.new);
        if old.optional != new.optional {
            // Who expects it misses it, and whose it is not cannot tell by the others either.
            let others = self.home.told.map(|told| (told.set, told.own));
            let effect = |at: fn((bool, bool)) -> bool| {
                let broken = |has| Broken::OLD_READS_NEW | Broken::NEW_READS_OLD.when(has);
                let (set, own) = others.unwrap_or_default();
                Effect {
                    open: Ways::same(broken(at(own))),
                    closed: Ways::same(broken(at(set))),
                }
            };
            let (effect, what) = if new.optional {
                (effect(|has| has.0), "may be absent now")
            } else {
                (effect(|has| has.1).reversed(), "is always there now")
            };
            let what = format!("field `{}` {what}", self.path(new));
            let found = Found::new(Kind::OptionalChanged, what);
            self.push(new, found.source(SourceEffect::Breaking).effect(effect));
        }
        if old.readonly != new.readonly {
            // A client sends nothing but zeros, which a server that does look takes for a value.
            let to_server = match self.readonly(pair) {
                (false, true) => Broken::OLD_READS_NEW.when(carries(new)),
                (true, false) => Broken::NEW_READS_OLD.when(carries(new)),
                _ => Broken::NONE,
            };
            let what = if new.readonly {
                "is read-only now"
            } else {
                "is no longer read-only"
            };
            let what = format!("field `{}` {what}", self.path(new));
            let found = Found::new(Kind::ReadonlyChanged, what);
            self.push(new, found.effect(Effect::NONE.with_to_server(to_server)));
        }
    }
}
