//! Refusals: what a Fail frame says.

use std::fmt;
use std::sync::Arc;

use tp_frames::{TpString, tp03, tp04};

use super::across::Across;
use super::{Inexpressible, Reference, Source, stand_in};
use crate::terminal::escaped;

pub use tp_frames::tp04::FailCode;

/// The server refuses a request.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Refusal {
    /// Why, as a number.
    pub code: FailCode,
    /// Why, in words.
    pub result: TpString,
    /// What the refusal is about; empty in TP03.
    pub references: Vec<Reference>,
    /// The frame it came in.
    pub source: Source<tp03::Fail, tp04::Fail>,
}

impl Refusal {
    /// A refusal with this code and these words.
    pub fn new(code: FailCode, result: impl Into<TpString>) -> Self {
        Self {
            code,
            result: result.into(),
            ..Self::default()
        }
    }

    /// The exchange itself is broken (0).
    pub fn protocol(result: impl Into<TpString>) -> Self {
        Self::new(FailCode::PROTOCOL, result)
    }

    /// The frame is malformed (1).
    pub fn frame(result: impl Into<TpString>) -> Self {
        Self::new(FailCode::FRAME, result)
    }

    /// Never possible here (2).
    pub fn unavailable_permanently(result: impl Into<TpString>) -> Self {
        Self::new(FailCode::UNAVAILABLE_PERMANENTLY, result)
    }

    /// Not possible now (3).
    pub fn unavailable_temporarily(result: impl Into<TpString>) -> Self {
        Self::new(FailCode::UNAVAILABLE_TEMPORARILY, result)
    }

    /// There is no such thing (4).
    pub fn no_such_thing(result: impl Into<TpString>) -> Self {
        Self::new(FailCode::NO_SUCH_THING, result)
    }

    /// Not allowed (5).
    pub fn permission_denied(result: impl Into<TpString>) -> Self {
        Self::new(FailCode::PERMISSION_DENIED, result)
    }

    /// The same refusal with one more thing it is about.
    #[must_use]
    pub fn about(mut self, reference: Reference) -> Self {
        self.references.push(reference);
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.result.is_empty() {
            write!(f, "refused: {}", self.code)
        } else {
            // Text from outside: no terminal is to obey it.
            write!(f, "refused: {} ({})", escaped(&self.result), self.code)
        }
    }
}

impl std::error::Error for Refusal {}

impl From<tp03::Fail> for Refusal {
    fn from(frame: tp03::Fail) -> Self {
        Self {
            code: FailCode(frame.code.0),
            result: frame.result.clone(),
            references: Vec::new(),
            source: Source::Tp03(Arc::new(frame)),
        }
    }
}

impl From<tp04::Fail> for Refusal {
    fn from(frame: tp04::Fail) -> Self {
        Self {
            code: frame.code,
            result: frame.result.clone(),
            references: frame.references.clone().unwrap_or_default().across(),
            source: Source::Tp04(Arc::new(frame)),
        }
    }
}

impl From<Refusal> for tp03::Fail {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: stand_in::fail_code(refusal.code),
            result: refusal.result,
        }
    }
}

impl From<Refusal> for tp04::Fail {
    fn from(refusal: Refusal) -> Self {
        let references = Some(refusal.references.across());
        Self {
            code: refusal.code,
            result: refusal.result,
            references,
        }
    }
}

impl From<std::convert::Infallible> for Refusal {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

/// What cannot be said in a client's version is permanently unavailable to it.
impl From<Inexpressible> for Refusal {
    fn from(inexpressible: Inexpressible) -> Self {
        Self::unavailable_permanently(inexpressible.to_string())
    }
}
