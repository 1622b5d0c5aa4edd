//! What is asked.

use std::any::Any;

use bytes::{Bytes, BytesMut};
use tp_frames::tp04::SetFiltersFilter;
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
    /// The filters that it asks for, if it is a `SetFilters`.
    pub(crate) filters: Vec<SetFiltersFilter>,
    pub(crate) may_stay_silent: bool,
    /// Holds back whatever is asked later until it is answered.
    pub(crate) exclusive: bool,
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
    pub fn new<R: Request + 'static>(request: &R) -> Result<Self, EncodeError> {
        let set_filters = (request as &dyn Any).downcast_ref::<tp04::SetFilters>();
        Ok(Self {
            r#type: R::TYPE,
            name: R::NAME,
            body: Body::new(request)?,
            filters: set_filters.map_or_else(Vec::new, |it| it.filters.clone()),
            may_stay_silent: R::MAY_STAY_SILENT,
            // To whom what follows is sent, and how it is written, is for the answer to say. These
            // two types are the same in every version.
            exclusive: set_filters.is_some()
                || [tp04::Connect::TYPE, tp04::Login::TYPE].contains(&R::TYPE),
        })
    }

    /// Returns `true` if an Okay turns padding on.
    pub(crate) fn asks_for_padding(&self) -> bool {
        self.filters.contains(&SetFiltersFilter::FILTER_PADDING)
    }

    /// The body for a connection that is padded or not; `None` if it has no such form.
    pub(crate) fn body(&self, padded: bool) -> Option<&Bytes> {
        match (&self.body, padded) {
            (Body::Either(body), _) => Some(body),
            (Body::Each { unpadded, .. }, false) => unpadded.as_ref(),
            (Body::Each { padded, .. }, true) => padded.as_ref(),
        }
    }
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
