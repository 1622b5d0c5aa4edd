//! What a field is made of.

use super::super::effect::{Broken, Effect};
use super::super::kinds::{carries, in_words, pieces};
use super::super::pairing::{Pair, entry};
use super::super::{Found, Kind, SourceEffect};
use super::{Comparison, Home, Was, compare};
use crate::emit::{is_absent, is_fixed_field};
use crate::model::{Field, FieldKind, Item};

impl<'f> Comparison<'_, 'f> {
    pub(super) fn kind(&mut self, pair: &Pair<'f>) {
        match (&pair.old.kind, &pair.new.kind) {
            (FieldKind::Character { count: old }, FieldKind::Character { count: new })
                if old == new => {}
            (
                FieldKind::Integer {
                    integer: old,
                    subtype: was,
                },
                FieldKind::Integer {
                    integer: new,
                    subtype: is,
                },
            ) => {
                if old != new {
                    self.retyped(pair, SourceEffect::Breaking);
                }
                if was != is {
                    let what = if *is {
                        "marked as"
                    } else {
                        "no longer marked as"
                    };
                    self.marked(pair, &format!("{what} a selector (`subtype`)"));
                }
            }
            (
                FieldKind::String {
                    formatted: was,
                    max: old,
                },
                FieldKind::String {
                    formatted: is,
                    max: new,
                },
            ) => {
                self.max(pair, *old, *new, "bytes");
                if was != is {
                    let is = if *is { "formatted" } else { "plain" };
                    self.marked(pair, &format!("holds {is} text"));
                }
            }
            (FieldKind::Enumeration(old), FieldKind::Enumeration(new)) => {
                self.type_name(pair, &old.rust_name, &new.rust_name);
                self.enumeration(pair, old, new);
            }
            (
                FieldKind::List {
                    max: old_max,
                    item: old,
                },
                FieldKind::List {
                    max: new_max,
                    item: new,
                },
            ) => {
                self.max(pair, *old_max, *new_max, "entries");
                self.entries(pair, old, new);
            }
            (FieldKind::Group(old), FieldKind::Group(new)) => {
                let was = was_record(&old.fields);
                self.type_name(pair, &old.rust_name, &new.rust_name);
                let mut home = self.inner(pair, ".", "as the first of the group", was);
                home.same_name &= old.rust_name == new.rust_name;
                let follows = self.follows(Some(pair.old_at), Some(pair.new_at));
                let found = compare(self.pairing, &old.fields, &new.fields, None, &home);
                self.found.extend(found.into_iter().map(|one| Found {
                    effect: one.effect.within(follows),
                    ..one
                }));
            }
            (FieldKind::Parameters(old), FieldKind::Parameters(new))
                if self.pairing.is_same_set_name(&old.set, &new.set) =>
            {
                self.parameters(pair, old, new);
            }
            (
                FieldKind::Description {
                    set: old,
                    typefield: old_typefield,
                    ..
                },
                FieldKind::Description {
                    set: new,
                    typefield: new_typefield,
                    ..
                },
            ) if self.pairing.is_same_set_name(old, new) => {
                if !self.is_same_field(old_typefield, new_typefield) {
                    let effect = Effect::BOTH.when(carries(pair.old) || carries(pair.new));
                    self.typefield(pair, old_typefield, new_typefield, effect);
                }
            }
            _ => {
                let absent = is_absent(pair.old) && is_absent(pair.new);
                self.retyped(pair, SourceEffect::Breaking.when(!absent));
            }
        }
    }

    /// Another type; the same bytes may be read either way.
    pub(super) fn retyped(&mut self, pair: &Pair<'f>, source: SourceEffect) {
        let (old, new) = (pair.old, pair.new);
        let same_bytes =
            pieces(self.pairing, &old.kind, false) == pieces(self.pairing, &new.kind, true);
        // A read-only field is all zeros from a client.
        let zeros_fit = self.readonly(pair) == (true, true) && old.size.min == new.size.min;
        let effect = match (same_bytes, zeros_fit) {
            (true, _) => Effect::NONE,
            (false, true) => Effect::BOTH.with_to_server(Broken::NONE),
            (false, false) => Effect::BOTH,
        };
        let words = |field: &Field| {
            in_words(&Field {
                readonly: false,
                optional: false,
                secret: false,
                ..field.clone()
            })
        };
        let (before, after) = (words(old), words(new));
        let bytes = if same_bytes {
            ", in the same bytes"
        } else {
            ""
        };
        let what = format!(
            "field `{}` was {before} and is {after}{bytes}",
            self.path(new)
        );
        let found = Found::new(Kind::TypeChanged, what).between(before, after);
        self.push(new, found.source(source).effect(effect));
    }

    fn marked(&mut self, pair: &Pair<'f>, what: &str) {
        let what = format!("field `{}` {what}", self.path(pair.new));
        self.push(pair.new, Found::new(Kind::MarkChanged, what));
    }

    fn max(&mut self, pair: &Pair<'f>, old: Option<u32>, new: Option<u32>, unit: &str) {
        if old == new {
            return;
        }
        let tighter = new.is_some_and(|new| old.is_none_or(|old| new < old));
        let (was_empty, is_empty) = self.readonly(pair);
        let (broken, is_empty) = match tighter {
            true => (Broken::NEW_READS_OLD, was_empty),
            false => (Broken::OLD_READS_NEW, is_empty),
        };
        let to_server = broken.when(!is_empty);
        let say = |max: Option<u32>| {
            max.map_or("without limit".to_owned(), |max| {
                format!("at most {max} {unit}")
            })
        };
        let (before, after) = (say(old), say(new));
        let what = format!(
            "field `{}` was {before} and is {after}",
            self.path(pair.new)
        );
        let found = Found::new(Kind::MaxChanged, what).between(before, after);
        let effect = Effect::same(broken).with_to_server(to_server);
        self.push(pair.new, found.effect(effect));
    }

    fn inner(&self, pair: &Pair<'f>, mark: &str, first: &'static str, was: Was) -> Home {
        Home {
            prefix: format!("{}{mark}", self.path(pair.new)),
            first,
            readonly: self.readonly(pair),
            told: None,
            was,
            same_name: self.home.same_name && pair.old.name == pair.new.name,
        }
    }

    fn entries(&mut self, pair: &Pair<'f>, old: &'f Item, new: &'f Item) {
        let was = match old {
            Item::Field(_) => Was::Value,
            Item::Record(record) => was_record(&record.fields),
        };
        let mut home = self.inner(pair, "[].", "as the first of the entry", was);
        match (old, new) {
            (Item::Record(old), Item::Record(new)) => {
                self.type_name(pair, &old.rust_name, &new.rust_name);
                home.same_name &= old.rust_name == new.rust_name;
            }
            (Item::Field(_), Item::Field(_)) => {}
            // What is in a struct is named after it.
            _ => home.same_name = false,
        }
        // No client sends entries of a read-only list.
        let (was_empty, is_empty) = home.readonly;
        let heard = Broken::of(!is_empty, !was_empty);
        let found = compare(self.pairing, entry(old), entry(new), None, &home);
        self.found.extend(found.into_iter().map(|one| {
            let effect = one.effect.shut();
            let to_server = effect.closed.to_server & heard;
            Found {
                effect: effect.with_to_server(to_server),
                ..one
            }
        }));
    }

    /// A type whose name changes though nothing it is named after does.
    fn type_name(&mut self, pair: &Pair<'f>, old: &str, new: &str) {
        if old == new || !self.home.same_name || pair.old.name != pair.new.name {
            return;
        }
        let what = format!(
            "the Rust type of field `{}` was `{old}` and is `{new}`",
            self.path(pair.new)
        );
        let found = Found::new(Kind::RustNameChanged, what).between(old, new);
        self.push(pair.new, found.source(SourceEffect::Breaking));
    }
}

fn was_record(fields: &[Field]) -> Was {
    if fields.iter().all(is_fixed_field) {
        Was::Copied
    } else {
        Was::Struct
    }
}
