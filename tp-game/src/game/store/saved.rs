//! Snapshots of the world, as they are written.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tp_net::model::Design;
use tp_store::{Format, Kept};

use crate::body::{Body, Kind};
use crate::index::Index;
use crate::limits::Stored;
use crate::random::Random;
use crate::state::Beginning;
use crate::world::{AllGone, Board, Category, Clock, Player, Queue, World};
use crate::{boards, players};

/// The version of [`Saved`]: one that rises needs a step in [`STEPS`].
pub(super) const FORMAT: Format = Format::new("tp-game", 1);
/// What makes a snapshot of each version one of the next, from version 1.
const STEPS: [fn(&mut serde_json::Value); 0] = [];
/// The version of the rules: what is in a log does the same only by the same rules. It rises with
/// every change of what a [`Change`](crate::game::changes::Change) does.
pub(super) const RULES: u32 = 1;

/// A snapshot: all of the world that does not follow from the rest of it.
#[derive(Serialize, Deserialize)]
pub(super) struct Saved {
    /// Of the program that has written it, and the log behind it.
    pub(super) rules: u32,
    seed: u64,
    created: u64,
    turn: u32,
    turn_time: Option<Duration>,
    finished: BTreeSet<u32>,
    clock: Clock,
    random: Random,
    bodies: BTreeMap<u32, Body>,
    players: BTreeMap<u32, Player>,
    queues: BTreeMap<u32, Queue>,
    boards: BTreeMap<u32, Board>,
    categories: BTreeMap<u32, Category>,
    designs: BTreeMap<u32, Design>,
    gone: AllGone,
}

impl Saved {
    /// A snapshot of any version.
    pub(super) fn read(kept: &Kept) -> Result<Self, serde_json::Error> {
        if kept.version == FORMAT.version() {
            return serde_json::from_slice(&kept.snapshot);
        }
        let mut value = serde_json::from_slice(&kept.snapshot)?;
        for step in STEPS.iter().skip(kept.version.saturating_sub(1) as usize) {
            step(&mut value);
        }
        serde_json::from_value(value)
    }

    pub(super) fn of(beginning: Beginning, world: &World) -> Self {
        Self {
            rules: RULES,
            seed: beginning.seed,
            created: beginning.created,
            turn: world.turn,
            turn_time: world.turn_time,
            finished: world.finished.clone(),
            clock: world.clock.clone(),
            random: world.random.clone(),
            bodies: world.bodies.clone(),
            players: world.players.clone(),
            queues: world.queues.clone(),
            boards: world.boards.clone(),
            categories: world.categories.clone(),
            designs: world.designs.clone(),
            gone: world.gone.clone(),
        }
    }

    pub(super) fn beginning(&self) -> Beginning {
        Beginning {
            seed: self.seed,
            created: self.created,
        }
    }

    pub(super) fn encoded(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }

    pub(super) fn into_world(self) -> World {
        let mut index = Index::default();
        for body in self.bodies.values() {
            index.add(body);
        }
        for body in self.bodies.values() {
            if let (Kind::Planet(_), Some(owner)) = (&body.kind, body.kind.owner()) {
                let around = self.bodies.get(&body.parent);
                let beside = around.map(|around| &around.contains);
                index.give(body, owner, beside.unwrap_or(&BTreeSet::new()));
            }
        }
        let mut players = self.players;
        for (id, player) in &mut players {
            player.race = players::race(*id);
        }
        let mut boards = self.boards;
        for board in boards.values_mut() {
            board.description = boards::description(board.owner);
        }
        let names = players.iter();
        let names = names.map(|(id, player)| (player.name.as_bytes().to_vec(), *id));
        let names = names.collect();
        let mut designs_of = BTreeMap::<_, BTreeSet<u32>>::new();
        for (id, design) in &self.designs {
            designs_of
                .entry(design.owner.get())
                .or_default()
                .insert(*id);
        }
        let mut world = World {
            random: self.random,
            turn: self.turn,
            turn_time: self.turn_time,
            finished: self.finished,
            clock: self.clock,
            bodies: self.bodies,
            index,
            players,
            names,
            queues: self.queues,
            boards,
            categories: self.categories,
            designs: self.designs,
            designs_of,
            gone: self.gone,
            stored: Stored::default(),
        };
        world.stored = world.counted();
        world
    }
}
