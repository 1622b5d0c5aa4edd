//! How fast turns end that all players have finished.
//!
//! A player who is alone could end turns as fast as the connection carries them, each of which costs
//! the whole game. So turns have a least time; a number of them may take none, so that nobody waits who
//! plays by hand, or steps through a test.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tp_net::model::{Refusal, TimeRemaining};

use crate::Game;
use crate::changes::{Change as _, FinishTurn};
use crate::game::State;

/// How many turns may end at once, if none has for as long as they take.
const AT_ONCE: u32 = 100;

/// How long a turn lasts at least in the long run.
pub(crate) const LEAST: Duration = Duration::from_millis(100);

/// What decides whether a turn ends yet.
#[derive(Debug)]
pub(crate) struct Pace {
    least: Duration,
    /// When the turns that have ended will have taken their least time.
    paid: Option<Instant>,
    /// When the turn ends that all have finished.
    due: Option<Instant>,
    /// How many tasks end turns when their time has come.
    timers: usize,
}

impl Pace {
    pub(crate) fn new(least: Duration) -> Self {
        Self {
            least,
            paid: None,
            due: None,
            timers: 0,
        }
    }

    /// When the turn ends that all have finished.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// The turn has ended.
    pub(crate) fn ended(&mut self) {
        self.due = None;
    }

    /// How long a turn must wait that would end now.
    fn wait(&self, now: Instant) -> Duration {
        let owed = self.paid.map(|paid| paid.saturating_duration_since(now));
        let credit = self.least.saturating_mul(AT_ONCE.saturating_sub(1));
        owed.unwrap_or_default().saturating_sub(credit)
    }

    /// A turn ends now.
    fn pay(&mut self, now: Instant) {
        let paid = self.paid.map_or(now, |paid| paid.max(now));
        self.paid = paid.checked_add(self.least);
    }
}

/// A task that ends turns when their time has come, as long as it lives.
pub(crate) struct Timer<'a>(&'a Game);

impl<'a> Timer<'a> {
    pub(crate) fn start(game: &'a Game) -> Self {
        let pace = &mut game.state().pace;
        pace.timers = pace.timers.saturating_add(1);
        Self(game)
    }
}

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        let pace = &mut self.0.state().pace;
        pace.timers = pace.timers.saturating_sub(1);
    }
}

impl Game {
    /// All players have finished the turn, so it ends: now, or when it has lasted long enough, and
    /// then this says when. Where nobody looks at the time, it ends now.
    pub(crate) fn all_finished(&self, state: &mut State) -> Option<Instant> {
        let now = Instant::now();
        let wait = state.pace.wait(now);
        if wait.is_zero() || state.pace.timers == 0 {
            state.pace.pay(now);
            self.end_turn_because(state, TimeRemaining::all_finished());
            return None;
        }
        let due = now.checked_add(wait)?;
        state.pace.due = Some(due);
        let soon = TimeRemaining::enough_finished(wait);
        state.lobby.announce(soon.in_turn(state.world.turn));
        self.timer_moved();
        Some(due)
    }

    /// Notes that a player has finished the turn, which ends it if all who are there have. Waits for
    /// its end if that is due.
    pub(crate) async fn finish(&self, player: u32) -> Result<(), Refusal> {
        // Of a turn whose end nobody has waited for.
        self.end_if_due();
        let change = FinishTurn { player };
        let is_noted = self.state().world.finished.contains(&player);
        let due = match is_noted {
            // Somebody else may be gone since.
            true => change.happen(self, &mut self.state()),
            false => self.change(change).await,
        }?;
        if let Some(due) = due {
            sleep_until(due).await;
            self.end_if_due();
        }
        Ok(())
    }

    /// Ends the turn that all have finished if it has lasted long enough.
    pub(crate) fn end_if_due(&self) {
        let mut state = self.state();
        let now = Instant::now();
        if state.pace.due.is_some_and(|due| due <= now) {
            state.pace.due = None;
            state.pace.pay(now);
            self.end_turn_because(&mut state, TimeRemaining::all_finished());
        }
    }
}
