//! Who is there, and who has finished the turn.

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
    players: BTreeMap<u64, (Peer, u32)>,
    finished: BTreeSet<u32>,
    /// Whether somebody was told that the turn is to end.
    is_ending: bool,
    turn: u32,
    /// When the turn ends at the latest.
    deadline: Option<Instant>,
}

impl Lobby {
    /// Nobody is there.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A player has logged in.
    pub fn join(&self, peer: &Peer, player: u32) {
        let mut state = self.state();
        state.players.insert(peer.id(), (peer.clone(), player));
    }

    /// A connection has ended, whether a player was logged in or not. Returns `true` if all who are
    /// still there have finished the turn, and so it is to end; that is told once, until the next
    /// [starts](Self::start_turn).
    #[must_use]
    pub fn leave(&self, peer: &Peer) -> bool {
        let mut state = self.state();
        state.players.remove(&peer.id());
        state.is_over()
    }

    /// A player has finished the turn. Returns `true` if all who are there have, and so it is to
    /// end; that is told once, until the next [starts](Self::start_turn).
    #[must_use]
    pub fn finish(&self, player: u32) -> bool {
        let mut state = self.state();
        state.finished.insert(player);
        state.is_over()
    }

    /// How many connections players have.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.state().players.len()
    }

    /// The connections of a player.
    #[must_use]
    pub fn peers_of(&self, player: u32) -> Vec<Peer> {
        let state = self.state();
        let players = state.players.values();
        let peers = players.filter(|(_, it)| *it == player);
        peers.map(|(peer, _)| peer.clone()).collect()
    }

    /// The players who are there and have not finished the turn.
    #[must_use]
    pub fn waiting(&self) -> Vec<u32> {
        self.state().waiting().into_iter().collect()
    }

    /// Tells everybody of the time; and of which turn, and who is waited for, unless that says so
    /// already. Never waits: who does not read is not told.
    pub fn announce(&self, remaining: TimeRemaining) {
        self.state().tell_all(remaining);
    }

    /// The turn with this number begins, which nobody has finished, and everybody is told so. It
    /// lasts so long at most: to end it then is up to the game. `None` if it has no end but that all
    /// finish it.
    pub fn start_turn(&self, turn: u32, lasts: impl Into<Option<Duration>>) {
        let lasts = lasts.into();
        let mut state = self.state();
        state.finished.clear();
        state.is_ending = false;
        state.turn = turn;
        state.deadline = lasts.and_then(|lasts| Instant::now().checked_add(lasts));
        state.tell_all(TimeRemaining::turn_started(lasts));
    }

    /// From now on the turn that is played lasts so long at most, and everybody is told so. Who has
    /// finished it, has. `None` as in [`start_turn`](Self::start_turn).
    pub fn set_time_left(&self, lasts: impl Into<Option<Duration>>) {
        let lasts = lasts.into();
        let mut state = self.state();
        state.deadline = lasts.and_then(|lasts| Instant::now().checked_add(lasts));
        state.tell_all(TimeRemaining::turn_started(lasts));
    }

    /// The answer to who asks: how long the turn still lasts, which it is, and who is waited for.
    #[must_use]
    pub fn time_remaining(&self) -> TimeRemaining {
        let state = self.state();
        let now = Instant::now();
        let left = state.deadline.map(|it| it.saturating_duration_since(now));
        state.whole(TimeRemaining::left(left))
    }

    /// Those whose connection has ended are there no more, whoever has said so.
    fn state(&self) -> MutexGuard<'_, State> {
        let mut state = lock(&self.state);
        state.players.retain(|_, (peer, _)| peer.is_open());
        state
    }
}

impl State {
    fn waiting(&self) -> BTreeSet<u32> {
        let players = self.players.values().map(|(_, player)| *player);
        players
            .filter(|player| !self.finished.contains(player))
            .collect()
    }

    fn is_over(&mut self) -> bool {
        let all_finished = !self.players.is_empty() && self.waiting().is_empty();
        all_finished && !std::mem::replace(&mut self.is_ending, true)
    }

    /// With the turn, and who is waited for.
    fn whole(&self, mut remaining: TimeRemaining) -> TimeRemaining {
        if remaining.turn.is_none() {
            remaining = remaining.in_turn(self.turn);
        }
        let waiting = self.waiting().into_iter().collect();
        remaining.waiting.get_or_insert(waiting);
        remaining
    }

    fn tell_all(&self, remaining: TimeRemaining) {
        let remaining = self.whole(remaining);
        for (peer, player) in self.players.values() {
            if let Err(error) = peer.send_time_remaining(remaining.clone()) {
                tracing::debug!(player, %error, "not told of the time");
            }
        }
    }
}
