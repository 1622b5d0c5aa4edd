//! How fast turns end that all players have finished.
//!
//! A player who is alone could end turns as fast as the connection carries them, each of which costs
//! the whole game. So turns have a least time; a number of them may take none, so that nobody waits who
//! plays by hand, or steps through a test.

use std::time::Duration;

use tokio::time::Instant;

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
    pub(crate) due: Option<Instant>,
    /// How many tasks end turns when their time has come.
    pub(crate) timers: usize,
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

    /// How long a turn must wait that would end now.
    pub(crate) fn wait(&self, now: Instant) -> Duration {
        let owed = self.paid.map(|paid| paid.saturating_duration_since(now));
        let credit = self.least.saturating_mul(AT_ONCE.saturating_sub(1));
        owed.unwrap_or_default().saturating_sub(credit)
    }

    /// A turn ends now.
    pub(crate) fn pay(&mut self, now: Instant) {
        let paid = self.paid.map_or(now, |paid| paid.max(now));
        self.paid = paid.checked_add(self.least);
    }
}
