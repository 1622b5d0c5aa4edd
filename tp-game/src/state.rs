//! What of a game changes: its world, who is there, and when the turn ends.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
use tp_net::server::Lobby;

use crate::pace::Pace;
use crate::world::World;

/// What a game was made from, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Beginning {
    pub(crate) seed: u64,
    /// As Unix time in seconds.
    pub(crate) created: u64,
}

/// What requests read and change, one at a time.
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) lobby: Lobby,
    /// When the turn ends at the latest.
    pub(crate) deadline: Option<Instant>,
    /// The same as Unix time, in seconds.
    pub(crate) next: Option<u32>,
    /// The turn is going to end as soon as that is written.
    pub(crate) is_ending: bool,
    /// Everybody was told that the turn ends soon.
    pub(crate) warned: bool,
    pub(crate) pace: Pace,
}

impl State {
    /// Of a world in which nobody is there.
    pub(crate) fn of(world: World, least_turn_time: Duration) -> Arc<Mutex<Self>> {
        let lobby = Lobby::default();
        // Nobody is there to be told so. When it ends, the timer says.
        lobby.start_turn(world.turn, None);
        for player in &world.finished {
            // They were there before. Nobody else is, so no turn ends of it.
            let _ = lobby.finish(*player);
        }
        Arc::new(Mutex::new(Self {
            world,
            lobby,
            deadline: None,
            next: None,
            is_ending: false,
            warned: false,
            pace: Pace::new(least_turn_time),
        }))
    }

    /// When players are warned of the end of the turn.
    pub(crate) fn warned_at(&self) -> Option<Instant> {
        let before = self.world.turn_time.and_then(|time| time.checked_div(4));
        self.deadline?.checked_sub(before.unwrap_or_default())
    }

    /// The time until the turn ends at the latest; `None` without a timer.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let deadline = self.deadline.into_iter().chain(self.pace.due).min()?;
        Some(deadline.saturating_duration_since(Instant::now()))
    }
}
