//! Who is connected, and who has finished the turn.

use std::collections::{BTreeMap, BTreeSet};

use tp_net::model::{TimeRemaining, TimeRemainingReason};
use tp_net::server::Peer;

use crate::world::World;

/// The players that are connected. A player may be connected several times.
#[derive(Debug, Default)]
pub(crate) struct Lobby {
    /// By the number of the connection.
    players: BTreeMap<u64, (Peer, u32)>,
    finished: BTreeSet<u32>,
}

impl Lobby {
    pub(crate) fn join(&mut self, peer: &Peer, player: u32) {
        self.players.insert(peer.id(), (peer.clone(), player));
    }

    pub(crate) fn leave(&mut self, peer: &Peer) {
        self.players.remove(&peer.id());
    }

    /// Ends all connections of a player.
    pub(crate) fn turn_out(&self, player: u32) {
        let connections = self.players.values();
        for (peer, _) in connections.filter(|(_, it)| *it == player) {
            peer.close();
        }
    }

    /// How many connections the player has.
    pub(crate) fn connections_of(&self, player: u32) -> usize {
        let connections = self.players.values();
        connections.filter(|(_, it)| *it == player).count()
    }

    pub(crate) fn count(&self) -> usize {
        self.players.len()
    }

    pub(crate) fn finish(&mut self, player: u32) {
        self.finished.insert(player);
    }

    pub(crate) fn nobody_finished(&mut self) {
        self.finished.clear();
    }

    /// Connected players that have not finished the turn.
    fn waiting(&self) -> BTreeSet<u32> {
        let players = self.players.values().map(|(_, player)| *player);
        players
            .filter(|player| !self.finished.contains(player))
            .collect()
    }

    /// Whether somebody is there, and all who are there have finished the turn.
    pub(crate) fn all_finished(&self) -> bool {
        !self.players.is_empty() && self.waiting().is_empty()
    }

    pub(crate) fn time_remaining(
        &self,
        world: &World,
        reason: TimeRemainingReason,
        time: u32,
    ) -> TimeRemaining {
        TimeRemaining {
            time,
            reason: Some(reason),
            turn: Some(world.turn),
            turnname: Some(format!("Turn {}", world.turn).into()),
            waiting: Some(self.waiting().into_iter().collect()),
        }
    }

    pub(crate) fn tell_all(&self, remaining: &TimeRemaining) {
        for (peer, player) in self.players.values() {
            if let Err(error) = peer.send_time_remaining(remaining.clone()) {
                tracing::debug!(player, %error, "not told of the time");
            }
        }
    }
}
