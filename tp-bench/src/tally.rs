//! What is counted while a load runs, and when it ends.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hdrhistogram::Histogram;
use tokio::time::Instant;

use crate::report::{Failure, FailureKind};

/// When nothing more is asked: at a time, after a number of requests, or by whichever comes first.
///
/// One for all connections of a load. What was asked by then is still waited for.
#[derive(Debug)]
pub struct End {
    at: Option<Instant>,
    left: Option<AtomicU64>,
}

impl End {
    /// In this time from now.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self {
            at: Instant::now().checked_add(time),
            left: None,
        }
    }

    /// After so many requests.
    #[must_use]
    pub fn requests(number: u64) -> Self {
        Self {
            at: None,
            left: Some(AtomicU64::new(number)),
        }
    }

    /// The same, after so many requests if these come first.
    #[must_use]
    pub fn or_requests(self, number: u64) -> Self {
        let left = Some(AtomicU64::new(number));
        Self { left, ..self }
    }

    /// Takes up to `wanted` requests; returns how many may be asked.
    pub(crate) fn take(&self, wanted: usize, now: Instant) -> usize {
        if self.at.is_some_and(|at| at <= now) {
            return 0;
        }
        let Some(left) = &self.left else {
            return wanted;
        };
        let mut granted = 0;
        let _ = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            granted = wanted.min(usize::try_from(left).unwrap_or(usize::MAX));
            left.checked_sub(granted as u64)
        });
        granted
    }
}

/// What came of a load, so far; one for all its connections.
pub struct Tally(Mutex<Counts>);

/// The longest time that is told apart: an hour, in nanoseconds.
const LONGEST: u64 = 3_600_000_000_000;

pub(crate) struct Counts {
    /// In nanoseconds; `None` if there could be no histogram, which its fixed bounds rule out.
    pub(crate) latency: Option<Histogram<u64>>,
    pub(crate) answered: u64,
    pub(crate) sent: u64,
    pub(crate) received: u64,
    pub(crate) failures: BTreeMap<FailureKind, Failure>,
    pub(crate) last: Option<Instant>,
}

impl Default for Tally {
    fn default() -> Self {
        let counts = Counts {
            latency: Histogram::new_with_bounds(1, LONGEST, 3).ok(),
            answered: 0,
            sent: 0,
            received: 0,
            failures: BTreeMap::new(),
            last: None,
        };
        Self(Mutex::new(counts))
    }
}

impl Tally {
    /// Requests that were answered well.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.lock(|counts| counts.answered)
    }

    /// Requests that were not.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.lock(|counts| counts.failures.values().map(|it| it.count).sum())
    }

    pub(crate) fn lock<T>(&self, work: impl FnOnce(&mut Counts) -> T) -> T {
        // Whoever panicked here has left whole counts.
        let mut counts = self
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        work(&mut counts)
    }
}

impl Counts {
    /// One request was answered well.
    pub(crate) fn answer(&mut self, asked: Instant, now: Instant) {
        self.answered = self.answered.saturating_add(1);
        let time = now.saturating_duration_since(asked).as_nanos();
        if let Some(latency) = &mut self.latency {
            latency.saturating_record(u64::try_from(time).unwrap_or(u64::MAX).max(1));
        }
        self.last = Some(now);
    }

    /// So many requests were not.
    pub(crate) fn fail(&mut self, number: usize, kind: FailureKind, text: &str) {
        if number == 0 {
            return;
        }
        let failure = self.failures.entry(kind).or_insert_with(|| Failure {
            kind,
            count: 0,
            example: text.to_owned(),
        });
        failure.count = failure.count.saturating_add(number as u64);
    }
}

impl fmt::Debug for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tally")
            .field("answered", &self.answered())
            .field("failed", &self.failed())
            .finish_non_exhaustive()
    }
}
