//! What is asked.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use bytes::BytesMut;
use tp_frames::game::{self, Connect, Login, SetFilters, SetFiltersFilter};
use tp_frames::{
    AnyFrame as _, EncodeError, EncodeOptions, FieldKind, Header, Packet as _, PacketInfo,
    ReplyInfo, ReplySequence, Request,
};

use super::writes::may_change_something;

/// Names one request of one connection, for as long as the connection lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId {
    /// They rise by one.
    pub(crate) number: u64,
    /// Where its answer is waited for, which is so for others after it.
    pub(crate) place: usize,
}

/// Appends a frame, under this sequence number.
pub(super) type Encode<'a> =
    dyn Fn(EncodeOptions, u32, &mut BytesMut) -> Result<(), EncodeError> + Send + Sync + 'a;

/// What a connection does otherwise with some requests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    pub(super) may_stay_silent: bool,
    /// Holds back whatever is asked later until it is answered.
    pub(super) exclusive: bool,
    /// An Okay turns padding on.
    pub(super) asks_for_padding: bool,
    answers: Answers,
}

/// How many answers a request can have.
#[derive(Debug, Clone, Copy)]
enum Answers {
    One,
    /// One to each entry of the list that ends the request, whose frame has so many bytes where the
    /// list is empty.
    EachOf {
        empty: usize,
    },
    /// Only the server knows.
    Any,
}

/// The fewest bytes that name one thing in a list.
const ENTRY: usize = 4;

impl Kind {
    pub(super) fn of<R: Request>(request: &R) -> Self {
        Self::described(R::INFO, &ReplyInfo::of::<R>(), filters(request))
    }

    /// What is done with a packet that is described so.
    #[inline(always)]
    fn described(
        packet: &PacketInfo,
        reply: &ReplyInfo,
        filters: Option<&[SetFiltersFilter]>,
    ) -> Self {
        Self {
            may_stay_silent: reply.may_stay_silent,
            // To whom what follows is sent, and how it is written, is for the answer to say. The
            // types are those of the administration protocol, too.
            exclusive: filters.is_some() || [Connect::TYPE, Login::TYPE].contains(&packet.r#type),
            asks_for_padding: filters
                .is_some_and(|it| it.contains(&SetFiltersFilter::FILTER_PADDING)),
            answers: match (reply.sequence, packet.fields.last()) {
                (ReplySequence::Never, _) => Answers::One,
                (_, Some(last)) if last.kind() == FieldKind::List => Answers::EachOf {
                    empty: Header::SIZE.saturating_add(packet.min_size),
                },
                _ => Answers::Any,
            },
        }
    }

    /// How many answers can come to such a request if its frame has so many bytes; `any` if only the
    /// server knows. Who asks for nothing may mean all there is.
    pub(super) fn most_answers(self, bytes: usize, any: u32) -> u32 {
        match self.answers {
            Answers::One => 1,
            Answers::EachOf { empty } if bytes > empty => {
                let entries = bytes.saturating_sub(empty).div_ceil(ENTRY);
                u32::try_from(entries).unwrap_or(u32::MAX)
            }
            Answers::EachOf { .. } | Answers::Any => any,
        }
    }
}

/// The filters that a request asks for, if it is a `SetFilters`.
pub(crate) fn filters<R: Request>(request: &R) -> Option<&[SetFiltersFilter]> {
    let request = (request as &dyn Any).downcast_ref::<SetFilters>();
    request.map(|it| it.filters.as_slice())
}

/// One request that waits. It is encoded when it is sent: only then is it known in which version,
/// and whether padded.
#[derive(Clone)]
pub struct Outgoing {
    pub(crate) name: &'static str,
    pub(super) encode: Arc<Encode<'static>>,
    pub(super) kind: Kind,
    /// Whether asking twice may do something twice.
    pub(crate) writes: bool,
    /// The connection of its session on which it means something; `None` if on any.
    pub(crate) only_on: Option<u64>,
}

impl Outgoing {
    /// A request of which only the program that runs knows which; `None` if servers do not answer it.
    pub(crate) fn of_frame(frame: game::Frame) -> Option<Self> {
        let packet = game::PACKETS
            .iter()
            .find(|it| it.r#type == frame.frame_type())?;
        let reply = packet.reply.as_ref()?;
        let filters = match &frame {
            game::Frame::SetFilters(it) => Some(it.filters.as_slice()),
            _ => None,
        };
        Some(Self {
            name: packet.name,
            kind: Kind::described(packet, reply, filters),
            writes: may_change_something(packet),
            only_on: None,
            encode: Arc::new(move |options, sequence, out: &mut BytesMut| {
                frame.encode_frame(options, sequence, out)
            }),
        })
    }

    /// A request.
    pub fn new<R: Request>(request: R) -> Self {
        Self {
            name: R::NAME,
            kind: Kind::of(&request),
            writes: may_change_something(R::INFO),
            only_on: None,
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
}

impl fmt::Debug for Outgoing {
    /// Leaves the values out: one may be a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
