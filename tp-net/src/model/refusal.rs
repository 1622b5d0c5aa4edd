//! Refusals: what a Fail frame says, as an error.

use std::fmt;
use std::ops::{Deref, DerefMut};

use tp_frames::game::{Fail, FailReference};
use tp_frames::{TpString, Version};

use super::downgrade::{self, has_descriptions};
use super::{FailCode, NotInVersion};

/// The server refuses a request.
///
/// A server makes one in the place of an answer; a client finds it in
/// [`Error::refusal`](crate::Error::refusal).
///
/// ```
/// use tp_net::model::{FailCode, Refusal};
///
/// let refusal = Refusal::no_such_thing("there is no object 7");
/// assert_eq!(refusal.code, FailCode::NO_SUCH_THING);
/// assert_eq!(refusal.to_string(), "refused: there is no object 7 (NoSuchThing)");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal(
    /// The frame that says so.
    pub Fail,
);

impl Deref for Refusal {
    type Target = Fail;

    fn deref(&self) -> &Fail {
        &self.0
    }
}

impl DerefMut for Refusal {
    fn deref_mut(&mut self) -> &mut Fail {
        &mut self.0
    }
}

impl From<Fail> for Refusal {
    fn from(frame: Fail) -> Self {
        Self(frame)
    }
}

impl Refusal {
    /// A refusal with this code and these words.
    pub fn new(code: FailCode, result: impl Into<TpString>) -> Self {
        Self(Fail {
            code,
            result: result.into(),
            references: Some(Vec::new()),
        })
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
    pub fn about(mut self, reference: FailReference) -> Self {
        self.references.get_or_insert_default().push(reference);
        self
    }

    /// The frame that says so to clients of `version`.
    #[must_use]
    pub fn into_frame(self, version: Version) -> Fail {
        let Self(mut fail) = self;
        if has_descriptions(version) {
            // Old clients want the list, even an empty one.
            fail.references.get_or_insert_default();
        } else {
            fail.code = downgrade::fail_code(fail.code);
        }
        fail
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.result.is_empty() {
            write!(f, "refused: {}", self.code)
        } else {
            // Text from outside: no terminal is to obey it.
            write!(f, "refused: {} ({})", self.result.printable(), self.code)
        }
    }
}

impl std::error::Error for Refusal {}

impl From<std::convert::Infallible> for Refusal {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

/// What cannot be said in a client's version is permanently unavailable to it.
impl From<NotInVersion> for Refusal {
    fn from(error: NotInVersion) -> Self {
        Self::unavailable_permanently(error.to_string())
    }
}
