//! What is asked.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use bytes::BytesMut;
use tp_frames::game::{Connect, Login, SetFilters, SetFiltersFilter};
use tp_frames::{EncodeError, EncodeOptions, Packet as _, Request};

use super::writes::may_change_something;

/// Names one request of one connection, for as long as the connection lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub(crate) u64);

type Encode = dyn Fn(EncodeOptions, u32, &mut BytesMut) -> Result<(), EncodeError> + Send + Sync;

/// One request. It is encoded when it is sent: only then is it known in which version, and whether
/// padded.
#[derive(Clone)]
pub struct Outgoing {
    pub(crate) name: &'static str,
    /// Appends the frame, under this sequence number.
    pub(super) encode: Arc<Encode>,
    /// The filters that it asks for, if it is a `SetFilters`.
    pub(crate) filters: Vec<SetFiltersFilter>,
    pub(crate) may_stay_silent: bool,
    /// Whether asking twice may do something twice.
    pub(crate) writes: bool,
    /// The connection of its session on which it means something; `None` if on any.
    pub(crate) only_on: Option<u64>,
    /// Holds back whatever is asked later until it is answered.
    pub(crate) exclusive: bool,
}

impl Outgoing {
    /// A request.
    pub fn new<R: Request>(request: R) -> Self {
        let set_filters = (&request as &dyn Any).downcast_ref::<SetFilters>();
        Self {
            name: R::NAME,
            filters: set_filters.map_or_else(Vec::new, |it| it.filters.clone()),
            may_stay_silent: R::MAY_STAY_SILENT,
            writes: may_change_something::<R>(),
            only_on: None,
            // To whom what follows is sent, and how it is written, is for the answer to say. The
            // types are those of the administration protocol, too.
            exclusive: set_filters.is_some() || [Connect::TYPE, Login::TYPE].contains(&R::TYPE),
            encode: Arc::new(move |options, sequence, out: &mut BytesMut| {
                request.encode_frame(options, sequence, out)
            }),
        }
    }

    /// The same, which means nothing on another connection than this, if any.
    pub(crate) fn only_on(self, connection: Option<u64>) -> Self {
        Self {
            only_on: connection,
            ..self
        }
    }

    /// Returns `true` if an Okay turns padding on.
    pub(crate) fn asks_for_padding(&self) -> bool {
        self.filters.contains(&SetFiltersFilter::FILTER_PADDING)
    }
}

impl fmt::Debug for Outgoing {
    /// Leaves the values out: one may be a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
