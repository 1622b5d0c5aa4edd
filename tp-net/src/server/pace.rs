//! When whoever answers a burst of requests pauses.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::task::yield_now;
use tokio::time::Instant;

use super::limits::past;

/// So many bytes are answered in one go.
const LONGEST: usize = 64 << 10;

/// So long is answered in one go, where few wait for their turn: a runtime whose threads are all busy
/// looks for what has come from others once in dozens of turns. Nobody can interrupt a handler that
/// computes, but what was answered before is then sent before the next request is handled.
const TURN: Duration = Duration::from_micros(250);

/// So long it takes until all who wait had their turn, whose turns are then shorter …
const ROUND: Duration = Duration::from_millis(5);

/// … but not shorter than this, most of which is work still.
const SHORTEST: Duration = Duration::from_micros(20);

/// The connections of a server that pause in the midst of what they have to answer.
#[derive(Debug, Default)]
pub(super) struct Turns {
    waiting: AtomicU32,
}

impl Turns {
    /// How long a turn is now.
    pub(super) fn length(&self) -> Duration {
        match ROUND.checked_div(self.waiting.load(Ordering::Relaxed)) {
            Some(turn) => turn.clamp(SHORTEST, TURN),
            None => TURN,
        }
    }

    /// Waits for the next turn.
    async fn next(&self) {
        let _waiting = Waiting::new(self);
        yield_now().await;
    }
}

/// One that waits for its turn. A connection may end meanwhile.
struct Waiting<'a>(&'a Turns);

impl<'a> Waiting<'a> {
    fn new(turns: &'a Turns) -> Self {
        turns.waiting.fetch_add(1, Ordering::Relaxed);
        Self(turns)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What was done since the last pause. In a pause, what is answered is sent, and other connections
/// have their turn.
pub(super) struct Pace {
    done: usize,
    began: Instant,
    ends: Instant,
}

impl Pace {
    pub(super) fn new(began: Instant, turns: &Turns) -> Self {
        Self {
            done: 0,
            began,
            ends: past(began, turns.length()),
        }
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
        now > self.ends
    }

    pub(super) async fn pause(&mut self, turns: &Turns) {
        turns.next().await;
        *self = Self::new(Instant::now(), turns);
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Waker};

    use super::*;

    #[test]
    fn turns_are_shorter_the_more_wait() {
        let turns = Turns::default();
        assert_eq!(turns.length(), TURN);
        let pause = || Box::pin(turns.next());
        let mut waiting: Vec<_> = std::iter::repeat_with(pause).take(100).collect();
        let mut context = Context::from_waker(Waker::noop());
        for one in &mut waiting {
            assert!(pin!(one).poll(&mut context).is_pending());
        }
        assert_eq!(turns.length(), ROUND / 100);
        // Those who are gone wait no more than those who had their turn.
        waiting.truncate(50);
        for mut one in waiting.drain(..) {
            assert!(one.as_mut().poll(&mut context).is_ready());
        }
        assert_eq!(turns.length(), TURN);
    }
}
