//! How a case ends before its end.

/// What ends a case, other than having nothing to complain about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The server broke the rule.
    Fail(String),
    /// The server does something else that is allowed, or that real servers are known for.
    Deviation(String),
    /// The case cannot be tried here.
    Skip(String),
    /// Nobody accepts connections.
    Unreachable(String),
}

impl From<String> for Stop {
    /// What cannot be read as it should be is against the rule.
    fn from(why: String) -> Self {
        Self::Fail(why)
    }
}

/// What a case, or a step of it, gives.
pub(crate) type Outcome<T = ()> = Result<T, Stop>;

/// A step of a case that is the rule of another.
pub(crate) trait Step {
    /// Skips the case where the step goes wrong, for the other case says so already: one fault is
    /// blamed once.
    fn needed(self, case: &str) -> Self;
}

impl<T> Step for Outcome<T> {
    fn needed(self, case: &str) -> Self {
        self.map_err(|stop| match stop {
            Stop::Fail(why) | Stop::Deviation(why) => {
                Stop::Skip(format!("needs what case {case} tries: {why}"))
            }
            stop => stop,
        })
    }
}

/// Fails the case unless the condition holds.
macro_rules! ensure {
    ($condition:expr, $($why:tt)+) => {
        if !$condition {
            return Err($crate::outcome::Stop::Fail(format!($($why)+)));
        }
    };
}

/// Ends the case as a deviation unless the condition holds.
macro_rules! prefer {
    ($condition:expr, $($why:tt)+) => {
        if !$condition {
            return Err($crate::outcome::Stop::Deviation(format!($($why)+)));
        }
    };
}

/// Skips the case unless the condition holds.
macro_rules! require {
    ($condition:expr, $($why:tt)+) => {
        if !$condition {
            return Err($crate::outcome::Stop::Skip(format!($($why)+)));
        }
    };
}

pub(crate) use {ensure, prefer, require};
