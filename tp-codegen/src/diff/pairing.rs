//! Which thing of the old edition is which of the new one.
//!
//! What an edition says of older names (`was`) decides first, then the name. What is left is the
//! same thing by another name where it has the same number and is mostly the same, or, for fields,
//! stands at the same place with the same type. A `since` note that names the new version says that
//! a thing is new, whatever it looks like.

use crate::model::{
    Field, FieldKind, History, Item, Model, Packet, Parameter, ParameterSet, Prose, Value,
};

/// Two editions and what in them belongs together.
pub(super) struct Pairing<'m> {
    pub(super) old: &'m Model,
    pub(super) new: &'m Model,
    pub(super) sets: Matches<'m, ParameterSet>,
    pub(super) packets: Matches<'m, Packet>,
}

/// What became of things that have names.
pub(super) struct Matches<'m, T> {
    /// The same things, in the order of the new edition.
    pub(super) same: Vec<(&'m T, &'m T)>,
    /// Other things that took a number.
    pub(super) replaced: Vec<(&'m T, &'m T)>,
    pub(super) removed: Vec<&'m T>,
    pub(super) added: Vec<&'m T>,
}

/// Things that have a name and maybe a number.
trait Named {
    fn name(&self) -> &str;
    fn history(&self) -> &History;
    fn number(&self) -> Option<i128>;
}

macro_rules! named {
    ($type:ty, $one:ident => $number:expr) => {
        impl Named for $type {
            fn name(&self) -> &str {
                &self.name
            }
            fn history(&self) -> &History {
                &self.history
            }
            fn number(&self) -> Option<i128> {
                let $one = self;
                $number
            }
        }
    };
}

named!(Packet, packet => packet.id.map(i128::from));
named!(Parameter, parameter => Some(parameter.type_id.into()));
named!(Value, value => Some(value.id));
named!(Field, _field => None);

/// For each of `new`, which of `old` it is: by what either edition says of older names, unless the
/// other has the newer name too; else by its name.
fn by_name<T: Named>(old: &[T], new: &[T]) -> Vec<Option<usize>> {
    let is_told = |later: &T, earlier: &T, among: &[T]| {
        later.history().was.as_deref() == Some(earlier.name())
            && !among.iter().any(|one| one.name() == later.name())
    };
    let mut partners: Vec<Option<usize>> = vec![None; new.len()];
    let mut is_free = vec![true; old.len()];
    let told =
        |old_one: &T, new_one: &T| is_told(new_one, old_one, old) || is_told(old_one, new_one, new);
    let same = |old_one: &T, new_one: &T| old_one.name() == new_one.name();
    for is_partner in [&told as &dyn Fn(&T, &T) -> bool, &same] {
        for (new_one, partner) in new.iter().zip(&mut partners) {
            if partner.is_some() {
                continue;
            }
            let mut all = old.iter().zip(&mut is_free).enumerate();
            let found = all.find(|(_, (old_one, free))| **free && is_partner(old_one, new_one));
            *partner = found.map(|(index, (_, free))| {
                *free = false;
                index
            });
        }
    }
    partners
}

fn match_up<'m, T: Named>(
    old: &'m [T],
    new: &'m [T],
    is_same: impl Fn(&'m T, &'m T) -> bool,
) -> Matches<'m, T> {
    let partners = by_name(old, new);
    let left = old.iter().enumerate();
    let left = left.filter(|(index, _)| !partners.contains(&Some(*index)));
    let mut old_left: Vec<&T> = left.map(|(_, one)| one).collect();
    let named = partners.iter().map(|partner| {
        let old = partner.and_then(|index| old.get(index))?;
        Some((old, true))
    });
    let mut partner: Vec<Option<(&T, bool)>> = named.collect();
    for (new, partner) in new.iter().zip(&mut partner) {
        let wanted = new.number().filter(|_| partner.is_none());
        let at = old_left
            .iter()
            .position(|old| wanted.is_some() && old.number() == wanted);
        if let Some(at) = at {
            let old = old_left.remove(at);
            *partner = Some((old, is_same(old, new)));
        }
    }
    let mut matches = Matches {
        same: Vec::new(),
        replaced: Vec::new(),
        removed: old_left,
        added: Vec::new(),
    };
    for (new, partner) in new.iter().zip(partner) {
        match partner {
            Some((old, true)) => matches.same.push((old, new)),
            Some((old, false)) => matches.replaced.push((old, new)),
            None => matches.added.push(new),
        }
    }
    matches
}

/// What became of the fields of a structure.
pub(super) struct Alignment<'f> {
    /// The same fields, in the order of the new edition.
    pub(super) pairs: Vec<Pair<'f>>,
    /// Index in the old structure, and the field.
    pub(super) removed: Vec<(usize, &'f Field)>,
    /// Index in the new structure, and the field.
    pub(super) added: Vec<(usize, &'f Field)>,
}

/// The same field in both editions.
#[derive(Clone, Copy)]
pub(super) struct Pair<'f> {
    pub(super) old_at: usize,
    pub(super) new_at: usize,
    pub(super) old: &'f Field,
    pub(super) new: &'f Field,
    /// It left its place among the others.
    pub(super) moved: bool,
}

impl<'m> Pairing<'m> {
    pub(super) fn new(old: &'m Model, new: &'m Model) -> Self {
        let mut pairing = Self {
            old,
            new,
            sets: Matches {
                same: Vec::new(),
                replaced: Vec::new(),
                removed: old.parameter_sets.iter().collect(),
                added: new.parameter_sets.iter().collect(),
            },
            packets: Matches {
                same: Vec::new(),
                replaced: Vec::new(),
                removed: Vec::new(),
                added: Vec::new(),
            },
        };
        pairing.pair_left(|one| &mut one.sets, |_, old, new| old.name == new.name);
        pairing.pair_left(|one| &mut one.sets, Self::is_same_set);
        // The fields of packets are compared by what is known of the sets.
        pairing.packets = match_up(&old.packets, &new.packets, |old, new| {
            !pairing.is_fresh(&new.prose) && pairing.is_similar(&old.fields, &new.fields)
        });
        pairing.pair_left(|one| &mut one.packets, Self::is_same_base);
        pairing
    }

    /// Pairs what nothing else is yet, where `is_same` says so.
    fn pair_left<T>(
        &mut self,
        of: fn(&mut Self) -> &mut Matches<'m, T>,
        is_same: fn(&Self, &'m T, &'m T) -> bool,
    ) {
        for new in of(self).added.clone() {
            let left = of(self).removed.clone();
            let Some(old) = left.into_iter().find(|old| is_same(self, old, new)) else {
                continue;
            };
            let matches = of(self);
            matches.removed.retain(|one| !std::ptr::eq(*one, old));
            matches.added.retain(|one| !std::ptr::eq(*one, new));
            matches.same.push((old, new));
            // All of them are in one slice, in the order of the edition.
            let place = |pair: &(&T, &T)| std::ptr::from_ref(pair.1);
            matches.same.sort_by_key(place);
        }
    }

    /// Whether more than half of the parameters are the same.
    fn is_same_set(&self, old: &'m ParameterSet, new: &'m ParameterSet) -> bool {
        let same = self.parameters(old, new).same.len();
        let most = old.parameters.len().max(new.parameters.len());
        !self.is_fresh(&new.prose) && same.saturating_mul(2) > most
    }

    /// Whether two packets without a number, of which there is nothing else to know them by, are
    /// what the same packets are built on.
    fn is_same_base(&self, old: &'m Packet, new: &'m Packet) -> bool {
        let on = |base: &str, packet: &Packet| packet.base.as_deref() == Some(base);
        let mut same = self.packets.same.iter();
        let has_common_child =
            same.any(|(child, grown)| on(&old.name, child) && on(&new.name, grown));
        let same_place = match (&old.base, &new.base) {
            (Some(old), Some(new)) => self.is_same_packet(old, new),
            (None, None) => true,
            _ => false,
        };
        old.id.is_none()
            && new.id.is_none()
            && !self.is_fresh(&new.prose)
            && same_place
            && old.direction == new.direction
            && self.is_similar(&old.fields, &new.fields)
            && (has_common_child || !old.fields.is_empty())
    }

    /// Whether a thing says of itself that the new edition introduces it.
    fn is_fresh(&self, prose: &Prose) -> bool {
        let since = prose.since.as_ref();
        self.old.version != self.new.version && since == Some(&self.new.version)
    }

    /// What the packet of that new name was.
    pub(super) fn old_packet(&self, new: &str) -> Option<&'m Packet> {
        let mut same = self.packets.same.iter();
        same.find_map(|(old, is)| (is.name == new).then_some(*old))
    }

    pub(super) fn is_same_packet(&self, old: &str, new: &str) -> bool {
        self.old_packet(new).is_some_and(|was| was.name == old)
    }

    pub(super) fn is_same_set_name(&self, old: &str, new: &str) -> bool {
        let mut same = self.sets.same.iter();
        same.any(|(was, is)| was.name == old && is.name == new)
    }

    /// What became of the parameters of a set.
    pub(super) fn parameters(
        &self,
        old: &'m ParameterSet,
        new: &'m ParameterSet,
    ) -> Matches<'m, Parameter> {
        match_up(&old.parameters, &new.parameters, |old, new| {
            !self.is_fresh(&new.prose)
                && self.is_similar(&old.use_fields, &new.use_fields)
                && self.is_similar(&old.desc_fields, &new.desc_fields)
        })
    }

    /// What became of the values of an enumeration.
    pub(super) fn values<'f>(&self, old: &'f [Value], new: &'f [Value]) -> Matches<'f, Value> {
        match_up(old, new, |_, _| true)
    }

    /// Whether more than half of the fields are the same, or there are none.
    fn is_similar(&self, old: &[Field], new: &[Field]) -> bool {
        let same = self.align(old, new).pairs.len();
        let most = old.len().max(new.len());
        most == 0 || same.saturating_mul(2) > most
    }

    /// What became of the fields of a structure.
    pub(super) fn align<'f>(&self, old: &'f [Field], new: &'f [Field]) -> Alignment<'f> {
        let mut pairs = Vec::new();
        for (new_at, (new, partner)) in new.iter().zip(by_name(old, new)).enumerate() {
            if let Some(old_at) = partner
                && let Some(old) = old.get(old_at)
            {
                pairs.push(Pair {
                    old_at,
                    new_at,
                    old,
                    new,
                    moved: true,
                });
            }
        }
        for stays in longest_rise(&pairs) {
            if let Some(pair) = pairs.get_mut(stays) {
                pair.moved = false;
            }
        }
        self.add_renamed(old, new, &mut pairs);
        pairs.sort_by_key(|pair| pair.new_at);
        let left = |fields: &'f [Field], taken: &dyn Fn(&Pair<'_>) -> usize| {
            let taken: Vec<usize> = pairs.iter().map(taken).collect();
            let all = fields.iter().enumerate();
            all.filter(|(at, _)| !taken.contains(at))
                .collect::<Vec<_>>()
        };
        Alignment {
            removed: left(old, &|pair| pair.old_at),
            added: left(new, &|pair| pair.new_at),
            pairs,
        }
    }

    /// Pairs what stands between the same neighbours and has the same type.
    fn add_renamed<'f>(&self, old: &'f [Field], new: &'f [Field], pairs: &mut Vec<Pair<'f>>) {
        let taken_old: Vec<usize> = pairs.iter().map(|pair| pair.old_at).collect();
        let taken_new: Vec<usize> = pairs.iter().map(|pair| pair.new_at).collect();
        let mut fences: Vec<(usize, usize)> = pairs
            .iter()
            .filter(|pair| !pair.moved)
            .map(|pair| (pair.old_at, pair.new_at))
            .collect();
        fences.push((old.len(), new.len()));
        let (mut old_from, mut new_from) = (0, 0);
        for (old_to, new_to) in fences {
            let free = |fields: &'f [Field], from: usize, to: usize, taken: &[usize]| {
                let within = fields.iter().enumerate().take(to).skip(from);
                within
                    .filter(|(at, _)| !taken.contains(at))
                    .collect::<Vec<_>>()
            };
            let mut left = free(new, new_from, new_to, &taken_new).into_iter();
            for (old_at, old) in free(old, old_from, old_to, &taken_old) {
                let mut ahead = left.clone();
                let same = ahead
                    .find(|(_, new)| !self.is_fresh(&new.prose) && self.is_same_kind(old, new));
                if let Some((new_at, new)) = same {
                    left = ahead;
                    pairs.push(Pair {
                        old_at,
                        new_at,
                        old,
                        new,
                        moved: false,
                    });
                }
            }
            (old_from, new_from) = (old_to, new_to);
        }
    }

    /// Whether two fields are made of the same, names within apart.
    fn is_same_kind(&self, old: &Field, new: &Field) -> bool {
        match (&old.kind, &new.kind) {
            (FieldKind::Character { count: old }, FieldKind::Character { count: new }) => {
                old == new
            }
            (FieldKind::Integer { integer: old, .. }, FieldKind::Integer { integer: new, .. }) => {
                old == new
            }
            (FieldKind::String { .. }, FieldKind::String { .. }) => true,
            (FieldKind::Enumeration(old), FieldKind::Enumeration(new)) => {
                old.integer == new.integer && old.style == new.style
            }
            (FieldKind::List { item: old, .. }, FieldKind::List { item: new, .. }) => {
                self.are_same_kinds(entry(old), entry(new))
            }
            (FieldKind::Group(old), FieldKind::Group(new)) => {
                self.are_same_kinds(&old.fields, &new.fields)
            }
            (FieldKind::Parameters(old), FieldKind::Parameters(new)) => {
                self.is_same_set_name(&old.set, &new.set)
            }
            (FieldKind::Description { set: old, .. }, FieldKind::Description { set: new, .. }) => {
                self.is_same_set_name(old, new)
            }
            _ => false,
        }
    }

    fn are_same_kinds(&self, old: &[Field], new: &[Field]) -> bool {
        old.len() == new.len()
            && old
                .iter()
                .zip(new)
                .all(|(old, new)| self.is_same_kind(old, new))
    }
}

/// The fields of a list's entry.
pub(super) fn entry(item: &Item) -> &[Field] {
    match item {
        Item::Field(field) => std::slice::from_ref(&**field),
        Item::Record(record) => &record.fields,
    }
}

/// The indexes of the most pairs, in the new order, that are also in the old order.
fn longest_rise(pairs: &[Pair<'_>]) -> Vec<usize> {
    // For each pair, the longest such run that ends with it.
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for (index, pair) in pairs.iter().enumerate() {
        let before = pairs.iter().zip(&runs);
        let fitting = before.filter(|(earlier, _)| earlier.old_at < pair.old_at);
        let mut run = fitting
            .map(|(_, run)| run)
            .max_by_key(|run| run.len())
            .cloned()
            .unwrap_or_default();
        run.push(index);
        runs.push(run);
    }
    runs.into_iter().max_by_key(Vec::len).unwrap_or_default()
}
