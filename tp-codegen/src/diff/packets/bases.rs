//! What packets stand on.

use super::super::effect::{Effect, Ways};
use super::super::fields::{self, Home};
use super::super::kinds::carries;
use super::super::reach::has_base;
use super::super::{Found, Kind, SourceEffect};
use super::Packets;
use super::emitted;
use crate::model::{Field, FieldKind, Item, Packet, Role};

impl Packets<'_, '_, '_> {
    /// Whether the packet is built on another one.
    pub(super) fn base(&mut self) -> bool {
        let (old, new, pairing) = (self.old, self.new, self.reach.pairing);
        let same = match (&old.base, &new.base) {
            (Some(old), Some(new)) => pairing.is_same_packet(old, new),
            (old, new) => old.is_none() && new.is_none(),
        };
        if same {
            return false;
        }
        let (old_packets, new_packets) = (&*pairing.old.packets, &*pairing.new.packets);
        let was = from_other_bases(old, new, |base| {
            let same = pairing
                .packets
                .same
                .iter()
                .find(|(old, _)| old.name == base);
            same.is_some_and(|(_, same)| has_base(new_packets, new, &same.name))
        });
        let is = from_other_bases(new, old, |base| {
            let same = pairing.old_packet(base);
            same.is_some_and(|same| has_base(old_packets, old, &same.name))
        });
        let found = fields::compare(pairing, &was, &is, None, &Home::packet(true));
        let mut effect = Effect::NONE;
        let mut source = SourceEffect::None;
        for one in &found {
            effect |= one.effect;
            source = source.max(one.source);
        }
        if converts(old_packets, old) {
            source = SourceEffect::Breaking;
        } else if converts(new_packets, new) {
            source = source.max(SourceEffect::Additive);
        }
        let own = own_fields(old, new);
        let follows = Ways::same(own.iter().any(carries));
        let say = |base: &Option<String>| base.clone().unwrap_or_else(|| "nothing".to_owned());
        let what = format!(
            "was built on `{}` and is built on `{}`",
            say(&old.base),
            say(&new.base)
        );
        let found = Found {
            before: old.base.clone(),
            after: new.base.clone(),
            source: emitted(new, source),
            ..Found::new(Kind::BaseChanged, what)
        };
        let reached = self.reach.built_on(old, new, effect.within(follows));
        self.push(found, reached);
        true
    }

    /// Fields that a base declares now and the packet did before, or the other way round.
    pub(super) fn inherited(&mut self) {
        let (old, new) = (self.old, self.new);
        let alignment = self.reach.pairing.align(&old.fields, &new.fields);
        for pair in &alignment.pairs {
            let was = pair.old_at < old.inherited;
            let is = pair.new_at < new.inherited;
            if was == is {
                continue;
            }
            let what = if is {
                format!(
                    "field `{}` is declared by its base `{}` now",
                    pair.new.name, pair.new.declared_in
                )
            } else {
                format!(
                    "field `{}` was declared by its base `{}`",
                    pair.new.name, pair.old.declared_in
                )
            };
            let names_a_type = matches!(
                &pair.new.kind,
                FieldKind::Group(_)
                    | FieldKind::Enumeration(_)
                    | FieldKind::List {
                        item: Item::Record(_),
                        ..
                    }
            );
            let found = Found {
                field: Some(pair.new.name.clone()),
                source: SourceEffect::Breaking.when(names_a_type),
                ..Found::new(Kind::FieldInherited, what)
            };
            let effect = Effect::BOTH.when(pair.moved);
            let reached = self.reach.built_on(old, new, effect);
            self.push(found, reached);
        }
    }
}

/// Whether it converts to and from its base, to which it adds nothing.
pub(super) fn converts(packets: &[Packet], packet: &Packet) -> bool {
    let base = packet.base.as_ref();
    let base = base.and_then(|base| Packet::named(packets, base));
    packet.inherited > 0
        && packet.inherited == packet.fields.len()
        && base.is_some_and(|base| base.role != Role::Header)
}

fn is_inherited(packet: &Packet, name: &str) -> bool {
    let inherited = packet.fields.iter().take(packet.inherited);
    inherited.clone().any(|field| field.name == name)
}

/// The fields a packet declares itself, in both editions or only in this one.
pub(super) fn own_fields(packet: &Packet, other: &Packet) -> Vec<Field> {
    let own = packet.fields.iter().skip(packet.inherited);
    own.filter(|field| !is_inherited(other, &field.name))
        .cloned()
        .collect()
}

/// What a packet has from bases that the other edition of it does not stand on, and what it
/// declares that a base of the other edition does.
fn from_other_bases(
    packet: &Packet,
    other: &Packet,
    is_shared: impl Fn(&str) -> bool,
) -> Vec<Field> {
    let fields = packet.fields.iter().enumerate();
    let taken = fields.filter(|(at, field)| {
        if *at < packet.inherited {
            !is_shared(&field.declared_in)
        } else {
            is_inherited(other, &field.name)
        }
    });
    taken.map(|(_, field)| field.clone()).collect()
}
