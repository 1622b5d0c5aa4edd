//! Packets: names, ids, directions. Their fields are compared in `fields`.

mod bases;
mod replies;

use super::effect::{Broken, Ways};
use super::fields::{self, Home};
use super::pairing::Pairing;
use super::reach::{Reach, Reached, has_base, lone};
use super::{Change, Found, Kind, SourceEffect, Subject, words};
use crate::emit::borrows;
use crate::model::{Direction, FailType, Field, HeaderForm, Packet, Role};

use bases::{converts, own_fields};

/// Compares what the protocols call themselves, which stands in every header.
pub(super) fn version(pairing: &Pairing<'_>, changes: &mut Vec<Change>) {
    let (old, new) = (pairing.old, pairing.new);
    if old.version == new.version {
        return;
    }
    let headers = old.header != HeaderForm::None || new.header != HeaderForm::None;
    let broken = Broken::BOTH.when(headers);
    let what = format!("version {} is now {}", old.version, new.version);
    let found = Found::new(Kind::VersionChanged, what).between(&old.version, &new.version);
    let subject = Subject::Protocol {
        protocol: new.version.clone(),
    };
    changes.push(found.of(&subject, Reach::new(pairing).every_frame(broken)));
}

/// Compares all packets.
pub(super) fn compare(pairing: &Pairing<'_>, changes: &mut Vec<Change>) {
    let reach = Reach::new(pairing);
    for &(old, new) in &pairing.packets.same {
        Packets {
            reach: &reach,
            old,
            new,
            changes,
        }
        .compare();
    }
    for (old, new) in &pairing.packets.replaced {
        let what = format!("took the id of `{}`, which is gone", old.name);
        let found = Found::new(Kind::PacketReplaced, what)
            .between(&old.name, &new.name)
            .source(SourceEffect::Breaking);
        // The one is unknown to new programs, and the other is taken for it by old ones.
        let reached = lone(new, Ways::same(Broken::OLD_READS_NEW))
            .and(lone(old, Ways::same(Broken::NEW_READS_OLD)));
        changes.push(found.of(&subject(new), reached));
    }
    for new in &pairing.packets.added {
        let found = Found::new(Kind::PacketAdded, format!("added, {}", role(new)))
            .source(emitted(new, SourceEffect::Additive));
        changes.push(found.of(&subject(new), Reached::default()));
    }
    for old in &pairing.packets.removed {
        let found = Found::new(
            Kind::PacketRemoved,
            format!("removed; it was {}", role(old)),
        )
        .source(emitted(old, SourceEffect::Breaking));
        let reached = match old.role {
            Role::Header => reach.every_frame(Broken::BOTH),
            _ => lone(old, Ways::same(Broken::NEW_READS_OLD)),
        };
        changes.push(found.of(&subject(old), reached));
    }
}

fn subject(packet: &Packet) -> Subject {
    Subject::Packet {
        packet: packet.name.clone(),
        id: packet.id,
    }
}

/// `effect`, if there is Rust code for the packet.
fn emitted(packet: &Packet, effect: SourceEffect) -> SourceEffect {
    match packet.role {
        Role::Header => SourceEffect::None,
        Role::Base if packet.fields.is_empty() => SourceEffect::None,
        Role::Base | Role::Frame => effect,
    }
}

fn role(packet: &Packet) -> String {
    match packet.role {
        Role::Header => "the frame header".to_owned(),
        Role::Base => "a base without id".to_owned(),
        Role::Frame => format!("a frame {}", way(packet.direction)),
    }
}

fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::Server => "from client to server",
        Direction::Client => "from server to client",
        Direction::Any => "that goes either way",
    }
}

struct Packets<'c, 'r, 'm> {
    reach: &'r Reach<'r, 'm>,
    old: &'m Packet,
    new: &'m Packet,
    changes: &'c mut Vec<Change>,
}

impl Packets<'_, '_, '_> {
    fn push(&mut self, found: Found, reached: Reached) {
        self.changes.push(found.of(&subject(self.new), reached));
    }

    fn compare(&mut self) {
        self.name();
        self.id();
        self.direction();
        let base_changed = self.base();
        self.replies();
        self.failtypes();
        self.fields(base_changed);
        for one in words::compare("the packet", &self.old.prose, &self.new.prose) {
            self.push(one, Reached::default());
        }
    }

    fn name(&mut self) {
        let (old, new) = (self.old, self.new);
        if let Some(found) = Found::renamed(Kind::PacketRenamed, &old.name, &new.name) {
            let source = emitted(old, found.source);
            self.push(found.source(source), Reached::default());
        }
    }

    fn id(&mut self) {
        let (old, new) = (self.old, self.new);
        if old.id == new.id {
            return;
        }
        let (what, source, broken) = match (old.id, new.id) {
            (Some(old), Some(new)) => (
                format!("had id {old} and has id {new}"),
                SourceEffect::None,
                Broken::BOTH,
            ),
            (None, _) => (
                "was a base and is a frame now".to_owned(),
                SourceEffect::Additive,
                Broken::NONE,
            ),
            (Some(_), None) => (
                "was a frame and is only a base now".to_owned(),
                SourceEffect::Breaking,
                Broken::NEW_READS_OLD,
            ),
        };
        let found = Found {
            before: old.id.map(|id| id.to_string()),
            after: new.id.map(|id| id.to_string()),
            source,
            ..Found::new(Kind::PacketMoved, what)
        };
        let reached = self.reach.itself(old, new, broken);
        self.push(found, reached);
    }

    fn direction(&mut self) {
        let (old, new) = (self.old, self.new);
        let packets = (
            &self.reach.pairing.old.packets,
            &self.reach.pairing.new.packets,
        );
        let base = |packets, packet: &Packet| {
            let base = packet.base.as_ref()?;
            Some(Packet::named(packets, base)?.direction)
        };
        let inherits = base(packets.0, old) == Some(old.direction)
            && base(packets.1, new) == Some(new.direction);
        if old.direction == new.direction || inherits {
            return;
        }
        let (before, after) = (way(old.direction), way(new.direction));
        let what = format!("was a packet {before} and is one {after}");
        let found = Found::new(Kind::DirectionChanged, what).between(before, after);
        let gone = |there: Direction| {
            let went = old.direction != there;
            let goes = new.direction != there;
            went && !goes
        };
        // The old client goes on sending it, or the old server.
        let (old_client, old_server) = (gone(Direction::Client), gone(Direction::Server));
        let pairs = self.reach.pairing.packets.same.iter();
        let turned = pairs.filter(|(was, is)| {
            was.direction == old.direction
                && is.direction == new.direction
                && has_base(packets.0, was, &old.name)
                && has_base(packets.1, is, &new.name)
        });
        let reached = turned.fold(Reached::default(), |all, (_, packet)| {
            all.and(Reached::one(packet, old_client, old_server))
        });
        self.push(found, reached);
    }

    fn failtypes(&mut self) {
        let sorted = |packet: &Packet| {
            let mut all = packet.failtypes.clone();
            all.sort_by_key(|fail| fail.type_id);
            all
        };
        let (old, new) = (sorted(self.old), sorted(self.new));
        if old == new {
            return;
        }
        let say = |all: &[FailType]| {
            let numbers: Vec<_> = all.iter().map(|fail| fail.type_id.to_string()).collect();
            if numbers.is_empty() {
                "none".to_owned()
            } else {
                numbers.join(", ")
            }
        };
        let (before, after) = (say(&old), say(&new));
        let what = if before == after {
            format!("other words about its failures {after}")
        } else {
            format!("listed the failures {before} and lists {after}")
        };
        let found = Found::new(Kind::FailtypesChanged, what).between(before, after);
        self.push(found, Reached::default());
    }

    fn fields(&mut self, base_changed: bool) {
        let (old, new, pairing) = (self.old, self.new, self.reach.pairing);
        let was: Vec<Field> = own_fields(old, new);
        let is: Vec<Field> = own_fields(new, old);
        let around = pairing.align(&old.fields, &new.fields);
        let home = Home {
            first: if new.inherited > 0 {
                "as its first own field"
            } else {
                "as the first field"
            },
            ..Home::packet(old.name == new.name)
        };
        for mut found in fields::compare(pairing, &was, &is, Some(&around), &home) {
            let name = found.field.clone().unwrap_or_default();
            let has = |packet: &Packet| packet.fields.iter().any(|field| field.name == name);
            let reached = if new.role == Role::Header {
                self.reach.every_frame(found.effect.closed.to_client)
            } else {
                // A frame that had the field of its own is not changed by its coming or going.
                self.reach
                    .built_on_but(old, new, found.effect, |was, is| match found.kind {
                        Kind::FieldAdded => has(was),
                        Kind::FieldRemoved => has(is),
                        _ => false,
                    })
            };
            if found.kind == Kind::FieldAdded
                && let Some(cost) = self.cost(&is, &name)
            {
                found.source = SourceEffect::Breaking;
                found.source_reason = Some(cost);
            }
            found.source = emitted(
                if found.kind == Kind::FieldAdded {
                    new
                } else {
                    old
                },
                found.source,
            );
            self.push(found, reached);
        }
        if !base_changed {
            self.inherited();
        }
    }

    /// What a new field takes away from programs, if anything.
    fn cost(&self, own: &[Field], name: &str) -> Option<String> {
        let pairing = self.reach.pairing;
        let (old, new) = (&pairing.old.packets, &pairing.new.packets);
        let field = own.iter().find(|field| field.name == name)?;
        if converts(old, self.old) && !converts(new, self.new) {
            return Some("the packet no longer converts to and from its base".to_owned());
        }
        let begins = |was: &Packet, is: &Packet| {
            was.role == Role::Frame && !borrows(&was.fields) && borrows(&is.fields)
        };
        let begins_to_borrow = borrows(std::slice::from_ref(field))
            && pairing.packets.same.iter().any(|(was, is)| {
                has_base(old, was, &self.old.name)
                    && has_base(new, is, &self.new.name)
                    && begins(was, is)
            });
        begins_to_borrow.then(|| "the frame has a view of its own now".to_owned())
    }
}
