//! What the servers of a run have done, and whom they have let in: what clients are told is compared
//! with it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::sleep;

use crate::clock::{self, Millis, millis};
use crate::manner::Manner;

/// The book of all servers. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Book(Arc<Mutex<Entries>>);

/// What stands in it.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    /// How often each numbered change was made, and survives that its server is killed.
    done: BTreeMap<u64, u32>,
    /// Since when there was the connection on which a change was last made.
    done_since: BTreeMap<u64, Millis>,
    /// Changes that servers have in memory only.
    unkept: Vec<(u64, u64)>,
    /// Connections, by their server and their number there.
    connections: BTreeMap<(u64, u64), Visit>,
    /// How many players are in the game.
    pub players: i64,
    /// How many requests of each kind were handled.
    pub handled: u64,
    /// Handlers that panicked.
    pub panics: u64,
    /// What contradicts itself.
    pub faults: Vec<String>,
    last_told: u32,
}

#[derive(Debug, Default)]
struct Visit {
    /// When the client named itself.
    since: Millis,
    logged_in: bool,
    ended: bool,
}

impl Book {
    /// Looks into it.
    pub(crate) fn open(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    /// Makes a change on this server, and keeps it as a disk would: that takes a moment, or while the
    /// disk is busy some hundreds of them, and until then it is lost if the server is killed.
    pub(crate) async fn keep(&self, server: u64, connection: u64, number: u64) {
        self.open().unkept.push((server, number));
        let spread = number / Manner::ALL;
        let time = match spread % 4 {
            0 => 100 + spread * 37 % 400,
            _ => spread % 7,
        };
        sleep(millis(time)).await;
        let mut entries = self.open();
        let unkept = &mut entries.unkept;
        if let Some(at) = unkept.iter().position(|it| *it == (server, number)) {
            unkept.swap_remove(at);
            *entries.done.entry(number).or_default() += 1;
            let visit = entries.connections.get(&(server, connection));
            let since = visit.map_or(0, |it| it.since);
            entries.done_since.insert(number, since);
        }
    }
}

impl Entries {
    /// How often a change was made.
    #[must_use]
    pub(crate) fn times(&self, number: u64) -> u32 {
        self.done.get(&number).copied().unwrap_or_default()
    }

    /// Whether a change was made on a connection that was not there yet at this time.
    pub(crate) fn was_done_later(&self, number: u64, than: Millis) -> bool {
        let since = self.done_since.get(&number);
        since.is_some_and(|since| *since > than)
    }

    /// The number of something that a client is told, greater than all before.
    pub(crate) fn tell(&mut self) -> u32 {
        self.last_told += 1;
        self.last_told
    }

    /// A client has named itself.
    pub(crate) fn connected(&mut self, server: u64, connection: u64) {
        let visit = self.connections.entry((server, connection)).or_default();
        visit.since = clock::now();
    }

    /// A player is let in.
    pub(crate) fn logged_in(&mut self, server: u64, connection: u64) {
        let visit = self.connections.entry((server, connection)).or_default();
        visit.logged_in = true;
        self.players += 1;
    }

    /// A connection has ended, with a player or without.
    pub(crate) fn disconnected(&mut self, server: u64, connection: u64, player: bool) {
        let visit = self.connections.entry((server, connection)).or_default();
        if visit.ended {
            let fault = format!("connection {connection} of server {server} ended twice");
            self.faults.push(fault);
        }
        if visit.logged_in != player {
            let fault = format!(
                "connection {connection} of server {server} ended with a player: {player}; one was \
                 let in on it: {}",
                visit.logged_in
            );
            self.faults.push(fault);
        }
        visit.ended = true;
        self.players -= i64::from(player);
    }

    /// Whether a change is on its way to the disk.
    #[must_use]
    pub(crate) fn is_keeping(&self) -> bool {
        !self.unkept.is_empty()
    }

    /// A server is killed: what it had in memory only is lost.
    pub(crate) fn lose(&mut self, server: u64) {
        self.unkept.retain(|(of, _)| *of != server);
    }

    /// A server was killed: its connections have ended without anybody being told.
    pub(crate) fn killed(&mut self, server: u64) {
        let all = self.connections.iter_mut();
        for (_, visit) in all.filter(|((of, _), _)| *of == server) {
            if !visit.ended {
                visit.ended = true;
                self.players -= i64::from(visit.logged_in);
            }
        }
    }

    /// How many connections of a server have not ended.
    #[must_use]
    pub(crate) fn open_connections(&self, server: u64) -> usize {
        let all = self.connections.iter();
        let open = all.filter(|((of, _), visit)| *of == server && !visit.ended);
        open.count()
    }
}
