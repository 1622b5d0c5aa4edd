//! When whoever answers a burst of requests pauses.

use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::Instant;

/// So many bytes are answered in one go.
const LONGEST: usize = 64 << 10;

/// So long is answered in one go: a runtime whose threads are all busy looks for what has come from
/// others once in dozens of turns. Nobody can interrupt a handler that computes, but what was answered
/// before is then sent before the next request is handled.
pub(super) const TURN: Duration = Duration::from_millis(1);

/// What was done since the last pause. In a pause, what is answered is sent, and other connections
/// have their turn.
pub(super) struct Pace {
    done: usize,
    began: Instant,
}

impl Pace {
    pub(super) fn new(began: Instant) -> Self {
        Self { done: 0, began }
    }

    /// When the last pause ended.
    pub(super) fn began(&self) -> Instant {
        self.began
    }

    /// An answer of so many bytes was given.
    pub(super) fn answered(&mut self, bytes: usize) {
        self.done = self.done.saturating_add(bytes);
    }

    /// Whether so much was answered that it is time for a pause.
    pub(super) fn is_due(&self) -> bool {
        self.done >= LONGEST
    }

    /// Whether so much time has passed.
    pub(super) fn is_late(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.began) > TURN
    }

    pub(super) async fn pause(&mut self) {
        yield_now().await;
        *self = Self::new(Instant::now());
    }
}
