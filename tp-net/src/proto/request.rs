//! What is asked.

use std::time::Instant;

use bytes::{Bytes, BytesMut};
use tp_frames::{EncodeError, EncodeErrorKind, Packet, Request, tp04};

/// Names one request of one connection, for as long as the connection lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub(crate) u64);

/// One request, encoded but for its header.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub(crate) r#type: u32,
    pub(crate) name: &'static str,
    body: Body,
    /// Whether it asks for padding, so that an Okay turns it on.
    pub(crate) asks_for_padding: bool,
    pub(crate) may_stay_silent: bool,
    pub(crate) exclusive: bool,
    pub(crate) deadline: Option<Instant>,
}

/// The body as it may be sent: which it will be is known only when it is.
#[derive(Clone, PartialEq, Eq)]
enum Body {
    /// No string in it needs pads.
    Either(Bytes),
    /// Nothing where parameters are bytes of the other form.
    Each {
        unpadded: Option<Bytes>,
        padded: Option<Bytes>,
    },
}

impl Body {
    fn new<R: Request>(request: &R) -> Result<Self, EncodeError> {
        let (mut unpadded, mut padded) = (BytesMut::new(), BytesMut::new());
        let plain = request.encode_body(&mut unpadded);
        // TP03 has no padding; what both versions have is encoded as TP04.
        let filled = match R::VERSION.protocol() {
            3 => Ok(()),
            _ => request.encode_body_padded(&mut padded),
        };
        let other = |error: &EncodeError| error.kind() == EncodeErrorKind::Padding;
        match (plain, filled) {
            (Ok(()), Ok(())) if padded.is_empty() || padded.len() == unpadded.len() => {
                Ok(Self::Either(unpadded.freeze()))
            }
            (Err(error), _) if !other(&error) => Err(error),
            (Err(error), Err(_)) => Err(error),
            // A body that only its pads make too long can still be sent without them.
            (plain, filled) => Ok(Self::Each {
                unpadded: plain.is_ok().then(|| unpadded.freeze()),
                padded: filled.is_ok().then(|| padded.freeze()),
            }),
        }
    }
}

impl Outgoing {
    /// Encodes a request.
    ///
    /// # Errors
    ///
    /// A string or list is too long, or the body is.
    pub fn new<R: Request>(request: &R) -> Result<Self, EncodeError> {
        let body = Body::new(request)?;
        let asks_for_padding = filters(request)?.contains(&tp04::SetFiltersFilter::FILTER_PADDING);
        Ok(Self {
            r#type: R::TYPE,
            name: R::NAME,
            body,
            asks_for_padding,
            may_stay_silent: R::MAY_STAY_SILENT,
            // What follows is written as the answer says.
            exclusive: asks_for_padding,
            deadline: None,
        })
    }

    /// The body for a connection that is padded or not; nothing if it has no such form.
    pub(crate) fn body(&self, padded: bool) -> Option<&Bytes> {
        match (&self.body, padded) {
            (Body::Either(body), _) => Some(body),
            (Body::Each { unpadded, .. }, false) => unpadded.as_ref(),
            (Body::Each { padded, .. }, true) => padded.as_ref(),
        }
    }

    /// Holds back whatever is asked later until this request is answered: for requests whose
    /// answer decides how, or to whom, later ones are sent.
    #[must_use]
    pub fn exclusive(self) -> Self {
        Self {
            exclusive: true,
            ..self
        }
    }

    /// Gives up on the answer at `deadline`, however busy the connection is.
    #[must_use]
    pub fn deadline(self, deadline: Option<Instant>) -> Self {
        Self { deadline, ..self }
    }
}

/// The filters that a request asks for; none if it is no `SetFilters`.
pub(crate) fn filters<R: Request>(request: &R) -> Result<Vec<tp04::SetFiltersFilter>, EncodeError> {
    if R::NAME != tp04::SetFilters::NAME {
        return Ok(Vec::new());
    }
    let mut body = BytesMut::new();
    request.encode_body(&mut body)?;
    let asked = tp04::SetFilters::decode(&body);
    Ok(asked.map_or_else(|_| Vec::new(), |(asked, _)| asked.filters))
}

impl std::fmt::Debug for Outgoing {
    /// Leaves the body out: it may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outgoing")
            .field("name", &self.name)
            .field("type", &self.r#type)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "padding_tests.rs"]
mod tests;
