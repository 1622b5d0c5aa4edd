//! What a handler does while it answers, such as to be slow, to refuse or to panic: the number of a
//! request says so itself.

use crate::clock::Millis;

/// What a handler does while it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Answers at once.
    Plain,
    /// Takes so long, before it does what is asked or, with `after`, between that and the answer.
    Slow { time: Millis, after: bool },
    /// Refuses.
    Refuse,
    /// Tells something unasked first.
    Tell,
    /// Answers with much.
    Large,
    /// Panics.
    Panic,
    /// Ends the connection once it has answered.
    Close,
}

impl Manner {
    /// Manners of a world in which all goes well, and how many there are.
    pub(crate) const GOOD: u64 = 12;
    /// All manners.
    pub(crate) const ALL: u64 = 16;

    /// What the number says.
    #[must_use]
    pub(crate) fn of(number: u64) -> Self {
        let spread = (number / Self::ALL) % 97;
        match number % Self::ALL {
            0..=4 => Self::Plain,
            5 => Self::Refuse,
            6 | 7 => Self::Tell,
            8 => Self::Large,
            9 => Self::Slow {
                time: spread,
                after: false,
            },
            10 => Self::Slow {
                time: spread * 25,
                after: false,
            },
            11 => Self::Slow {
                time: spread * 20,
                after: true,
            },
            12 => Self::Slow {
                time: 20_000 + spread * 1_000,
                after: false,
            },
            13 => Self::Slow {
                time: 20_000 + spread * 1_000,
                after: true,
            },
            14 => Self::Panic,
            _ => Self::Close,
        }
    }

    /// The same number with another manner.
    #[must_use]
    pub(crate) fn give(number: u64, manner: u64) -> u64 {
        number * Self::ALL + manner
    }
}
