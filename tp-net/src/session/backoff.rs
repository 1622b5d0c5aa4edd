//! When the next attempt to connect is due.

use std::time::{Duration, Instant};

use crate::reconnect::Reconnect;

/// Attempts to connect again, from one cut on.
#[derive(Debug)]
pub(super) struct Backoff {
    policy: Reconnect,
    chance: Chance,
    attempts: u32,
    /// When the connection was cut.
    since: Option<Instant>,
}

impl Backoff {
    /// Pauses as `policy` says, by chance as far as `seed` does.
    pub(super) fn new(policy: Reconnect, seed: u64) -> Self {
        Self {
            policy,
            chance: Chance(seed),
            attempts: 0,
            since: None,
        }
    }

    pub(super) fn policy(&self) -> &Reconnect {
        &self.policy
    }

    /// How many attempts there were.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// All is well: the next cut is the first.
    pub(super) fn reset(&mut self) {
        self.attempts = 0;
        self.since = None;
    }

    /// How long to wait for the next attempt; `None` if there were enough.
    pub(super) fn next(&mut self, now: Instant) -> Option<Duration> {
        let since = *self.since.get_or_insert(now);
        let limit = self.policy.attempts.unwrap_or(u32::MAX);
        if self.attempts >= limit {
            return None;
        }
        let times = 2_u32.saturating_pow(self.attempts);
        let delay = self.policy.first_delay.saturating_mul(times);
        let delay = delay.min(self.policy.longest_delay);
        let share = 1.0 - self.policy.jitter * self.chance.next();
        let varied = Duration::try_from_secs_f64(delay.as_secs_f64() * share);
        // It is whole if it is too long to be varied, or the share is NaN.
        let delay = varied.unwrap_or(delay);
        let passed = now.saturating_duration_since(since).saturating_add(delay);
        if self.policy.total_time.is_some_and(|total| passed > total) {
            return None;
        }
        self.attempts = self.attempts.saturating_add(1);
        Some(delay)
    }
}

/// Numbers that differ from client to client; nothing secret.
#[derive(Debug)]
struct Chance(u64);

impl Chance {
    /// At least 0, less than 1: the steps of SplitMix64.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let [high, low, ..] = mixed.to_be_bytes();
        f64::from(u16::from_be_bytes([high, low])) / 65536.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn delays(policy: Reconnect, seed: u64, count: usize) -> Vec<Duration> {
        let now = Instant::now();
        let mut backoff = Backoff::new(policy, seed);
        (0..count).map_while(|_| backoff.next(now)).collect()
    }

    #[test]
    fn delays_double_up_to_the_longest() {
        let policy = Reconnect::default().jitter(0.0).attempts(Some(9));
        let seconds: Vec<u64> = delays(policy, 1, 20)
            .iter()
            .map(Duration::as_secs)
            .collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    #[test]
    fn chance_shortens_delays_by_its_share() {
        let policy = Reconnect::default()
            .longest_delay(SECOND)
            .attempts(None)
            .jitter(0.25);
        let some = delays(policy.clone(), 7, 1000);
        assert!(some.iter().all(|it| *it > SECOND * 3 / 4 && *it <= SECOND));
        assert!(some.iter().any(|it| *it < SECOND * 8 / 10));
        assert!(some.iter().any(|it| *it > SECOND * 95 / 100));
        assert_ne!(some, delays(policy.clone(), 8, 1000));
        assert_eq!(some, delays(policy, 7, 1000));
    }

    #[test]
    fn odd_bounds_do_no_harm() {
        for jitter in [f64::NAN, f64::INFINITY, -1.0] {
            let policy = Reconnect::default()
                .first_delay(Duration::MAX)
                .longest_delay(Duration::MAX)
                .attempts(None)
                .jitter(jitter);
            assert_eq!(delays(policy, 1, 50).len(), 50);
        }
    }

    #[test]
    fn time_runs_out() {
        let policy = Reconnect::default()
            .jitter(0.0)
            .total_time(Some(10 * SECOND));
        let mut now = Instant::now();
        let mut backoff = Backoff::new(policy, 1);
        let mut waited = Vec::new();
        while let Some(delay) = backoff.next(now) {
            now += delay;
            waited.push(delay.as_secs());
        }
        assert_eq!(waited, [1, 2, 4]);
        backoff.reset();
        assert_eq!(backoff.next(now), Some(SECOND));
    }
}
