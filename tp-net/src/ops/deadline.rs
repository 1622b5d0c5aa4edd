//! When operations have to be over, whatever the peer does.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// When one operation has to be over, as [`Limit`] counts time.
///
/// An operation begins with the first thing that it asks or waits for: that is when somebody looks
/// at the clock anyway.
#[derive(Debug, Default)]
pub(super) struct Deadline(AtomicU64);

/// The operation has not begun.
const NOT_YET: u64 = 0;

/// There is no limit on the time.
const NEVER: u64 = u64::MAX;

impl Deadline {
    /// That of an operation which may take any time.
    pub(super) fn never() -> Self {
        Self(AtomicU64::new(NEVER))
    }
}

impl Clone for Deadline {
    fn clone(&self) -> Self {
        Self(AtomicU64::new(self.0.load(Ordering::Relaxed)))
    }
}

/// How long operations may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    /// What time is counted from, in nanoseconds.
    start: Instant,
    time: Option<Duration>,
}

/// A moment, as nanoseconds from a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Due(u64);

impl Due {
    pub(super) const NEVER: Self = Self(NEVER);
}

impl Limit {
    pub(super) fn new(time: Option<Duration>, start: Instant) -> Self {
        Self { start, time }
    }

    pub(super) fn time(&self) -> Duration {
        self.time.unwrap_or(Duration::MAX)
    }

    /// When the operation has to be over; it begins now, if it has not.
    pub(super) fn due(&self, deadline: &Deadline, now: Instant) -> Due {
        let known = deadline.0.load(Ordering::Relaxed);
        if known != NOT_YET {
            return Due(known);
        }
        let end = self.time.and_then(|time| now.checked_add(time));
        let due = end.map_or(NEVER, |end| self.nanos(end).max(1));
        deadline.0.store(due, Ordering::Relaxed);
        Due(due)
    }

    /// Returns `true` if that time has come.
    pub(super) fn is_over(&self, due: Due, now: Instant) -> bool {
        due != Due::NEVER && due.0 <= self.nanos(now)
    }

    pub(super) fn instant(&self, due: Due) -> Option<Instant> {
        let time = Duration::from_nanos(due.0);
        (due != Due::NEVER).then(|| self.start.checked_add(time))?
    }

    fn nanos(&self, time: Instant) -> u64 {
        let nanos = time.saturating_duration_since(self.start).as_nanos();
        u64::try_from(nanos).unwrap_or(NEVER)
    }
}
