//! What is asked.

use std::time::Instant;

use bytes::{Bytes, BytesMut};
use tp_frames::{EncodeError, Request};

/// Names one request of one connection, for as long as the connection lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub(crate) u64);

/// One request, encoded but for its header.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub(crate) r#type: u32,
    pub(crate) name: &'static str,
    pub(crate) body: Bytes,
    pub(crate) may_stay_silent: bool,
    pub(crate) alone: bool,
    pub(crate) deadline: Option<Instant>,
}

impl Outgoing {
    /// Encodes a request.
    ///
    /// # Errors
    ///
    /// A string or list is too long, or the body is.
    pub fn new<R: Request>(request: &R) -> Result<Self, EncodeError> {
        let mut body = BytesMut::new();
        request.encode_body(&mut body)?;
        Ok(Self {
            r#type: R::TYPE,
            name: R::NAME,
            body: body.freeze(),
            may_stay_silent: R::MAY_STAY_SILENT,
            alone: false,
            deadline: None,
        })
    }

    /// Holds back whatever is asked later until this request is answered: for requests whose
    /// answer decides how, or to whom, later ones are sent.
    #[must_use]
    pub fn alone(self) -> Self {
        Self {
            alone: true,
            ..self
        }
    }

    /// Gives up on the answer at `deadline`, however busy the connection is.
    #[must_use]
    pub fn deadline(self, deadline: Option<Instant>) -> Self {
        Self { deadline, ..self }
    }
}

impl std::fmt::Debug for Outgoing {
    /// Leaves the body out: it may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outgoing")
            .field("name", &self.name)
            .field("type", &self.r#type)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
