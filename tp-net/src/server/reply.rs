//! Replies, on their way to the client.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Context;
use std::time::Duration;

use bytes::BytesMut;
use tokio::time::Instant;
use tp_frames::admin::CommandResult;
use tp_frames::game::{Frame, Okay, Redirect, Sequence};
use tp_frames::{AnyFrame, EncodeError, EncodeOptions, Packet, TpString, Version};

use super::limits::past;
use super::outbox::Appended;
use super::pace::Pace;
use super::places::FREE;
use super::timer::Timer;
use super::{Answer, Peer, Quirks, SendError};
use crate::frame_trace::FrameTrace;
use crate::model::{Object, Order, Refusal};

/// The replies to a burst of requests, one after the other. A frame goes straight to what is to be
/// sent; the frames of a group are gathered, so that few others come between them, and sent when there
/// are many, when they have waited for long, and at the end.
pub(super) struct Reply<'a> {
    peer: &'a Peer,
    context: ReplyContext,
    pace: Pace,
    gathered: BytesMut,
    /// Whether there is a group whose end has not come.
    in_group: bool,
    /// When something was last sent of it, or it began.
    sent: Instant,
    /// Runs out when what is gathered has waited for long, if it ever had to.
    timer: Option<Timer>,
    /// Whether frames are told of. That may need anything, so it is not done inside of the outbox.
    is_traced: bool,
    /// Whether the client must read before there is more.
    is_full: bool,
}

/// How many characters are left of words that are too many for a frame.
const FIRST_WORDS: usize = 4096;

/// How many bytes are gathered.
const GATHER: usize = 32 << 10;

/// So long is gathered. A client waits for whole groups, but takes a server for dead of which nothing
/// comes.
const PATIENCE: Duration = Duration::from_millis(100);

/// Room that is made for each answer of a group: an object with its parameters takes some 300 bytes.
const ROOM: usize = 320;

impl<'a> Reply<'a> {
    pub(super) fn new(peer: &'a Peer, version: Version, padded: bool, pace: Pace) -> Self {
        Self {
            peer,
            context: ReplyContext {
                options: EncodeOptions::new(version).padded(padded),
                sequence: 0,
                quirks: peer.quirks(),
            },
            gathered: BytesMut::new(),
            in_group: false,
            sent: pace.began(),
            timer: None,
            is_traced: FrameTrace::is_on(),
            is_full: false,
            pace,
        }
    }

    /// What comes now replies to this request.
    pub(super) fn to(&mut self, sequence: u32) {
        self.context.sequence = sequence;
    }

    /// What the client can read, now that it has named itself.
    pub(super) fn set_quirks(&mut self, quirks: Quirks) {
        self.context.quirks = quirks;
    }

    /// What the client can read, as it speaks nothing that is known.
    pub(super) fn set_version(&mut self, version: Version) {
        self.context.options.version = version;
    }

    /// Whether frames are told of.
    pub(super) fn is_traced(&self) -> bool {
        self.is_traced
    }

    pub(super) fn version(&self) -> Version {
        self.context.options.version
    }

    /// One frame more: what the handler answered, or the refusal in its place.
    pub(super) fn answer<P: ReplyPayload>(
        &mut self,
        answer: Result<P, Refusal>,
    ) -> impl Future<Output = Result<(), SendError>> + Send {
        let mut answer = answer;
        self.answer_with(&mut answer)
    }

    /// As [`answer`](Self::answer), with what is too large to be moved: nothing is left of it.
    #[inline]
    pub(super) fn answer_with<P: ReplyPayload>(
        &mut self,
        answer: &mut Result<P, Refusal>,
    ) -> impl Future<Output = Result<(), SendError>> + Send + use<'_, 'a, P> {
        let put = match answer {
            Ok(payload) => self.put(payload),
            Err(refusal) => self.put_refusal(refusal),
        };
        let is_paced = self.is_paced();
        if !is_paced {
            forget(answer);
        }
        async move {
            match is_paced {
                true => put,
                false => {
                    put?;
                    self.keep_pace().await
                }
            }
        }
    }

    /// A Fail.
    pub(super) fn refuse(
        &mut self,
        refusal: Refusal,
    ) -> impl Future<Output = Result<(), SendError>> + Send {
        self.answer::<Refusal>(Err(refusal))
    }

    /// One answer for each of `of`, in this order: bare if it is one, else after a `Sequence`.
    pub(super) async fn group<I, F, A, T>(&mut self, of: I, ask: F) -> Result<(), SendError>
    where
        I: IntoIterator<IntoIter: ExactSizeIterator + Send>,
        F: Fn(I::Item) -> A,
        A: Answer<T>,
        T: ReplyPayload,
    {
        let of = of.into_iter();
        let is_many = of.len() != 1;
        if is_many {
            self.begin_group(of.len()).await?;
        }
        for (index, one) in of.enumerate() {
            let mut answer = self.wait_for(pin!(ask(one))).await;
            self.answer_with(&mut answer).await?;
            if is_look_due(index) {
                self.look().await?;
            }
        }
        match is_many {
            true => self.end_group().await,
            false => Ok(()),
        }
    }

    /// So many answers follow, not just one: a `Sequence` says so.
    pub(super) async fn begin_group(&mut self, length: usize) -> Result<(), SendError> {
        self.in_group = true;
        self.sent = Instant::now();
        self.gathered
            .reserve(length.saturating_mul(ROOM).min(GATHER));
        let number = u32::try_from(length).unwrap_or(u32::MAX);
        self.answer(Ok(Sequence { number })).await
    }

    /// Waits for what a handler answers. What is gathered does not wait for it for long.
    fn wait_for<F: Future>(&mut self, mut answer: Pin<&mut F>) -> impl Future<Output = F::Output> {
        poll_fn(move |context| {
            let answered = answer.as_mut().poll(context);
            if answered.is_pending() {
                self.poll_patience(context);
            }
            answered
        })
    }

    /// Sends what has been gathered for long; comes back when it will have been.
    #[cold]
    fn poll_patience(&mut self, context: &mut Context<'_>) {
        if self.gathered.is_empty() {
            return;
        }
        let due = past(self.sent, PATIENCE);
        let timer = self.timer.get_or_insert_with(|| Timer::new(due));
        if timer.poll_until(due, context).is_ready() {
            // Who is gone is found out by the next answer.
            let _ = self.send_gathered(false);
        }
    }

    /// Looks at the clock in the midst of a group: sends what is gathered, and pauses, if it is time.
    pub(super) async fn look(&mut self) -> Result<(), SendError> {
        let now = Instant::now();
        if now.saturating_duration_since(self.sent) > PATIENCE {
            self.send_gathered(false)?;
        }
        if self.pace.is_late(now) {
            self.pause().await;
        }
        Ok(())
    }

    /// Sends what is still gathered of the group.
    pub(super) async fn end_group(&mut self) -> Result<(), SendError> {
        self.in_group = false;
        self.flush().await
    }

    /// A Redirect, or where the client does not know it a Fail that says the same.
    pub(super) async fn redirect(&mut self, url: TpString) -> Result<(), SendError> {
        if self.peer.quirks().redirects {
            return self.answer(Ok(Redirect { uri: url })).await;
        }
        let text = format!("the game is at {url} now");
        self.refuse(Refusal::unavailable_temporarily(text)).await
    }

    /// The last frame that is not padded.
    pub(super) fn answer_and_pad(
        &mut self,
        mut answer: impl ReplyPayload,
    ) -> impl Future<Output = Result<(), SendError>> + Send {
        // Of what is gathered, nothing is padded by itself.
        self.in_group = true;
        let put = self.put(&mut answer);
        self.in_group = false;
        let sent = put.and_then(|()| self.send_gathered(true));
        self.context.options = self.context.options.padded(true);
        async move {
            sent?;
            self.keep_pace().await
        }
    }

    /// Sends what is gathered.
    pub(super) async fn flush(&mut self) -> Result<(), SendError> {
        self.send_gathered(false)?;
        self.keep_pace().await
    }

    /// Words for somebody who reads no frames.
    pub(super) fn plain(&mut self, words: &str) -> Result<(), SendError> {
        let outbox = self.peer.outbox();
        outbox
            .append(|out| out.extend_from_slice(words.as_bytes()))
            .map(drop)
    }

    /// Pauses if much time has passed.
    pub(super) async fn pause_if_late(&mut self) {
        if self.pace.is_late(Instant::now()) {
            self.pause().await;
        }
    }

    /// Others have their turn; and if there is no memory for more, they have it until there is. In
    /// memory of its own, as all who answer would have to carry the room for it.
    fn pause(&mut self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async {
            let place = self.peer.place();
            self.pace.pause(place.turns()).await;
            place.relieved().await;
        })
    }

    #[inline(always)]
    fn put(&mut self, payload: &mut impl ReplyPayload) -> Result<(), SendError> {
        self.encode(payload)?
            .or_else(|refusal| self.put_unsayable(refusal, payload))
    }

    /// What a client gets in place of what it cannot be told.
    #[cold]
    fn put_unsayable<P: ReplyPayload>(
        &mut self,
        mut refusal: Unsayable,
        _: &P,
    ) -> Result<(), SendError> {
        let version = self.version();
        if P::IS_DEED {
            // A Fail would say that nothing has changed.
            tracing::error!(%refusal, %version, "what was done cannot be said, the connection ends");
            return Err(SendError::Closed);
        }
        tracing::debug!(%refusal, %version, "cannot be said");
        self.put_refusal(&mut refusal)
    }

    fn put_refusal(&mut self, refusal: &mut Refusal) -> Result<(), SendError> {
        tracing::debug!(code = refusal.code.0, result = %refusal.result.printable(), "refused");
        self.peer.place().metrics().refused_with(refusal.code);
        if self.encode(refusal)?.is_err() {
            // Its own text or list was too long.
            let mut short = Refusal::unavailable_permanently("the refusal is too long to be sent");
            self.encode(&mut short)?.unwrap_or_default();
        }
        Ok(())
    }

    /// Appends a frame; a refusal if this client cannot be told.
    #[inline(always)]
    fn encode(
        &mut self,
        payload: &mut impl ReplyPayload,
    ) -> Result<Result<(), Unsayable>, SendError> {
        let (peer, context) = (self.peer, self.context);
        if self.in_group || self.is_traced {
            let before = self.gathered.len();
            let encoded = encode_within(peer, payload, context, &mut self.gathered);
            self.pace
                .answered(self.gathered.len().saturating_sub(before));
            return Ok(encoded);
        }
        let (encoded, appended) =
            (peer.outbox()).append(|out| encode_within(peer, payload, context, out))?;
        self.pace.answered(appended.bytes);
        self.is_full |= appended.is_full;
        Ok(encoded)
    }

    fn send_gathered(&mut self, then_padded: bool) -> Result<(), SendError> {
        if self.gathered.is_empty() {
            return Ok(());
        }
        if self.in_group {
            self.sent = Instant::now();
        }
        let padded = self.context.options.padded;
        self.peer.trace().sent(&self.gathered, padded);
        let Appended { is_full, .. } =
            (self.peer.outbox()).append_all(&mut self.gathered, then_padded)?;
        self.is_full |= is_full;
        Ok(())
    }

    /// Whether nothing is to be done for the pace now. Asked first, as it mostly is so.
    #[inline]
    fn is_paced(&self) -> bool {
        let is_sent = match self.in_group {
            true => self.gathered.len() < GATHER,
            false => self.gathered.is_empty(),
        };
        is_sent && !self.is_full && !self.pace.is_due()
    }

    /// Sends what is to be sent now, and waits when that is much.
    async fn keep_pace(&mut self) -> Result<(), SendError> {
        let gathered = self.gathered.len();
        if gathered > 0 && (!self.in_group || gathered >= GATHER) {
            self.send_gathered(false)?;
        }
        if std::mem::take(&mut self.is_full) {
            let outbox = self.peer.outbox();
            poll_fn(|context| outbox.poll_room(context)).await?;
        }
        if self.pace.is_due() {
            self.pause().await;
        }
        Ok(())
    }
}

/// Appends a frame; a refusal if it is large where all hold more than they may. Who holds little need
/// not wait then, and does not come to hold much.
#[inline(always)]
fn encode_within<P: ReplyPayload>(
    peer: &Peer,
    payload: &mut P,
    context: ReplyContext,
    out: &mut BytesMut,
) -> Result<(), Unsayable> {
    let before = out.len();
    payload.encode(context, out)?;
    if out.len() > before.saturating_add(FREE) && !P::IS_DEED && peer.place().places().is_over() {
        return Err(take_back(out, before));
    }
    Ok(())
}

#[cold]
fn take_back(out: &mut BytesMut, before: usize) -> Unsayable {
    *out = out.get(..before).unwrap_or_default().into();
    let text = "there is no memory for so large an answer, ask again in a while";
    Refusal::unavailable_temporarily(text).into()
}

/// Drops an answer that was given: it may be long until there is room for more, and it may be large.
#[cold]
fn forget<P>(answer: &mut Result<P, Refusal>) {
    *answer = Err(Refusal::default());
}

/// Whether to look at the clock once so many answers of a group came before.
const fn is_look_due(index: usize) -> bool {
    index % 64 == 63
}

/// `Okay`, with its text.
pub(super) fn okay(result: TpString) -> Spoken<Okay> {
    Spoken(Okay { result })
}

/// How a client wants the frames of a reply.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReplyContext {
    options: EncodeOptions,
    sequence: u32,
    quirks: Quirks,
}

/// What a client gets in place of what it cannot be told.
type Unsayable = Box<Refusal>;

/// What a reply carries: something that can be said in the version of a client.
pub(super) trait ReplyPayload: Send {
    /// Whether something may be done already by the time this is said: then a Fail would be a lie.
    const IS_DEED: bool = false;

    /// Appends the frame that says it, for which what is large is taken out of it. If this client
    /// cannot be told, it gets the refusal in its place.
    fn encode(&mut self, context: ReplyContext, out: &mut BytesMut) -> Result<(), Unsayable>;
}

fn unsayable(error: EncodeError) -> Unsayable {
    Refusal::unavailable_permanently(error.to_string()).into()
}

impl<P: Packet> ReplyPayload for P {
    fn encode(&mut self, to: ReplyContext, out: &mut BytesMut) -> Result<(), Unsayable> {
        to.quirks
            .encode_frame(self, to.options, to.sequence, out)
            .map_err(unsayable)
    }
}

impl ReplyPayload for Object {
    fn encode(&mut self, to: ReplyContext, out: &mut BytesMut) -> Result<(), Unsayable> {
        let frame = self.take_frame(to.options.version);
        frame.map_err(Refusal::from)?.encode(to, out)
    }
}

impl ReplyPayload for Order {
    fn encode(&mut self, to: ReplyContext, out: &mut BytesMut) -> Result<(), Unsayable> {
        let frame = std::mem::take(self).into_frame(to.options.version);
        frame.map_err(Refusal::from)?.encode(to, out)
    }
}

impl ReplyPayload for Refusal {
    fn encode(&mut self, to: ReplyContext, out: &mut BytesMut) -> Result<(), Unsayable> {
        std::mem::take(self)
            .into_frame(to.options.version)
            .encode(to, out)
    }
}

/// An answer that tells what was done. Where it cannot be said, the connection ends, so that the
/// client knows that it does not know.
pub(super) struct Deed<P>(pub(super) P);

impl<P: ReplyPayload> ReplyPayload for Deed<P> {
    const IS_DEED: bool = true;

    fn encode(&mut self, to: ReplyContext, out: &mut BytesMut) -> Result<(), Unsayable> {
        self.0.encode(to, out)
    }
}

/// An order that is in the queue now: as it is there, or the Okay of TP03, which clients of every
/// version take.
pub(super) struct Inserted(pub(super) Option<Order>);

impl ReplyPayload for Inserted {
    const IS_DEED: bool = true;

    fn encode(&mut self, to: ReplyContext, out: &mut BytesMut) -> Result<(), Unsayable> {
        if let Some(mut order) = self.0.take()
            && order.encode(to, out).is_ok()
        {
            return Ok(());
        }
        okay("The order is given.".into()).encode(to, out)
    }
}

/// An answer to which the words do not matter: of too many, the client gets the first.
pub(super) struct Spoken<P>(pub(super) P);

/// What is mostly words.
pub(super) trait Words: Packet {
    fn words(&mut self) -> &mut TpString;
}

impl Words for Okay {
    fn words(&mut self) -> &mut TpString {
        &mut self.result
    }
}

impl Words for CommandResult {
    fn words(&mut self) -> &mut TpString {
        &mut self.output
    }
}

impl<P: Words> ReplyPayload for Spoken<P> {
    const IS_DEED: bool = true;

    fn encode(&mut self, to: ReplyContext, out: &mut BytesMut) -> Result<(), Unsayable> {
        self.0.encode(to, out).or_else(|_| {
            let words = self.0.words();
            let all = words.to_str_lossy();
            let start: String = all.chars().take(FIRST_WORDS).chain(['…']).collect();
            *words = start.into();
            self.0.encode(to, out)
        })
    }
}

/// Whatever frame a handler answers, to a request of which only it knows what it does.
pub(super) struct AnyReply(pub(super) Frame);

impl ReplyPayload for AnyReply {
    const IS_DEED: bool = true;

    fn encode(&mut self, to: ReplyContext, out: &mut BytesMut) -> Result<(), Unsayable> {
        let Self(frame) = self;
        match frame {
            Frame::Game(game) => game.encode(to, out),
            Frame::Player(player) => player.encode(to, out),
            Frame::OrderDesc(desc) => desc.encode(to, out),
            Frame::Order(order) => order.encode(to, out),
            other => other
                .encode_frame(to.options, to.sequence, out)
                .map_err(unsayable),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::task::Poll;

    use tp_frames::DecodeOptions;
    use tp_frames::game::{Fail, FailCode, TP04};
    use tp_frames::wire::split_frame;

    use super::*;
    use crate::server::peer::Client;
    use crate::server::places::Place;
    use crate::server::transports::Transports;

    /// What a client is told where this is the answer.
    async fn said<P: ReplyPayload>(peer: &Peer, payload: P) -> Frame {
        let pace = Pace::new(Instant::now(), peer.place().turns());
        let mut reply = Reply::new(peer, TP04, false, pace);
        let mut answer = pin!(reply.answer(Ok(payload)));
        // It waits until the client has read what is much.
        poll_fn(|context| Poll::Ready(answer.as_mut().poll(context).is_ready())).await;
        let bytes = peer.outbox().take(0).unwrap();
        assert!(peer.outbox().take(0).is_none());
        let options = DecodeOptions::new();
        let (header, body, _) = split_frame(&bytes, &options).unwrap().unwrap();
        let decoded = Frame::decode_body(TP04, header.r#type, body, &options);
        decoded.unwrap().0
    }

    #[tokio::test]
    async fn a_large_answer_is_refused_where_all_hold_too_much_unless_something_was_done() {
        let client = Client {
            id: 1,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 9)),
            transports: Transports::default(),
            encrypted: false,
            deadline: Instant::now(),
        };
        let peer = Peer::new(client, 1 << 20, Place::alone());
        let large = || Okay {
            result: "x".repeat(20_000).into(),
        };
        let small = || Okay {
            result: "x".repeat(10_000).into(),
        };
        assert_eq!(said(&peer, large()).await, Frame::Okay(large()));
        let others = peer.place().metrics();
        others.hold(33 << 20);
        let Frame::Fail(Fail { code, .. }) = said(&peer, large()).await else {
            panic!("it is not refused");
        };
        assert_eq!(code, FailCode::UNAVAILABLE_TEMPORARILY);
        assert_eq!(said(&peer, small()).await, Frame::Okay(small()));
        assert_eq!(said(&peer, Deed(large())).await, Frame::Okay(large()));
        others.release(33 << 20);
        assert_eq!(said(&peer, large()).await, Frame::Okay(large()));
    }
}
