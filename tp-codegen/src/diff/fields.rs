//! Structures, field by field.

use super::effect::{Broken, Effect, Ways};
use super::kinds::{carries, in_words, pieces, zeros};
use super::pairing::{Alignment, Pair, Pairing, entry};
use super::{Found, Kind, SourceEffect, words};
use crate::emit::{is_absent, is_fixed_field};
use crate::model::{
    Enumeration, Field, FieldKind, Item, Packet, Parameters, Style, TypeFrame, Value,
};

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
        let missing = |is: bool| {
            if is {
                Broken::NEW_READS_OLD
            } else {
                Broken::NONE
            }
        };
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
        let source = match () {
            () if is_absent(field) && self.home.was != Was::Value => SourceEffect::None,
            () if loses_copy || self.home.was == Was::Value => SourceEffect::Breaking,
            () => SourceEffect::Additive,
        };
        let kind = in_words(field);
        let what = format!("field `{}` added {position}: {kind}", self.path(field));
        self.push(
            field,
            Found {
                after: Some(kind),
                source,
                source_reason: match self.home.was {
                    Was::Value => Some("an entry is a struct now".to_owned()),
                    _ if loses_copy => Some("the struct is no longer `Copy`".to_owned()),
                    _ => None,
                },
                effect,
                ..words::documentation(Kind::FieldAdded, what)
            },
        );
    }

    fn removed(&mut self, at: usize, field: &'f Field) {
        let told = self
            .home
            .told
            .map(|told| (told.set.1, told.own.1 || told.own.0 && !field.optional));
        let effect = self
            .gained(field, self.follows(Some(at), None), told)
            .reversed();
        let source = if is_absent(field) {
            SourceEffect::None
        } else {
            SourceEffect::Breaking
        };
        let kind = in_words(field);
        let what = format!("field `{}` removed: it was {kind}", self.path(field));
        self.push(
            field,
            Found {
                before: Some(kind),
                source,
                effect,
                ..words::documentation(Kind::FieldRemoved, what)
            },
        );
    }

    fn pair(&mut self, pair: &Pair<'f>) {
        self.name(pair);
        self.place(pair);
        self.flags(pair);
        self.kind(pair);
        let noun = format!("field `{}`", self.path(pair.new));
        let mut found = Vec::new();
        words::compare(&noun, &pair.old.prose, &pair.new.prose, &mut found);
        for one in found {
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
        let source = if nameless || (is_absent(old) && is_absent(new)) {
            SourceEffect::None
        } else {
            SourceEffect::Breaking
        };
        let what = format!("field `{}` was called `{}`", self.path(new), old.name);
        self.push(
            new,
            Found {
                before: Some(old.name.clone()),
                after: Some(new.name.clone()),
                source,
                ..words::documentation(Kind::FieldRenamed, what)
            },
        );
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
        let broken = |is: bool| if is { Broken::BOTH } else { Broken::NONE };
        let to_client = broken(!crossed.is_empty());
        let to_server = broken(
            crossed
                .iter()
                .any(|other| !ignored(pair) || !ignored(other)),
        );
        let behind = |fields: &[Field], at: usize| {
            let before = at.checked_sub(1).and_then(|at| fields.get(at));
            before.map_or("the start".to_owned(), |field| format!("`{}`", field.name))
        };
        let (before, after) = (behind(self.old, pair.old_at), behind(self.new, pair.new_at));
        let what = format!(
            "field `{}` moved from behind {before} to behind {after}",
            self.path(pair.new)
        );
        self.push(
            pair.new,
            Found {
                before: Some(before),
                after: Some(after),
                effect: Effect::same(to_client).with_to_server(to_server),
                ..words::documentation(Kind::FieldMoved, what)
            },
        );
    }

    fn flags(&mut self, pair: &Pair<'f>) {
        let (old, new) = (pair.old, pair.new);
        if old.optional != new.optional {
            // Who expects it misses it, and whose it is not cannot tell by the others either.
            let others = self.home.told.map(|told| (told.set, told.own));
            let effect = |at: fn((bool, bool)) -> bool| {
                let broken = |has| {
                    Broken::OLD_READS_NEW
                        | if has {
                            Broken::NEW_READS_OLD
                        } else {
                            Broken::NONE
                        }
                };
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
            self.push(
                new,
                Found {
                    source: SourceEffect::Breaking,
                    effect,
                    ..words::documentation(Kind::OptionalChanged, what)
                },
            );
        }
        if old.readonly != new.readonly {
            // A client sends nothing but zeros, which a server that does look takes for a value.
            let to_server = match self.readonly(pair) {
                _ if !carries(new) => Broken::NONE,
                (false, true) => Broken::OLD_READS_NEW,
                (true, false) => Broken::NEW_READS_OLD,
                _ => Broken::NONE,
            };
            let what = if new.readonly {
                "is read-only now"
            } else {
                "is no longer read-only"
            };
            let what = format!("field `{}` {what}", self.path(new));
            self.push(
                new,
                Found {
                    effect: Effect::NONE.with_to_server(to_server),
                    ..words::documentation(Kind::ReadonlyChanged, what)
                },
            );
        }
    }

    fn kind(&mut self, pair: &Pair<'f>) {
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
                let home = self.inner(pair, ".", "as the first of the group", was);
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
                    let effect = if carries(pair.old) || carries(pair.new) {
                        Effect::BOTH
                    } else {
                        Effect::NONE
                    };
                    self.selected(pair, "typefield", old_typefield, new_typefield, effect);
                }
            }
            _ => {
                let absent = is_absent(pair.old) && is_absent(pair.new);
                let source = if absent {
                    SourceEffect::None
                } else {
                    SourceEffect::Breaking
                };
                self.retyped(pair, source);
            }
        }
    }

    /// Another type; the same bytes may be read either way.
    fn retyped(&mut self, pair: &Pair<'f>, source: SourceEffect) {
        let (old, new) = (pair.old, pair.new);
        let same_bytes =
            pieces(self.pairing, &old.kind, false) == pieces(self.pairing, &new.kind, true);
        // A read-only field is all zeros from a client.
        let zeros_fit = self.readonly(pair) == (true, true) && zeros(&old.kind) == zeros(&new.kind);
        let effect = match (same_bytes, zeros_fit) {
            (true, _) => Effect::NONE,
            (false, true) => Effect::BOTH.with_to_server(Broken::NONE),
            (false, false) => Effect::BOTH,
        };
        let words = |field: &Field| {
            in_words(&Field {
                readonly: false,
                optional: false,
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
        self.push(
            new,
            Found {
                before: Some(before),
                after: Some(after),
                source,
                effect,
                ..words::documentation(Kind::TypeChanged, what)
            },
        );
    }

    fn marked(&mut self, pair: &Pair<'f>, what: &str) {
        let what = format!("field `{}` {what}", self.path(pair.new));
        self.push(pair.new, words::documentation(Kind::MarkChanged, what));
    }

    fn max(&mut self, pair: &Pair<'f>, old: Option<u32>, new: Option<u32>, unit: &str) {
        if old == new {
            return;
        }
        let tighter = new.is_some_and(|new| old.is_none_or(|old| new < old));
        let (was_empty, is_empty) = self.readonly(pair);
        let (broken, to_server) = match (tighter, was_empty, is_empty) {
            (true, true, _) => (Broken::NEW_READS_OLD, Broken::NONE),
            (true, false, _) => (Broken::NEW_READS_OLD, Broken::NEW_READS_OLD),
            (false, _, true) => (Broken::OLD_READS_NEW, Broken::NONE),
            (false, _, false) => (Broken::OLD_READS_NEW, Broken::OLD_READS_NEW),
        };
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
        self.push(
            pair.new,
            Found {
                before: Some(before),
                after: Some(after),
                effect: Effect::same(broken).with_to_server(to_server),
                ..words::documentation(Kind::MaxChanged, what)
            },
        );
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
        if let (Item::Record(old), Item::Record(new)) = (old, new) {
            self.type_name(pair, &old.rust_name, &new.rust_name);
            home.same_name &= old.rust_name == new.rust_name;
        }
        // No client sends entries of a read-only list.
        let (was_empty, is_empty) = home.readonly;
        let heard = Broken {
            old_reads_new: !is_empty,
            new_reads_old: !was_empty,
        };
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
        self.push(
            pair.new,
            Found {
                before: Some(old.to_owned()),
                after: Some(new.to_owned()),
                source: SourceEffect::Breaking,
                ..words::documentation(Kind::RustNameChanged, what)
            },
        );
    }

    fn enumeration(&mut self, pair: &Pair<'f>, old: &'f Enumeration, new: &'f Enumeration) {
        if old.integer != new.integer || old.style != new.style {
            let is_mask = |one: &Enumeration| one.style == Style::Mask;
            let source = if old.integer != new.integer || is_mask(old) != is_mask(new) {
                SourceEffect::Breaking
            } else {
                SourceEffect::None
            };
            self.retyped(pair, source);
        }
        let path = self.path(pair.new);
        let values = self.pairing.values(&old.values, &new.values);
        for &(old, new) in &values.same {
            self.value(pair, &path, old, new);
        }
        let number = |value: &Value| match value.hex {
            true => format!("{:#x}", value.id),
            false => value.id.to_string(),
        };
        let ends = values.added.iter().map(|one| (Kind::ValueAdded, one));
        let ends = ends.chain(values.removed.iter().map(|one| (Kind::ValueRemoved, one)));
        for (kind, value) in ends {
            let (source, how) = match kind {
                Kind::ValueAdded => (SourceEffect::Additive, "added to"),
                _ => (SourceEffect::Breaking, "removed from"),
            };
            let what = format!(
                "value `{}` ({}) {how} field `{path}`",
                value.name,
                number(value)
            );
            self.push(
                pair.new,
                Found {
                    value: Some(value.name.clone()),
                    source,
                    ..words::documentation(kind, what)
                },
            );
        }
    }

    fn value(&mut self, pair: &Pair<'f>, path: &str, old: &Value, new: &Value) {
        let mut found = Vec::new();
        if old.name != new.name {
            let what = format!(
                "value `{}` ({}) of field `{path}` was called `{}`",
                new.name, new.id, old.name
            );
            found.push(Found {
                before: Some(old.name.clone()),
                after: Some(new.name.clone()),
                source: SourceEffect::Breaking,
                ..words::documentation(Kind::ValueRenamed, what)
            });
        }
        if old.id != new.id {
            let to_server = if self.readonly(pair) == (true, true) {
                Broken::NONE
            } else {
                Broken::BOTH
            };
            let what = format!(
                "value `{}` of field `{path}` was number {} and is {}",
                new.name, old.id, new.id
            );
            found.push(Found {
                before: Some(old.id.to_string()),
                after: Some(new.id.to_string()),
                effect: Effect::BOTH.with_to_server(to_server),
                ..words::documentation(Kind::ValueRenumbered, what)
            });
        }
        let noun = format!("value `{}` of field `{path}`", new.name);
        words::compare(&noun, &old.prose, &new.prose, &mut found);
        for one in found {
            let value = Some(new.name.clone());
            self.push(pair.new, Found { value, ..one });
        }
    }

    /// Whether two names in the structures mean the same field.
    fn is_same_field(&self, old: &str, new: &str) -> bool {
        has_pair(self.around, old, new)
    }

    fn parameters(&mut self, pair: &Pair<'f>, old: &'f Parameters, new: &'f Parameters) {
        if !self.is_same_field(&old.typefield, &new.typefield) {
            self.selected(
                pair,
                "typefield",
                &old.typefield,
                &new.typefield,
                Effect::BOTH,
            );
        }
        match (&old.typeframe, &new.typeframe) {
            (None, None) => {}
            (Some(was), Some(is)) => {
                let same = self.pairing.is_same_packet(&was.packet, &is.packet);
                if !same || !self.is_same_way(was, is) {
                    let say = |frame: &TypeFrame| {
                        let steps = frame.path.iter().map(|step| step.name.as_str());
                        let steps: Vec<&str> = steps.collect();
                        format!("{}.{} by {}", frame.packet, steps.join("."), frame.idfield)
                    };
                    self.selected(pair, "key", &say(was), &say(is), Effect::BOTH);
                    if let (false, Some(last)) = (same, self.found.last_mut()) {
                        last.source = SourceEffect::Breaking;
                    }
                }
            }
            (was, is) => {
                let say = |frame: &Option<TypeFrame>| match frame {
                    Some(frame) => frame.packet.clone(),
                    None => "its type field".to_owned(),
                };
                self.selected(pair, "key", &say(was), &say(is), Effect::BOTH);
                if let Some(last) = self.found.last_mut() {
                    last.source = SourceEffect::Breaking;
                }
            }
        }
    }

    /// Whether two descriptions give the types in the same way, renamed fields apart.
    fn is_same_way(&self, old: &TypeFrame, new: &TypeFrame) -> bool {
        let old_packet = Packet::named(&self.pairing.old.packets, &old.packet);
        let new_packet = Packet::named(&self.pairing.new.packets, &new.packet);
        let (Some(old_packet), Some(new_packet)) = (old_packet, new_packet) else {
            return false;
        };
        let mut structures = (&*old_packet.fields, &*new_packet.fields);
        let top = self.pairing.align(structures.0, structures.1);
        if !has_pair(&top, &old.idfield, &new.idfield) || old.path.len() != new.path.len() {
            return false;
        }
        for (was, is) in old.path.iter().zip(&new.path) {
            let alignment = self.pairing.align(structures.0, structures.1);
            let mut pairs = alignment.pairs.iter();
            let pair = pairs.find(|pair| pair.old.name == was.name && pair.new.name == is.name);
            let Some(pair) = pair.filter(|_| was.list == is.list) else {
                return false;
            };
            structures = (within(pair.old), within(pair.new));
        }
        true
    }

    fn selected(&mut self, pair: &Pair<'f>, what: &str, old: &str, new: &str, effect: Effect) {
        let what = format!(
            "the {what} to field `{}` was {old} and is {new}",
            self.path(pair.new)
        );
        self.push(
            pair.new,
            Found {
                before: Some(old.to_owned()),
                after: Some(new.to_owned()),
                effect,
                ..words::documentation(Kind::ParametersChanged, what)
            },
        );
    }
}

fn has_pair(alignment: &Alignment<'_>, old: &str, new: &str) -> bool {
    let mut pairs = alignment.pairs.iter();
    pairs.any(|pair| pair.old.name == old && pair.new.name == new)
}

/// What is within a list or group.
fn within(field: &Field) -> &[Field] {
    match &field.kind {
        FieldKind::List { item, .. } => entry(item),
        FieldKind::Group(record) => &record.fields,
        _ => &[],
    }
}

fn was_record(fields: &[Field]) -> Was {
    if fields.iter().all(is_fixed_field) {
        Was::Copied
    } else {
        Was::Struct
    }
}
