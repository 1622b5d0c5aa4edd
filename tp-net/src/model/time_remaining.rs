//! How long a turn lasts.

use std::sync::Arc;

use tp_frames::{Semi32, TpString, tp03, tp04};

use super::Source;

pub use tp_frames::tp04::TimeRemainingReason;

/// How long it is until the turn ends, and why the server says so.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TimeRemaining {
    /// Seconds; 0 when the end of the turn has begun, nothing if no timer runs.
    pub time: Option<u32>,
    /// Why it was sent.
    pub reason: Option<TimeRemainingReason>,
    /// The turn's number.
    pub turn: Option<u32>,
    /// The turn's name.
    pub turnname: Option<TpString>,
    /// The players that have not finished the turn.
    pub waiting: Option<Vec<u32>>,
    /// The frame it came in.
    pub source: Source<tp03::TimeRemaining, tp04::TimeRemaining>,
}

impl From<tp03::TimeRemaining> for TimeRemaining {
    fn from(frame: tp03::TimeRemaining) -> Self {
        let time = Semi32::from_bits(frame.time).get();
        Self {
            time,
            source: Source::Tp03(Arc::new(frame)),
            ..Self::default()
        }
    }
}

impl From<tp04::TimeRemaining> for TimeRemaining {
    fn from(frame: tp04::TimeRemaining) -> Self {
        Self {
            time: Semi32::from_bits(frame.time).get(),
            reason: Some(frame.reason),
            turn: Some(frame.turn),
            turnname: Some(frame.turnname.clone()),
            waiting: Some(frame.waiting.clone()),
            source: Source::Tp04(Arc::new(frame)),
        }
    }
}

impl From<TimeRemaining> for tp03::TimeRemaining {
    fn from(remaining: TimeRemaining) -> Self {
        Self {
            time: Semi32::from(remaining.time).to_bits(),
        }
    }
}

impl From<TimeRemaining> for tp04::TimeRemaining {
    fn from(remaining: TimeRemaining) -> Self {
        Self {
            time: Semi32::from(remaining.time).to_bits(),
            reason: remaining.reason.unwrap_or(TimeRemainingReason::REQUESTED),
            turn: remaining.turn.unwrap_or_default(),
            turnname: remaining.turnname.unwrap_or_default(),
            waiting: remaining.waiting.unwrap_or_default(),
        }
    }
}
