//! How much effort goes into a table.

use std::time::Duration;

/// How much effort a table is worth.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    /// Rounds, each of which measures everything once; the medians of them are told.
    pub(crate) rounds: usize,
    /// For how long a server is loaded.
    pub(crate) time: Duration,
    /// The largest worlds are this part of what they could be.
    pub(crate) shrink: usize,
}

impl Effort {
    pub(crate) const FULL: Self = Self {
        rounds: 5,
        time: Duration::from_millis(250),
        shrink: 1,
    };
    pub(crate) const QUICK: Self = Self {
        rounds: 1,
        time: Duration::from_millis(30),
        shrink: 10,
    };
}
