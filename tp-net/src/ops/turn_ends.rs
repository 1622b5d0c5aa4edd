//! What tells that a turn has ended, which differs between versions and servers.

use std::time::Instant;

use tp_frames::game::{TimeRemaining, TimeRemainingReason};

/// The time of who runs no timer, or does not know.
const UNKNOWN: u32 = u32::MAX;

/// By how many seconds the time may differ from what was left before, for the network's sake,
/// without having risen.
const TOLERANCE: u64 = 5;

/// The ends of turns, as far as a server has told of them.
///
/// tpserver-cpp says at the end that no time is left, with one of two reasons, and then what the
/// next turn has; to TP03 the times alone. tpserver-py says afterwards that the time is unknown.
/// Servers that say nothing show another number of the turn, in TP03 another age of the universe,
/// or a time that has risen.
#[derive(Debug, Default)]
pub(super) struct TurnEnds {
    /// How many there were.
    count: u64,
    /// How many of them the user knows of.
    known: u64,
    /// What was said last, and when.
    last: Option<(TimeRemaining, Instant)>,
    /// The turn, where the server tells it.
    turn: Option<u32>,
    /// The turn whose end was told before another turn was.
    ended: Option<u32>,
    /// How old the universe was when it was looked at since the last end; only TP03 says.
    age: Option<u32>,
    /// Since this connection was made the server has told of an end without being asked.
    announced: bool,
    /// All players have finished, and nothing was said since.
    all_finished: bool,
    /// That no time is left was the last that was said unasked.
    none_left: bool,
}

impl TurnEnds {
    /// Another connection is another server to what comes unasked.
    pub(super) fn reconnected(&mut self) {
        self.announced = false;
        self.all_finished = false;
        self.none_left = false;
    }

    /// Returns `true` if the server tells of ends without being asked.
    pub(super) fn are_announced(&self) -> bool {
        self.announced
    }

    /// Returns `true` if enough is known to see by what is answered later that a turn has ended.
    pub(super) fn can_compare(&self, has_ages: bool) -> bool {
        self.last.is_some() && (self.age.is_some() || !has_ages)
    }

    /// How many ends the user knows of.
    pub(super) fn known(&self) -> u64 {
        self.known
    }

    /// The user is not interested in what was before.
    pub(super) fn forget(&mut self) {
        self.known = self.count;
    }

    /// What was said last, if there were more than `known` ends; the user then knows of all.
    pub(super) fn take(&mut self, known: u64) -> Option<TimeRemaining> {
        (self.count > known).then(|| {
            self.forget();
            self.last()
        })
    }

    /// What was said of the time last.
    pub(super) fn last(&self) -> TimeRemaining {
        let last = self.last.as_ref().map(|(time, _)| time.clone());
        last.unwrap_or(TimeRemaining {
            time: UNKNOWN,
            ..TimeRemaining::default()
        })
    }

    /// Takes what was said without being asked; returns `true` if that a turn has ended.
    pub(super) fn told(&mut self, time: &TimeRemaining, now: Instant) -> bool {
        let another = self.is_of_another_turn(time);
        let ends = self.says_so(time);
        self.last = Some((time.clone(), now));
        if !another && !ends {
            return false;
        }
        if !another {
            self.ended = self.turn;
        }
        self.announced = true;
        self.end();
        true
    }

    /// Takes an answer; returns `true` if it shows that a turn has ended of which nobody told.
    pub(super) fn answered(&mut self, time: &TimeRemaining, now: Instant) -> bool {
        let another = self.is_of_another_turn(time);
        let counted = is_counted(self.turn) || is_counted(self.age);
        let risen = !counted && !self.announced && self.has_risen(time.time, now);
        self.last = Some((time.clone(), now));
        if another || risen {
            self.end();
        }
        another || risen
    }

    /// Takes the age of the universe; returns `true` if it shows that a turn has ended of which
    /// nobody told.
    pub(super) fn aged(&mut self, age: u32) -> bool {
        let before = self.age.replace(age);
        let older = !self.announced && before.is_some_and(|before| before != age);
        if older {
            self.end();
            self.age = Some(age);
        }
        older
    }

    fn end(&mut self) {
        self.count = self.count.saturating_add(1);
        self.age = None;
        self.all_finished = false;
    }

    /// Returns `true` if the turn is another than before, whose end was not told.
    fn is_of_another_turn(&mut self, time: &TimeRemaining) -> bool {
        // Who once has told a number says nothing with a zero.
        let told = time.turn.filter(|turn| *turn != 0 || self.turn.is_none());
        let Some(turn) = told else { return false };
        let before = self.turn.replace(turn);
        before.is_some_and(|before| before != turn && self.ended != Some(before))
    }

    /// Returns `true` if what was said unasked is said at the end of a turn, or where that cannot
    /// be known, only at its beginning.
    fn says_so(&mut self, time: &TimeRemaining) -> bool {
        let reason = time.reason.unwrap_or(TimeRemainingReason::REQUESTED);
        let none_left = std::mem::replace(&mut self.none_left, time.time == 0);
        let all_finished = std::mem::take(&mut self.all_finished);
        if is_counted(self.turn) {
            return reason == TimeRemainingReason::END_OF_TURN_STARTED && self.ended != self.turn;
        }
        match (reason, time.time) {
            (TimeRemainingReason::END_OF_TURN_STARTED, _) => true,
            (TimeRemainingReason::ALL_FINISHED, _) => {
                self.all_finished = true;
                false
            }
            (TimeRemainingReason::TIMER_STARTED, _) => all_finished,
            (TimeRemainingReason::REQUESTED, 0) => true,
            // The beginning of the turn after the end that was told, if that was.
            (TimeRemainingReason::REQUESTED, UNKNOWN) => !none_left,
            _ => false,
        }
    }

    /// Returns `true` if more time is left than can be of the same turn.
    fn has_risen(&self, time: u32, now: Instant) -> bool {
        let Some((before, then)) = &self.last else {
            return false;
        };
        if time == UNKNOWN || before.time == UNKNOWN {
            return false;
        }
        let elapsed = now.saturating_duration_since(*then).as_secs();
        let left = u64::from(before.time).saturating_sub(elapsed);
        time > before.time || u64::from(time) > left.saturating_add(TOLERANCE)
    }
}

/// Servers that count nothing say zero.
fn is_counted(number: Option<u32>) -> bool {
    number.is_some_and(|number| number != 0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// What a server says.
    #[derive(Debug, Clone, Copy)]
    enum Said {
        /// Unasked, in TP03: the time.
        Old(u32),
        /// Unasked: time, reason and turn.
        New(u32, u32, u32),
        /// An answer in TP03: the time.
        OldAnswer(u32),
        /// An answer: time and turn.
        NewAnswer(u32, u32),
        /// The age of the universe.
        Age(u32),
        /// Nothing, for so many seconds.
        Nothing(u64),
        /// All that over another connection.
        Reconnects,
    }

    use Said::*;

    /// Which of what a server says in turn tells that a turn has ended.
    fn ends(said: &[Said]) -> Vec<usize> {
        let mut ends = TurnEnds::default();
        let mut now = Instant::now();
        let mut told = Vec::new();
        for (index, said) in said.iter().enumerate() {
            let time = |time, reason: Option<u32>, turn| TimeRemaining {
                time,
                reason: reason.map(TimeRemainingReason),
                turn,
                ..TimeRemaining::default()
            };
            let ended = match *said {
                Old(seconds) => ends.told(&time(seconds, None, None), now),
                New(seconds, reason, turn) => {
                    ends.told(&time(seconds, Some(reason), Some(turn)), now)
                }
                OldAnswer(seconds) => ends.answered(&time(seconds, None, None), now),
                NewAnswer(seconds, turn) => ends.answered(&time(seconds, Some(0), Some(turn)), now),
                Age(age) => ends.aged(age),
                Nothing(seconds) => {
                    now = now.checked_add(Duration::from_secs(seconds)).unwrap();
                    false
                }
                Reconnects => {
                    ends.reconnected();
                    false
                }
            };
            if ended {
                told.push(index);
            }
        }
        assert_eq!(ends.count, told.len() as u64);
        told
    }

    #[test]
    fn servers_that_announce() {
        // tpserver-cpp, when all have finished and when the time is over.
        let cpp = [New(0, 3, 7), New(60, 1, 8), New(15, 2, 8)];
        assert_eq!(ends(&cpp), [1]);
        assert_eq!(ends(&[&[NewAnswer(9, 7)], &cpp[..]].concat()), [2]);
        let cpp = [New(0, 5, 7), New(60, 1, 8), New(15, 2, 8), New(0, 5, 8)];
        assert_eq!(ends(&cpp), [0, 3]);
        // An answer amid the end, and both reasons.
        let both = [New(0, 3, 7), New(0, 5, 7), NewAnswer(0, 7), New(60, 1, 8)];
        assert_eq!(ends(&both), [1]);
        // Only the ends, or only the beginnings, or every other end.
        assert_eq!(ends(&[New(0, 5, 7), New(0, 5, 8), New(0, 5, 9)]), [0, 1, 2]);
        assert_eq!(ends(&[New(9, 1, 7), New(9, 1, 8), New(9, 1, 9)]), [1, 2]);
        assert_eq!(ends(&[New(9, 1, 7), New(0, 5, 8), New(9, 1, 9)]), [1, 2]);
        // The turn before the first has the number 0.
        assert_eq!(ends(&[New(0, 3, 0), New(60, 1, 1)]), [1]);
        assert_eq!(ends(&[New(0, 5, 0), New(60, 1, 1), New(0, 5, 1)]), [0, 2]);
        // A timer that starts amid the turn.
        assert_eq!(ends(&[New(99, 1, 7), New(9, 4, 7), New(99, 1, 7)]), []);
    }

    #[test]
    fn servers_that_announce_and_do_not_count() {
        assert_eq!(ends(&[New(0, 5, 0), New(60, 1, 0), New(0, 5, 0)]), [0, 2]);
        assert_eq!(ends(&[New(0, 3, 0), New(60, 1, 0), New(9, 1, 0)]), [1]);
        assert_eq!(ends(&[New(60, 1, 0), New(9, 2, 0), New(5, 4, 0)]), []);
        // TP03: tpserver-cpp, and the demo game without a timer.
        assert_eq!(ends(&[Old(0), Old(60), Old(15), Old(0), Old(60)]), [0, 3]);
        assert_eq!(ends(&[Old(0), Old(UNKNOWN), Old(0), Old(UNKNOWN)]), [0, 2]);
        // tpserver-py, and one that says no more than the end.
        assert_eq!(ends(&[Old(UNKNOWN), Old(UNKNOWN)]), [0, 1]);
        assert_eq!(ends(&[Old(0), Old(0)]), [0, 1]);
        // Whoever tells is believed: this is the new turn's.
        let asked = [OldAnswer(9), Age(4), Old(0), Old(60), OldAnswer(60), Age(5)];
        assert_eq!(ends(&asked), [2]);
    }

    #[test]
    fn servers_that_do_not_announce() {
        assert_eq!(ends(&[NewAnswer(9, 7), NewAnswer(5, 7)]), []);
        assert_eq!(ends(&[NewAnswer(9, 7), NewAnswer(5, 8)]), [1]);
        // The time of one and the same turn was changed.
        assert_eq!(ends(&[NewAnswer(9, 7), NewAnswer(99, 7)]), []);
        assert_eq!(ends(&[OldAnswer(9), Age(4), OldAnswer(99), Age(4)]), []);
        assert_eq!(ends(&[New(9, 2, 7), NewAnswer(99, 0), NewAnswer(9, 7)]), []);
        // As the age says.
        let aged = [OldAnswer(9), Age(4), OldAnswer(9), Age(5), Age(5), Age(6)];
        assert_eq!(ends(&aged), [3, 5]);
        assert_eq!(ends(&[Age(0), Age(1)]), [1]);
        // As the time says, where nothing is counted.
        for answer in [OldAnswer, |time| NewAnswer(time, 0)] {
            assert_eq!(ends(&[answer(9), Nothing(5), answer(4)]), []);
            assert_eq!(ends(&[answer(9), Nothing(5), answer(60)]), [2]);
            assert_eq!(ends(&[answer(60), Nothing(30), answer(58)]), [2]);
            // The network is slow.
            assert_eq!(ends(&[answer(60), Nothing(9), answer(55)]), []);
            // No timer, or a new one.
            assert_eq!(ends(&[answer(UNKNOWN), answer(60)]), []);
            assert_eq!(ends(&[answer(60), answer(UNKNOWN)]), []);
        }
    }

    #[test]
    fn a_turn_that_ends_between_two_connections() {
        let gone = [NewAnswer(9, 7), Reconnects, NewAnswer(9, 8)];
        assert_eq!(ends(&gone), [2]);
        let gone = [New(0, 5, 6), New(9, 1, 7), Reconnects, NewAnswer(9, 8)];
        assert_eq!(ends(&gone), [0, 3]);
        // What was said before is not what all have finished now.
        let gone = [New(0, 3, 0), Reconnects, New(60, 1, 0)];
        assert_eq!(ends(&gone), []);
        let gone = [Old(0), Age(7), Reconnects, Age(7), Age(8)];
        assert_eq!(ends(&gone), [0, 4]);
    }
}
