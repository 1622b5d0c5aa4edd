//! Which frames a change reaches, and between whom it breaks them.

use super::BrokenFrame;
use super::effect::{Broken, Effect, Ways};
use super::kinds::carries;
use super::pairing::{Alignment, Pairing};
use crate::model::{Direction, Field, FieldKind, Item, Packet, ParameterSet};

/// The frames that both editions have.
pub(super) struct Reach<'p, 'm> {
    pub(super) pairing: &'p Pairing<'m>,
    frames: Vec<Frame<'m>>,
}

struct Frame<'m> {
    old: &'m Packet,
    new: &'m Packet,
    alignment: Alignment<'m>,
}

/// What a change does to frames.
#[derive(Default)]
pub(super) struct Reached {
    pub(super) broken: Vec<BrokenFrame>,
    /// Of all frames that have what changed in them.
    pub(super) count: usize,
}

/// Whether a packet goes to the server, and to the client.
fn goes(direction: Direction) -> Ways<bool> {
    Ways {
        to_server: direction != Direction::Client,
        to_client: direction != Direction::Server,
    }
}

impl<'p, 'm> Reach<'p, 'm> {
    pub(super) fn new(pairing: &'p Pairing<'m>) -> Self {
        let frames = pairing
            .packets
            .same
            .iter()
            .filter(|(old, new)| old.id.is_some() && new.id.is_some())
            .map(|&(old, new)| Frame {
                old,
                new,
                alignment: pairing.align(&old.fields, &new.fields),
            });
        Self {
            frames: frames.collect(),
            pairing,
        }
    }

    /// What a change in what a packet declares does to it and to what is built on it.
    pub(super) fn built_on(&self, old: &Packet, new: &Packet, effect: Effect) -> Reached {
        self.built_on_but(old, new, effect, |_, _| false)
    }

    /// The same, without some frames.
    pub(super) fn built_on_but(
        &self,
        old: &Packet,
        new: &Packet,
        effect: Effect,
        but: impl Fn(&Packet, &Packet) -> bool,
    ) -> Reached {
        let frames = self.frames.iter().filter(|frame| {
            has_base(&self.pairing.old.packets, frame.old, &old.name)
                && has_base(&self.pairing.new.packets, frame.new, &new.name)
                && !but(frame.old, frame.new)
        });
        let broken = frames.map(|frame| {
            let follows = frame.follows(old.fields.len(), new.fields.len());
            (frame, effect.within(follows).open)
        });
        collect(broken)
    }

    /// What a change of the frame header does.
    pub(super) fn every_frame(&self, broken: Broken) -> Reached {
        collect(self.frames.iter().map(|frame| (frame, Ways::same(broken))))
    }

    /// What a change in the `usestruct` of a parameter does, where it is the only one of the
    /// frame and where it is one of several.
    pub(super) fn users(
        &self,
        old: &ParameterSet,
        new: &ParameterSet,
        alone: Ways<Broken>,
        described: Ways<Broken>,
    ) -> Reached {
        let users = self.frames.iter().filter_map(|frame| {
            let mut pairs = frame.alignment.pairs.iter();
            let direct = pairs.find_map(|pair| match (&pair.old.kind, &pair.new.kind) {
                (FieldKind::Parameters(was), FieldKind::Parameters(is))
                    if was.set == old.name && is.set == new.name =>
                {
                    Some(was.typeframe.is_none() && is.typeframe.is_none())
                }
                _ => None,
            })?;
            Some((frame, if direct { alone } else { described }))
        });
        collect(users)
    }

    /// What a change in the `descstruct` of a parameter does to frames that describe.
    pub(super) fn describers(&self, old: &str, effect: Effect) -> Reached {
        let describers = self.frames.iter().filter_map(|frame| {
            let is = |field: &Field| matches!(&field.kind, FieldKind::Description { set, .. } if set == old);
            let mut pairs = frame.alignment.pairs.iter();
            let top = pairs.find(|pair| is(pair.old));
            let broken = match top {
                Some(pair) => effect.within(frame.follows(
                    pair.old_at.saturating_add(1),
                    pair.new_at.saturating_add(1),
                )).open,
                None if holds(&frame.old.fields, &is) => effect.closed,
                None => return None,
            };
            Some((frame, broken))
        });
        collect(describers)
    }

    /// What a change to a packet itself does, by the ways it goes.
    pub(super) fn itself(&self, old: &Packet, new: &Packet, broken: Broken) -> Reached {
        let broken = Ways::same(broken);
        let frame = self
            .frames
            .iter()
            .filter(|frame| frame.new.name == new.name);
        let reached = collect(frame.map(|frame| (frame, broken)));
        if reached.count > 0 {
            return reached;
        }
        // It is a frame in one edition only.
        lone(old, broken)
    }
}

impl Reached {
    /// Adds what else a change does.
    pub(super) fn and(mut self, other: Self) -> Self {
        for frame in other.broken {
            let known = self.broken.iter_mut().find(|known| known.id == frame.id);
            match known {
                Some(known) => {
                    known.old_client_new_server |= frame.old_client_new_server;
                    known.new_client_old_server |= frame.new_client_old_server;
                }
                None => self.broken.push(frame),
            }
        }
        self.count = self.count.saturating_add(other.count);
        self
    }

    /// One frame, broken between some programs or none.
    pub(super) fn one(
        packet: &Packet,
        old_client_new_server: bool,
        new_client_old_server: bool,
    ) -> Self {
        let Some(id) = packet.id else {
            return Self::default();
        };
        let frame = BrokenFrame {
            packet: packet.name.clone(),
            id,
            old_client_new_server,
            new_client_old_server,
        };
        let is_broken = old_client_new_server || new_client_old_server;
        Self {
            broken: Some(frame).filter(|_| is_broken).into_iter().collect(),
            count: 1,
        }
    }
}

/// What happens to a frame that only one edition has.
pub(super) fn lone(packet: &Packet, broken: Ways<Broken>) -> Reached {
    let (old_client, old_server) = between(goes(packet.direction), broken);
    Reached::one(packet, old_client, old_server)
}

/// Whether it is broken between an old client and a new server, and between a new client and an
/// old server.
fn between(goes: Ways<bool>, broken: Ways<Broken>) -> (bool, bool) {
    let Ways {
        to_server,
        to_client,
    } = goes.zip(
        broken,
        |goes, broken| if goes { broken } else { Broken::NONE },
    );
    (
        to_server.new_reads_old || to_client.old_reads_new,
        to_server.old_reads_new || to_client.new_reads_old,
    )
}

fn collect<'f, 'm: 'f>(frames: impl Iterator<Item = (&'f Frame<'m>, Ways<Broken>)>) -> Reached {
    frames.fold(Reached::default(), |all, (frame, broken)| {
        let both = goes(frame.old.direction).zip(goes(frame.new.direction), |old, new| old && new);
        let (old_client, old_server) = between(both, broken);
        all.and(Reached::one(frame.new, old_client, old_server))
    })
}

impl Frame<'_> {
    /// Whether something that both editions know stands at these places or behind.
    fn follows(&self, old_at: usize, new_at: usize) -> Ways<bool> {
        let behind = self.alignment.pairs.iter().filter(|pair| {
            (pair.old_at >= old_at || pair.new_at >= new_at)
                && (carries(pair.old) || carries(pair.new))
        });
        Ways {
            to_server: behind
                .clone()
                .any(|pair| !(pair.old.readonly && pair.new.readonly)),
            to_client: behind.count() > 0,
        }
    }
}

/// Whether `packet` is the one called `base`, or is built on it.
pub(super) fn has_base(packets: &[Packet], packet: &Packet, base: &str) -> bool {
    let mut at = Some(packet);
    while let Some(packet) = at {
        if packet.name == base {
            return true;
        }
        let next = packet.base.as_ref();
        at = next.and_then(|name| Packet::named(packets, name));
    }
    false
}

/// Whether a field like that is among the fields or within them.
pub(super) fn holds(fields: &[Field], is: &dyn Fn(&Field) -> bool) -> bool {
    fields.iter().any(|field| {
        is(field)
            || match &field.kind {
                FieldKind::Group(record)
                | FieldKind::List {
                    item: Item::Record(record),
                    ..
                } => holds(&record.fields, is),
                _ => false,
            }
    })
}
