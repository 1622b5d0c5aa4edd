//! When to update a metaserver: a clock that is passed in, and nothing else.

use std::time::{Duration, Instant};

/// Entries die after this long without an update.
pub(super) const LIFETIME: Duration = Duration::from_secs(600);

/// The wait after a first failure; it doubles with each one.
const FIRST_RETRY: Duration = Duration::from_secs(30);

/// How often to update: the protocol asks for 5 to 10 minutes, and at 10 an entry is dead.
pub(super) fn period(wanted: Duration) -> Duration {
    wanted.clamp(Duration::from_secs(300), Duration::from_secs(540))
}

/// When the next update is due.
#[derive(Debug)]
pub(super) struct Schedule {
    period: Duration,
    /// The least time between two updates.
    gap: Duration,
    last: Option<Instant>,
    failures: u32,
    due: Instant,
}

impl Schedule {
    /// The first update is due now.
    pub(super) fn new(period: Duration, gap: Duration, now: Instant) -> Self {
        Self {
            period,
            gap,
            last: None,
            failures: 0,
            due: now,
        }
    }

    pub(super) fn due(&self) -> Instant {
        self.due
    }

    /// Something is to be told.
    pub(super) fn changed(&mut self, now: Instant) {
        // Who does not answer is not asked more often for that.
        if self.failures > 0 {
            return;
        }
        let allowed = self.last.and_then(|last| last.checked_add(self.gap));
        self.due = self
            .due
            .min(allowed.map_or(now, |allowed| allowed.max(now)));
    }

    /// An update has ended.
    pub(super) fn done(&mut self, success: bool, now: Instant) {
        self.last = Some(now);
        let wait = if success {
            self.failures = 0;
            self.period
        } else {
            let doubled = FIRST_RETRY.saturating_mul(1_u32.wrapping_shl(self.failures.min(10)));
            self.failures = self.failures.saturating_add(1);
            doubled.min(self.period)
        };
        self.due = now.checked_add(wait).unwrap_or(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn schedule(now: Instant) -> Schedule {
        Schedule::new(secs(360), secs(60), now)
    }

    #[test]
    fn periods_have_bounds() {
        let periods = [0, 360, 600].map(|seconds| period(secs(seconds)).as_secs());
        assert_eq!(periods, [300, 360, 540]);
        assert!(period(Duration::MAX) < LIFETIME);
    }

    #[test]
    fn updates_come_by_period_and_on_change_but_not_too_often() {
        let start = Instant::now();
        let mut schedule = schedule(start);
        assert_eq!(schedule.due(), start);
        schedule.done(true, start);
        assert_eq!(schedule.due(), start + secs(360));
        schedule.changed(start + secs(5));
        assert_eq!(schedule.due(), start + secs(60));
        schedule.changed(start + secs(90));
        assert_eq!(schedule.due(), start + secs(60), "never put off");
        schedule.done(true, start + secs(60));
        schedule.changed(start + secs(200));
        assert_eq!(schedule.due(), start + secs(200));
    }

    #[test]
    fn failures_are_met_with_patience() {
        let start = Instant::now();
        let mut schedule = schedule(start);
        let waits: Vec<u64> = (0..40)
            .map(|_| {
                schedule.done(false, start);
                schedule.changed(start + secs(1));
                (schedule.due() - start).as_secs()
            })
            .collect();
        assert_eq!(waits[..6], [30, 60, 120, 240, 360, 360]);
        assert_eq!(waits[39], 360);
        schedule.done(true, start);
        schedule.done(false, start);
        assert_eq!(schedule.due(), start + secs(30));
    }
}
