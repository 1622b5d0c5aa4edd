//! Who is there, and who has finished the turn.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::Instant;

use super::Peer;
use crate::lock::lock;
use crate::model::TimeRemaining;

/// The players who are connected, and which of them have finished the turn: what a game needs to
/// end its turns and to tell everybody so.
///
/// Players are known by their ids; one may be there by several connections.
///
/// ```
/// use std::sync::Mutex;
///
/// use tp_net::model::{Refusal, TimeRemaining};
/// use tp_net::server::{Caller, Handler, Lobby, Login, LoginReply, Peer, Server};
/// use tp_net::{Options, client::Client, tp_frames::TpString};
///
/// #[derive(Default)]
/// struct Turns {
///     turn: Mutex<u32>,
///     lobby: Lobby,
/// }
///
/// impl Turns {
///     fn end_turn(&self) {
///         let mut turn = self.turn.lock().unwrap();
///         self.lobby.announce(TimeRemaining::all_finished());
///         // … the fleets fly …
///         *turn += 1;
///         self.lobby.start_turn(*turn, None);
///     }
/// }
///
/// impl Handler for Turns {
///     type Player = u32;
///
///     async fn login(&self, peer: &Peer, _: Login) -> Result<LoginReply<u32>, Refusal> {
///         let player = 1;
///         self.lobby.join(peer, player);
///         Ok(LoginReply::okay(player, "Welcome"))
///     }
///
///     async fn finish_turn(&self, caller: &Caller<u32>) -> Result<TpString, Refusal> {
///         if self.lobby.finish(*caller.player()) {
///             self.end_turn();
///         }
///         Ok("The turn is finished".into())
///     }
///
///     async fn time_remaining(&self, _: &Peer) -> Result<TimeRemaining, Refusal> {
///         Ok(self.lobby.time_remaining())
///     }
///
///     async fn disconnected(&self, peer: &Peer, _: Option<&u32>) {
///         if self.lobby.leave(peer) {
///             self.end_turn();
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = Server::builder().start_in_memory(Turns::default()).await?;
/// let client = Client::connect_with("tp://game", Options::default(), server.connector()).await?;
/// client.login("guest", "guest").await?;
/// client.finish_turn().await?;
/// assert_eq!(client.time_remaining().await?.time, u32::MAX, "there is no end but that all finish");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct Lobby {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// By the number of the connection.
    connections: BTreeMap<u64, (Peer, u32)>,
    /// The connections of each player who is there.
    players: BTreeMap<u32, BTreeSet<u64>>,
    /// Those of them who have not finished the turn.
    waiting: BTreeSet<u32>,
    finished: BTreeSet<u32>,
    /// With more connections than these, those that have ended are looked for.
    crowded: usize,
    /// Whether somebody was told that the turn is to end.
    is_ending: bool,
    turn: u32,
    /// When the turn ends at the latest.
    deadline: Option<Instant>,
}

/// Whom a frame names of those who are waited for, at most: if all were named to all, what is sent at
/// the start of a turn would grow with the square of the players.
const MOST_NAMED: usize = 256;

impl Lobby {
    /// Nobody is there.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A player has logged in.
    pub fn join(&self, peer: &Peer, player: u32) {
        lock(&self.state).join(peer, player);
    }

    /// A connection has ended, whether a player was logged in or not. Returns `true` if all who are
    /// still there have finished the turn, and so it is to end; that is told once, until the next
    /// [starts](Self::start_turn).
    #[must_use]
    pub fn leave(&self, peer: &Peer) -> bool {
        let mut state = lock(&self.state);
        state.part(peer.id());
        state.is_over()
    }

    /// A player has finished the turn. Returns `true` if all who are there have, and so it is to
    /// end; that is told once, until the next [starts](Self::start_turn).
    #[must_use]
    pub fn finish(&self, player: u32) -> bool {
        let mut state = lock(&self.state);
        state.finished.insert(player);
        state.waiting.remove(&player);
        state.is_over()
    }

    /// How many connections players have.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.swept().connections.len()
    }

    /// The connections of a player.
    #[must_use]
    pub fn peers_of(&self, player: u32) -> Vec<Peer> {
        lock(&self.state).open(player).cloned().collect()
    }

    /// The players who are there and have not finished the turn.
    #[must_use]
    pub fn waiting(&self) -> Vec<u32> {
        self.swept().waiting.iter().copied().collect()
    }

    /// Tells everybody of the time, [completed](Self::completed). Never waits: who does not read is
    /// not told.
    pub fn announce(&self, remaining: TimeRemaining) {
        self.swept().tell_all(remaining);
    }

    /// The time with which turn it is, and who is waited for, unless it says so already. Of many who
    /// are waited for, the 256 with the lowest ids are named.
    #[must_use]
    pub fn completed(&self, remaining: TimeRemaining) -> TimeRemaining {
        lock(&self.state).whole(remaining)
    }

    /// The turn with this number begins, which nobody has finished, and everybody is told so. It
    /// lasts so long at most: to end it then is up to the game. `None` if it has no end but that all
    /// finish it.
    pub fn start_turn(&self, turn: u32, lasts: impl Into<Option<Duration>>) {
        let lasts = lasts.into();
        let mut state = self.swept();
        state.finished.clear();
        state.waiting = state.players.keys().copied().collect();
        state.is_ending = false;
        state.turn = turn;
        state.deadline = lasts.and_then(|lasts| Instant::now().checked_add(lasts));
        state.tell_all(TimeRemaining::turn_started(lasts));
    }

    /// From now on the turn that is played lasts so long at most, and everybody is told so. Who has
    /// finished it, has. `None` as in [`start_turn`](Self::start_turn).
    ///
    /// Before a turn was started it is turn 0: a game that begins or goes on with another one starts
    /// it before anybody joins.
    pub fn set_time_left(&self, lasts: impl Into<Option<Duration>>) {
        let lasts = lasts.into();
        let mut state = self.swept();
        state.deadline = lasts.and_then(|lasts| Instant::now().checked_add(lasts));
        state.tell_all(TimeRemaining::turn_started(lasts));
    }

    /// The answer to who asks: how long the turn still lasts, which it is, and who is waited for.
    #[must_use]
    pub fn time_remaining(&self) -> TimeRemaining {
        let state = lock(&self.state);
        let now = Instant::now();
        let left = state.deadline.map(|it| it.saturating_duration_since(now));
        state.whole(TimeRemaining::left(left))
    }

    /// Those whose connection has ended are there no more, whoever has said so.
    fn swept(&self) -> MutexGuard<'_, State> {
        let mut state = lock(&self.state);
        state.sweep();
        state
    }
}

impl State {
    fn join(&mut self, peer: &Peer, player: u32) {
        self.part(peer.id());
        if self.connections.len() > self.crowded {
            self.sweep();
            self.crowded = self.connections.len().saturating_mul(2);
        }
        self.connections.insert(peer.id(), (peer.clone(), player));
        self.players.entry(player).or_default().insert(peer.id());
        if !self.finished.contains(&player) {
            self.waiting.insert(player);
        }
    }

    fn part(&mut self, connection: u64) {
        let Some((_, player)) = self.connections.remove(&connection) else {
            return;
        };
        if let Entry::Occupied(mut its) = self.players.entry(player) {
            its.get_mut().remove(&connection);
            if its.get().is_empty() {
                its.remove();
                self.waiting.remove(&player);
            }
        }
    }

    /// Forgets the connections that have ended.
    fn sweep(&mut self) {
        let all = self.connections.iter();
        let ended = all.filter(|(_, (peer, _))| !peer.is_open());
        let ended: Vec<u64> = ended.map(|(connection, _)| *connection).collect();
        for connection in ended {
            self.part(connection);
        }
    }

    /// The connections of a player that have not ended.
    fn open(&self, player: u32) -> impl Iterator<Item = &Peer> {
        let connections = self.players.get(&player).into_iter().flatten();
        let peers = connections.filter_map(|it| self.connections.get(it));
        peers.map(|(peer, _)| peer).filter(|peer| peer.is_open())
    }

    /// Returns `true` if a player is there, and forgets one who is not.
    fn is_there(&mut self, player: u32) -> bool {
        if self.open(player).next().is_some() {
            return true;
        }
        for connection in self.players.remove(&player).unwrap_or_default() {
            self.connections.remove(&connection);
        }
        self.waiting.remove(&player);
        false
    }

    /// Looks at one who is there and one who is waited for, and at those who are found to be gone:
    /// each of them once.
    fn is_over(&mut self) -> bool {
        while let Some(player) = self.waiting.first().copied() {
            if self.is_there(player) {
                return false;
            }
        }
        while let Some(player) = self.players.keys().next().copied() {
            if self.is_there(player) {
                return !std::mem::replace(&mut self.is_ending, true);
            }
        }
        false
    }

    /// With the turn, and who is waited for.
    fn whole(&self, mut remaining: TimeRemaining) -> TimeRemaining {
        if remaining.turn.is_none() {
            remaining = remaining.in_turn(self.turn);
        }
        remaining.waiting.get_or_insert_with(|| {
            let waiting = self.waiting.iter().copied();
            let there = waiting.filter(|player| self.open(*player).next().is_some());
            there.take(MOST_NAMED).collect()
        });
        remaining
    }

    fn tell_all(&self, remaining: TimeRemaining) {
        let remaining = self.whole(remaining);
        for (peer, player) in self.connections.values() {
            if let Err(error) = peer.send_time_remaining(remaining.clone()) {
                tracing::debug!(player, %error, "not told of the time");
            }
        }
    }
}
