//! What servers say of the time that a turn still lasts.

use core::time::Duration;

use alloc::format;
use alloc::vec::Vec;

use crate::game::{TimeRemaining, TimeRemainingReason};

/// As servers say it: each of these is understood in every version, though TP03 is told the time
/// and nothing else. There, no time left means that the turn ends.
impl TimeRemaining {
    /// The answer to a client that asks: so much time is left. Without an end, `None`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tp_frames::game::TimeRemaining;
    ///
    /// let left = TimeRemaining::left(Duration::from_millis(1500)).in_turn(7).waiting_for([2]);
    /// assert_eq!(left.time, 2, "in seconds, and never too few");
    /// assert_eq!(left.turnname.unwrap(), "Turn 7");
    /// assert_eq!(TimeRemaining::left(None).time, u32::MAX, "there is no end to wait for");
    /// ```
    #[must_use]
    pub fn left(left: impl Into<Option<Duration>>) -> Self {
        Self::because(TimeRemainingReason::REQUESTED, left.into())
    }

    /// A turn has begun, which lasts so long. Without a timer, `None`.
    #[must_use]
    pub fn turn_started(left: impl Into<Option<Duration>>) -> Self {
        Self::because(TimeRemainingReason::TIMER_STARTED, left.into())
    }

    /// A warning: the turn ends soon.
    #[must_use]
    pub fn turn_ends_in(left: Duration) -> Self {
        Self::because(TimeRemainingReason::TIMER_WARNING, Some(left))
    }

    /// Enough players have finished the turn: so much time is left for the others.
    #[must_use]
    pub fn enough_finished(left: Duration) -> Self {
        Self::because(
            TimeRemainingReason::THRESHOLD_FINISHED_TIMER_STARTED,
            Some(left),
        )
    }

    /// All players have finished the turn, and so it ends. Next comes
    /// [`turn_started`](Self::turn_started).
    #[must_use]
    pub fn all_finished() -> Self {
        Self::because(TimeRemainingReason::ALL_FINISHED, Some(Duration::ZERO))
    }

    /// The turn ends, for another reason than that all players have finished. Next comes
    /// [`turn_started`](Self::turn_started).
    #[must_use]
    pub fn turn_ended() -> Self {
        Self::because(
            TimeRemainingReason::END_OF_TURN_STARTED,
            Some(Duration::ZERO),
        )
    }

    fn because(reason: TimeRemainingReason, left: Option<Duration>) -> Self {
        Self {
            time: left.map_or(u32::MAX, seconds),
            reason: Some(reason),
            ..Self::default()
        }
    }

    /// The number of the turn that this is about, by which the turn is named, too.
    #[must_use]
    pub fn in_turn(self, turn: u32) -> Self {
        Self {
            turn: Some(turn),
            turnname: Some(format!("Turn {turn}").into()),
            ..self
        }
    }

    /// The ids of the players who have not finished the turn.
    #[must_use]
    pub fn waiting_for(self, players: impl IntoIterator<Item = u32>) -> Self {
        let waiting: Vec<u32> = players.into_iter().collect();
        Self {
            waiting: Some(waiting),
            ..self
        }
    }
}

/// Whole seconds, rounded up: 0 would say that the turn ends. The largest number would say that
/// there is no end.
fn seconds(left: Duration) -> u32 {
    let up = u64::from(left.subsec_nanos() > 0);
    let seconds = u32::try_from(left.as_secs().saturating_add(up));
    seconds.unwrap_or(u32::MAX).min(u32::MAX - 1)
}
