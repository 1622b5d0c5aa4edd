//! Where a value came from.

use std::fmt;
use std::sync::Arc;

/// The exact frame that a value came in, if it came from the wire.
///
/// It is what was received, even when fields of the value were changed since. Where a value came
/// from is no part of what it is: two sources always compare equal.
#[derive(Clone)]
#[non_exhaustive]
#[derive(Default)]
pub enum Source<A, B> {
    /// Made here.
    #[default]
    Local,
    /// Received in TP03.
    Tp03(Arc<A>),
    /// Received in TP04.
    Tp04(Arc<B>),
}

impl<A, B> Source<A, B> {
    /// The TP03 frame, if the value came in one.
    #[must_use]
    pub fn tp03(&self) -> Option<&A> {
        match self {
            Self::Tp03(frame) => Some(frame),
            _ => None,
        }
    }

    /// The TP04 frame, if the value came in one.
    #[must_use]
    pub fn tp04(&self) -> Option<&B> {
        match self {
            Self::Tp04(frame) => Some(frame),
            _ => None,
        }
    }
}

impl<A, B> PartialEq for Source<A, B> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<A, B> Eq for Source<A, B> {}

impl<A, B> fmt::Debug for Source<A, B> {
    /// Only which version: the value beside it shows the fields.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Local => "Local",
            Self::Tp03(_) => "Tp03(…)",
            Self::Tp04(_) => "Tp04(…)",
        })
    }
}
