//! One connection: bytes in, events out; requests in, bytes out.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::{Buf, BytesMut};
use tp_frames::game::{GetTimeRemaining, Okay, Ping, Redirect};
use tp_frames::{EncodeOptions, Packet, RawFrame, Request, TpString, Version};

use super::framing::{Framed, Framing};
use super::pending::{Pending, Received, as_u64, frame_bytes};
use super::request::{Encode, Kind};
use super::sequence::Sequence;
use super::{Answer, Closed, Completion, Event, Outgoing, RequestId, Settings, Unsent};
use crate::frame_trace::FrameTrace;

/// Requests wait unencoded once this many bytes wait to be written.
const OUTPUT_TARGET: usize = 64 << 10;

/// No more than one keep-alive Ping in this time.
const PING_PACE: Duration = Duration::from_secs(1);

/// One connection to a server, without the socket.
///
/// Hand it what the socket received, write what [`output`](Self::output) gives, drain
/// [`poll_event`](Self::poll_event) after each of these, and call
/// [`handle_timeout`](Self::handle_timeout) when [`next_timeout`](Self::next_timeout) has come.
/// Time is what you say it is; it must not run backwards.
#[derive(Debug)]
pub struct Connection {
    version: Version,
    settings: Settings,
    framing: Framing,
    output: BytesMut,
    /// Bytes that have ever gone into `output`, and bytes of these that were written.
    queued: u64,
    written: u64,
    unsent: Unsent,
    sent: VecDeque<Pending>,
    sequence: Sequence,
    events: VecDeque<Event>,
    /// Bytes of memory of all frames that ever came.
    received: u64,
    /// When the last frame of an answer came.
    progress: Instant,
    /// When something was last written.
    wrote: Instant,
    /// When the last byte went either way.
    busy: Instant,
    closed: bool,
    /// Whether what was not sent waits for somebody to say that it is to be sent here.
    led_elsewhere: bool,
    trace: FrameTrace,
}

impl Connection {
    /// A connection that speaks `version`, opened at `now`.
    #[must_use]
    pub fn new(version: Version, settings: Settings, now: Instant) -> Self {
        Self {
            version,
            framing: Framing::new(settings.decode),
            output: BytesMut::new(),
            queued: 0,
            written: 0,
            unsent: Unsent::default(),
            sent: VecDeque::new(),
            sequence: Sequence::starting_at(settings.first_sequence),
            events: VecDeque::new(),
            received: 0,
            progress: now,
            wrote: now,
            busy: now,
            closed: false,
            led_elsewhere: false,
            trace: FrameTrace::here(),
            settings,
        }
    }

    /// The same, with its frames told by `trace`.
    pub(crate) fn traced(self, trace: FrameTrace) -> Self {
        Self { trace, ..self }
    }

    /// The version of the protocol it speaks.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }

    /// Returns `true` if frames are padded, both ways: they are once the server has said Okay to a
    /// `SetFilters` that asks for it, and stay so.
    #[must_use]
    pub fn is_padded(&self) -> bool {
        self.framing.is_padded()
    }

    /// Asks something. The answer comes as events that name `id`, which must be new.
    ///
    /// On a closed connection the request is complete at once, with [`Completion::NotSent`].
    pub fn request(&mut self, id: RequestId, request: Outgoing, now: Instant) {
        if self.closed {
            self.answered(Some(id), Answer::none(Completion::NotSent));
            return;
        }
        self.unsent.push_back(id, request);
        self.fill(now);
    }

    /// Sends a request that need not wait. Returns `false` if it has to, and is to be asked by
    /// [`request`](Self::request).
    pub(crate) fn send_now<R: Request>(
        &mut self,
        id: RequestId,
        request: &R,
        now: Instant,
    ) -> bool {
        let may_send = self.unsent.is_empty() && self.may_send();
        if may_send {
            let encode = |options: EncodeOptions, sequence, out: &mut BytesMut| {
                request.encode_frame(options, sequence, out)
            };
            self.send(Some(id), Kind::of(request), &encode, now);
        }
        may_send
    }

    /// Takes back a request. Returns `true` if it was never sent; if it was, the end of its answer
    /// is still reported, but of a group no frames are kept until then.
    pub fn withdraw(&mut self, id: RequestId) -> bool {
        // They are sent in the order of their ids, but for what the connection asks for itself; if
        // one is not found for that, no harm is done.
        let sent = self
            .sent
            .binary_search_by_key(&Some(id), |sent| sent.request);
        if let Some(pending) = sent.ok().and_then(|position| self.sent.get_mut(position)) {
            pending.forget();
            return false;
        }
        self.unsent.withdraw(id)
    }

    /// After an answer that led elsewhere nothing more is sent: that is to be
    /// [taken](Self::take_unsent) there. This says that it is to be sent here all the same.
    pub fn stay(&mut self, now: Instant) {
        self.led_elsewhere = false;
        self.fill(now);
    }

    /// The requests that were not sent, in the order asked, to be asked elsewhere.
    pub fn take_unsent(&mut self) -> Unsent {
        std::mem::take(&mut self.unsent)
    }

    /// How many requests wait for their answer or to be sent.
    #[must_use]
    pub fn outstanding(&self) -> usize {
        self.sent.len().saturating_add(self.unsent.len())
    }

    /// Takes bytes that came from the peer.
    pub fn receive(&mut self, bytes: &[u8], now: Instant) {
        if self.closed || bytes.is_empty() {
            return;
        }
        self.busy = now;
        self.framing.receive(bytes, now);
        while !self.closed
            && let Some(framed) = self.framing.next(now)
        {
            self.framed(framed, now);
        }
        self.fill(now);
    }

    /// The peer will send nothing more.
    pub fn end_of_input(&mut self) {
        if self.closed {
            return;
        }
        let closed = match self.framing.ended() {
            Some(Framed::Text(text)) => Closed::NotTp(text),
            _ if self.framing.is_inside_frame() => Closed::EndedInsideFrame,
            _ => Closed::Ended,
        };
        self.close(closed);
    }

    /// What the peer has sent that is no frame, if it has; once.
    pub(crate) fn take_text(&mut self) -> Option<TpString> {
        match self.framing.ended()? {
            Framed::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Bytes to write to the peer; empty if there are none.
    #[must_use]
    pub fn output(&self) -> &[u8] {
        &self.output
    }

    /// Tells that the first `count` bytes of [`output`](Self::output) were written.
    pub fn written(&mut self, count: usize, now: Instant) {
        if count == 0 {
            return;
        }
        let count = count.min(self.output.len());
        self.output.advance(count);
        let before = self.written;
        self.written = before.saturating_add(as_u64(count));
        self.busy = now;
        self.wrote = now;
        // Until a request is written whole, the server cannot be late with its answer. After that,
        // what is written behind it says nothing of the server.
        let first = self.sent.partition_point(|sent| sent.end <= before);
        let whole = self.sent.iter_mut().skip(first);
        for sent in whole.take_while(|sent| sent.end <= self.written) {
            sent.sent = now;
        }
        self.fill(now);
    }

    /// Returns `true` if something happened.
    pub(crate) fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When to call [`handle_timeout`](Self::handle_timeout), if nothing happens before.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Instant> {
        if self.closed {
            return None;
        }
        // Whatever was sent later runs out later.
        let front = self
            .sent
            .front()
            .and_then(|pending| self.expiry(pending, true));
        let times = [
            front,
            self.stall_probe_time(),
            self.ping_time(),
            self.framing.timeout(),
        ];
        times.into_iter().flatten().min()
    }

    /// Does what is due at `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.closed {
            return;
        }
        if let Some(framed) = self.framing.timed_out(now) {
            self.framed(framed, now);
            return;
        }
        self.expire_sent(now);
        let is_due = |time: Option<Instant>| time.is_some_and(|time| time <= now);
        // Both requests are the same in every version, and their bodies empty.
        if is_due(self.stall_probe_time()) {
            self.send_own(GetTimeRemaining::default(), now);
        }
        if is_due(self.ping_time()) {
            self.send_own(Ping::default(), now);
        }
        self.fill(now);
    }

    fn framed(&mut self, framed: Framed, now: Instant) {
        match framed {
            Framed::Frame(frame) => self.frame(frame, now),
            Framed::Text(text) => self.close(Closed::NotTp(text)),
            Framed::Broken(error) => self.close(Closed::Framing(error)),
        }
    }

    /// Pairs a frame with its request.
    fn frame(&mut self, frame: RawFrame, now: Instant) {
        let (sequence, r#type) = (frame.header.sequence, frame.header.r#type);
        self.trace.received(&frame, frame.padded);
        self.received = self.received.saturating_add(as_u64(frame_bytes(&frame)));
        if sequence == 0 {
            self.events.push_back(Event::Asynchronous(frame));
            return;
        }
        let mut sent = self.sent.iter();
        let Some(position) = sent.position(|sent| sent.sequence == sequence) else {
            self.events.push_back(Event::Stray(frame));
            return;
        };
        self.progress = now;
        // Servers answer in the order asked, so older answers that had begun are over.
        let ours = position.saturating_sub(self.end_superseded(position));
        let received = Received {
            bytes: self.received,
            limit: self.settings.answer_bytes,
        };
        let Some(pending) = self.sent.get_mut(ours) else {
            return;
        };
        self.led_elsewhere |= pending.kind.exclusive && r#type == Redirect::TYPE;
        if pending.kind.asks_for_padding && r#type == Okay::TYPE {
            self.framing.pad();
        }
        if let Some(answer) = pending.take(frame, received) {
            let request = pending.request;
            if ours == 0 {
                self.sent.pop_front();
            } else {
                self.sent.remove(ours);
            }
            self.answered(request, answer);
        }
    }

    /// Ends what the server has left behind among the first `count` sent; returns how many those
    /// were.
    fn end_superseded(&mut self, count: usize) -> usize {
        let mut ended = 0_usize;
        for index in 0..count {
            let index = index.saturating_sub(ended);
            if let Some(completion) = self.sent.get(index).and_then(Pending::superseded) {
                self.finish(index, completion);
                ended = ended.saturating_add(1);
            }
        }
        ended
    }

    /// Ends the sent request at `index`.
    fn finish(&mut self, index: usize, completion: Completion) {
        if let Some(mut pending) = self.sent.remove(index) {
            self.answered(pending.request, pending.ended(completion));
        }
    }

    fn answered(&mut self, request: Option<RequestId>, answer: Answer) {
        if let Some(request) = request {
            self.events.push_back(Event::Answered { request, answer });
        }
    }

    fn expiry(&self, pending: &Pending, is_front: bool) -> Option<Instant> {
        let optional = self.settings.optional_reply_timeout;
        let optional = Some(optional).filter(|_| pending.kind.may_stay_silent && is_front);
        let timeouts = [self.settings.reply_timeout, optional];
        let moved = match pending.end > self.written {
            true => self.progress.max(self.wrote),
            false => self.progress,
        };
        pending.expiry(moved, timeouts.into_iter().flatten().min())
    }

    fn expire_sent(&mut self, now: Instant) {
        let mut index = 0_usize;
        while let Some(pending) = self.sent.get(index) {
            let expiry = self.expiry(pending, index == 0);
            if expiry.is_none_or(|expiry| expiry > now) {
                index = index.saturating_add(1);
                continue;
            }
            if pending.kind.asks_for_padding && !self.framing.is_padded() {
                // Whatever was sent next might be read otherwise than it is written.
                let after = now.saturating_duration_since(pending.sent);
                return self.close(Closed::PaddingUnknown { after });
            }
            let completion = pending.expired(now);
            self.finish(index, completion);
        }
    }

    fn close(&mut self, closed: Closed) {
        self.closed = true;
        self.output.clear();
        for mut pending in std::mem::take(&mut self.sent) {
            // Nobody acts on half a frame.
            let completion = if pending.end > self.written {
                Completion::NotSent
            } else {
                Completion::Closed
            };
            self.answered(pending.request, pending.ended(completion));
        }
        self.events.push_back(Event::Closed(closed));
    }

    /// When the connection has been idle long enough for a Ping.
    ///
    /// Whether the Ping is answered is nobody's business: a server that stays silent is alive.
    fn ping_time(&self) -> Option<Instant> {
        let idle = self.sent.is_empty() && self.unsent.is_empty() && self.output.is_empty();
        let keep_alive = self.settings.keep_alive.filter(|_| idle)?;
        self.busy.checked_add(keep_alive.max(PING_PACE))
    }

    /// When a group has been quiet for so long that the server may have given it up.
    fn stall_probe_time(&self) -> Option<Instant> {
        let only = self.sent.front().filter(|_| self.sent.len() == 1)?;
        let quiet = only.is_in_group() && self.unsent.is_empty();
        self.progress
            .checked_add(self.settings.stall_probe)
            .filter(|_| quiet)
    }

    /// Sends a request whose answer nobody waits for.
    fn send_own<R: Request>(&mut self, request: R, now: Instant) {
        let request = Outgoing::new(request);
        self.send(None, request.kind, &*request.encode, now);
    }

    /// Turns requests into bytes while there is use for more.
    fn fill(&mut self, now: Instant) {
        while self.may_send()
            && let Some((id, request)) = self.unsent.next()
        {
            self.send(Some(id), request.kind, &*request.encode, now);
        }
    }

    /// Returns `true` if the next request can be sent, and there is use for it.
    fn may_send(&self) -> bool {
        let is_free = !self.closed && !self.led_elsewhere && self.output.len() < OUTPUT_TARGET;
        is_free && !self.sent.back().is_some_and(|last| last.kind.exclusive)
    }

    fn send(&mut self, id: Option<RequestId>, kind: Kind, encode: &Encode<'_>, now: Instant) {
        let sent = &self.sent;
        let sequence = self
            .sequence
            .next(|number| sent.iter().any(|sent| sent.sequence == number));
        let options = EncodeOptions::new(self.version).padded(self.framing.is_padded());
        let before = self.output.len();
        if let Err(error) = encode(options, sequence, &mut self.output) {
            self.answered(id, Answer::none(Completion::Unsendable(error)));
            return;
        }
        let frame = self.output.get(before..).unwrap_or_default();
        let bytes = as_u64(frame.len());
        let most = kind.most_answers(frame.len(), self.settings.answer_frames);
        self.trace.sent(frame, options.padded);
        self.queued = self.queued.saturating_add(bytes);
        let end = self.queued;
        self.sent
            .push_back(Pending::new(id, sequence, end, now, kind, most));
    }
}

#[cfg(test)]
#[path = "connection_tests.rs"]
mod tests;
