//! What operations and the client API that drives them share.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use slab::Slab;
use tp_frames::{DecodeOptions, Header, RawFrame, Request, Version};

use super::ReplyFrames;
use super::deadline::{Deadline, Due, Limit};
use super::event_log::EventLog;
use super::known_descriptions::KnownDescriptions;
use super::object_shape::ObjectShape;
use super::turn_ends::TurnEnds;
use super::waiters::Waiters;
use crate::error::Error;
use crate::event::Event;
use crate::lock::lock;
use crate::proto::{Answer, Completion, Outgoing, RequestId};
use crate::session::{Report, Session};

/// An operation's way to the session. Clones are the same operation.
#[derive(Debug, Clone)]
pub(crate) struct SessionHandle {
    inner: Arc<Inner>,
    /// Somebody wants to know when the operation has sent all it will.
    tells_all_sent: bool,
    deadline: Deadline,
}

#[derive(Debug)]
struct Inner {
    shared: Mutex<Shared>,
    /// How frames are read.
    decode: DecodeOptions,
    /// How long an operation may take.
    limit: Limit,
    /// The operation that was polled last has sent all it will.
    all_sent: AtomicBool,
}

/// The session and the answers that operations wait for.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) session: Session,
    /// By the places of the requests.
    slots: Slab<Slot>,
    pub(super) waiters: Waiters,
    /// What those who wait were last told of the session: its version, and whether it is over.
    told: (Option<Version>, bool),
    pub(super) events: EventLog,
    pub(super) turn_ends: TurnEnds,
    /// Wakes whoever drives the session when an operation has given it something to do.
    driver: Option<Waker>,
    /// Which connection of the session the two below are about.
    connection: u64,
    pub(super) descriptions: KnownDescriptions,
    pub(super) object_shape: ObjectShape,
    /// Bytes of all answers.
    received: u64,
    /// How long an operation may take.
    limit: Limit,
    /// When the first of the operations that wait for answers has to be over, or one had that does
    /// not wait any more; and the same as the clock has it.
    first_due: Due,
    first_due_at: Option<Instant>,
    pub(super) clock: fn() -> Instant,
}

/// Where an answer is waited for.
#[derive(Debug)]
struct Slot {
    request: RequestId,
    /// When the operation that waits has to be over.
    due: Due,
    state: SlotState,
}

#[derive(Debug)]
enum SlotState {
    Waiting(Option<Waker>),
    Answered {
        answer: Answer,
        /// Which connection of the session it came on.
        connection: u64,
        /// The name of the request, if it was cut off and nobody knows what came of it.
        fate_unknown: Option<&'static str>,
    },
    /// The operation has to be over.
    Late,
}

impl SessionHandle {
    pub(crate) fn new(session: Session, clock: fn() -> Instant) -> Self {
        let decode = session.options().settings.decode;
        let limit = Limit::new(session.options().operation_timeout, clock());
        let kept_events = session.options().kept_events;
        let shared = Mutex::new(Shared {
            session,
            slots: Slab::new(),
            waiters: Waiters::default(),
            told: (None, false),
            events: EventLog::new(kept_events),
            turn_ends: TurnEnds::default(),
            driver: None,
            connection: 0,
            descriptions: KnownDescriptions::default(),
            received: 0,
            limit,
            first_due: Due::NEVER,
            first_due_at: None,
            object_shape: ObjectShape::default(),
            clock,
        });
        let inner = Inner {
            shared,
            decode,
            limit,
            all_sent: AtomicBool::new(false),
        };
        Self {
            inner: Arc::new(inner),
            tells_all_sent: false,
            deadline: Deadline::default(),
        }
    }

    /// The same, for an operation of which [`take_all_sent`](Self::take_all_sent) is asked.
    pub(crate) fn as_operation(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            tells_all_sent: true,
            deadline: Deadline::default(),
        }
    }

    /// The same, for an operation that has all the time it wants, as somebody else ends it.
    pub(crate) fn without_deadline(&self) -> Self {
        Self {
            deadline: Deadline::never(),
            ..self.clone()
        }
    }

    /// The same, for another operation.
    pub(super) fn anew(&self) -> Self {
        Self {
            deadline: Deadline::default(),
            ..self.clone()
        }
    }

    /// The operation begins now, if it has not. To be called by those of several steps, or each step
    /// would have all the time that there is for the whole.
    pub(crate) fn begin_operation(&self) {
        self.inner.limit.due(&self.deadline, self.now());
    }

    /// The same, for a step of an operation that may have more to send.
    pub(crate) fn as_step(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            tells_all_sent: false,
            deadline: self.deadline.clone(),
        }
    }

    /// The operation has sent all it will, unless servers do something odd.
    pub(crate) fn mark_all_sent(&self) {
        if self.tells_all_sent {
            self.inner.all_sent.store(true, Ordering::Relaxed);
        }
    }

    /// Returns `true` if an operation has sent all it will since this was asked last.
    pub(crate) fn take_all_sent(&self) -> bool {
        self.inner.all_sent.swap(false, Ordering::Relaxed)
    }

    /// The shared state, each change of which is made by one call.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Shared> {
        lock(&self.inner.shared)
    }

    pub(crate) fn decode_options(&self) -> DecodeOptions {
        self.inner.decode
    }

    /// Sends a request, without waiting; the answer is collected even before anybody polls for it.
    pub(super) fn begin<R: Request>(&self, request: R) -> PendingReply {
        self.send_by(|session, id, now| {
            if !session.send_now(id, &request, now) {
                session.request(id, Outgoing::new(request), now);
            }
        })
    }

    /// As [`begin`](Self::begin), for a request that not every connection can take.
    pub(crate) fn send(&self, outgoing: Outgoing) -> PendingReply {
        self.send_by(|session, id, now| session.request(id, outgoing, now))
    }

    /// As [`begin`](Self::begin), for the request that may be redirected.
    pub(crate) fn send_login(&self, outgoing: Outgoing) -> PendingReply {
        self.send_by(|session, id, now| session.login(id, outgoing, now))
    }

    fn send_by(&self, send: impl FnOnce(&mut Session, RequestId, Instant)) -> PendingReply {
        let mut shared = self.lock();
        let now = (shared.clock)();
        let limit = &self.inner.limit;
        let due = limit.due(&self.deadline, now);
        let is_late = limit.is_over(due, now);
        let place = shared.slots.vacant_key();
        let id = shared.session.take_id(place);
        shared.slots.insert(Slot {
            request: id,
            due,
            state: match is_late {
                true => SlotState::Late,
                false => SlotState::Waiting(None),
            },
        });
        if !is_late {
            shared.expect_due(due);
            send(&mut shared.session, id, now);
        }
        shared.dispatch();
        if let Some(driver) = shared.driver.take() {
            driver.wake();
        }
        drop(shared);
        PendingReply {
            handle: self.clone(),
            id: Some(id),
        }
    }

    /// The version of the protocol, as soon as it is decided.
    pub(crate) async fn version(&self) -> Result<Version, Error> {
        if let Some(version) = self.lock().session.version() {
            return Ok(version);
        }
        // Of those who need not wait, none has to have room for it.
        let version = self.in_time(None, |shared, _| {
            let version = shared.session.version().map(Ok);
            version.or_else(|| shared.session.error().cloned().map(Err))
        });
        Box::pin(version).await
    }

    /// As [`until`](Self::until), but no longer than the operation may take.
    ///
    /// # Errors
    ///
    /// What `ready` says; or the operation takes too long.
    pub(super) async fn in_time<T>(
        &self,
        due: Option<Instant>,
        mut ready: impl FnMut(&mut Shared, Instant) -> Option<Result<T, Error>>,
    ) -> Result<T, Error> {
        let limit = &self.inner.limit;
        let end = limit.due(&self.deadline, self.now());
        let due = [due, limit.instant(end)].into_iter().flatten().min();
        self.until(due, |shared, now| {
            let late = || Err(Error::Timeout(limit.time()));
            ready(shared, now).or_else(|| limit.is_over(end, now).then(late))
        })
        .await
    }

    pub(super) fn now(&self) -> Instant {
        (self.lock().clock)()
    }

    /// Waits until `ready` says something. It is asked whenever the session becomes ready or is
    /// over, when something comes unasked, and at `due`.
    pub(super) async fn until<T>(
        &self,
        due: Option<Instant>,
        mut ready: impl FnMut(&mut Shared, Instant) -> Option<T>,
    ) -> T {
        let waiting = Waiting::new(self);
        std::future::poll_fn(|context| {
            let mut shared = self.lock();
            let now = (shared.clock)();
            if let Some(output) = ready(&mut shared, now) {
                return Poll::Ready(output);
            }
            let next = shared.next_timeout();
            if due.is_some_and(|due| next.is_none_or(|next| due < next)) {
                // Whoever drives the session rests for too long.
                shared.driver.take().into_iter().for_each(Waker::wake);
            }
            waiting.wake(&mut shared.waiters, due, context.waker());
            Poll::Pending
        })
        .await
    }
}

impl Shared {
    /// Whom to wake when there is something to do.
    #[cfg(feature = "tokio")]
    pub(crate) fn set_driver(&mut self, waker: Waker) {
        self.driver = Some(waker);
    }

    /// When to call [`handle_timeout`](Self::handle_timeout), if nothing happens before.
    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        let times = [
            self.session.next_timeout(),
            self.waiters.next_due(),
            self.first_due_at,
        ];
        times.into_iter().flatten().min()
    }

    /// Does what is due at `now`.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if self.session.next_timeout().is_some_and(|due| due <= now) {
            self.session.handle_timeout(now);
        }
        self.dispatch();
        self.waiters.wake_due(now);
        if self.first_due_at.is_some_and(|due| due <= now) {
            self.end_late(now);
        }
    }

    /// An operation that has to be over then waits for an answer.
    fn expect_due(&mut self, due: Due) {
        if due < self.first_due {
            self.first_due = due;
            self.first_due_at = self.limit.instant(due);
        }
    }

    /// Ends what operations wait for that have to be over.
    fn end_late(&mut self, now: Instant) {
        (self.first_due, self.first_due_at) = (Due::NEVER, None);
        let mut next = Due::NEVER;
        for (_, slot) in &mut self.slots {
            let SlotState::Waiting(waker) = &mut slot.state else {
                continue;
            };
            if !self.limit.is_over(slot.due, now) {
                next = next.min(slot.due);
                continue;
            }
            waker.take().into_iter().for_each(Waker::wake);
            slot.state = SlotState::Late;
            self.session.withdraw(slot.request);
        }
        self.expect_due(next);
    }

    /// How many bytes all answers had so far.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// Tells everybody who listens; the event had so many bytes.
    pub(crate) fn publish(&mut self, event: Event, bytes: usize) {
        self.events.push(event, bytes);
        self.waiters.wake_all();
    }

    /// Gives up, as the user wants.
    #[cfg(feature = "tokio")]
    pub(crate) fn close(&mut self) {
        self.session.close();
        self.dispatch();
        self.driver.take().into_iter().for_each(Waker::wake);
    }

    /// Hands what has happened to those who wait for it.
    pub(crate) fn dispatch(&mut self) {
        let connection = self.session.connections();
        if self.connection != connection {
            self.connection = connection;
            self.told = (None, false);
            self.turn_ends.reconnected();
            self.descriptions = KnownDescriptions::default();
            self.object_shape.forget();
        }
        if self.session.has_reports() {
            let now = (self.clock)();
            while let Some(report) = self.session.poll_report(now) {
                self.take_report(report);
            }
        }
        let told = (self.session.version(), self.session.error().is_some());
        if self.told != told {
            self.told = told;
            self.waiters.wake_all();
        }
    }

    fn take_report(&mut self, report: Report) {
        match report {
            Report::Answered {
                request,
                answer,
                fate_unknown,
            } => self.answered(request, answer, fate_unknown),
            Report::Asynchronous(frame) => self.came_unasked(frame),
            Report::Reconnected => self.publish(Event::Reconnected, 0),
        }
    }

    fn answered(&mut self, request: RequestId, answer: Answer, fate_unknown: Option<&'static str>) {
        for frame in &answer.frames {
            let bytes = frame.body.len().saturating_add(Header::SIZE);
            self.received = self.received.saturating_add(bytes as u64);
            self.look_at_answer(frame);
        }
        let Some(slot) = self.slots.get_mut(request.place) else {
            return;
        };
        // Of an answer that comes too late nothing was kept.
        let SlotState::Waiting(waker) = &mut slot.state else {
            return;
        };
        if slot.request != request {
            return;
        }
        waker.take().into_iter().for_each(Waker::wake);
        slot.state = SlotState::Answered {
            answer,
            connection: self.connection,
            fate_unknown,
        };
    }

    fn came_unasked(&mut self, frame: RawFrame) {
        let bytes = frame.body.len().saturating_add(Header::SIZE);
        let options = self.session.options().settings.decode;
        let event = self.look_at_event(Event::from_frame(frame, &options));
        self.publish(event, bytes);
    }
}

/// A place among those who wait, until it is dropped.
#[derive(Debug)]
pub(super) struct Waiting {
    handle: SessionHandle,
    id: u64,
}

impl Waiting {
    pub(super) fn new(handle: &SessionHandle) -> Self {
        let id = handle.lock().waiters.join();
        Self {
            handle: handle.clone(),
            id,
        }
    }

    /// Asks to be woken once, at `due` at the latest.
    pub(super) fn wake(&self, waiters: &mut Waiters, due: Option<Instant>, waker: &Waker) {
        waiters.wait(self.id, due, waker);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.handle.lock().waiters.leave(self.id);
    }
}

/// The reply to a request that was sent. Dropping it gives up the answer, not the connection's
/// order.
#[derive(Debug)]
pub(crate) struct PendingReply {
    handle: SessionHandle,
    /// `None` once it was given out.
    id: Option<RequestId>,
}

impl Future for PendingReply {
    type Output = Result<ReplyFrames, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        // Polled again after it was done, if there is none.
        let Some(id) = this.id else {
            return Poll::Ready(Err(Error::Closed));
        };
        let mut shared = this.handle.lock();
        if let Some(Slot {
            state: SlotState::Waiting(waker),
            ..
        }) = shared.slots.get_mut(id.place)
        {
            *waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        this.id = None;
        let state = shared.slots.try_remove(id.place).map(|slot| slot.state);
        let Some(SlotState::Answered {
            answer,
            connection,
            fate_unknown,
        }) = state
        else {
            return Poll::Ready(Err(match state {
                Some(SlotState::Late) => Error::Timeout(shared.limit.time()),
                _ => Error::Closed,
            }));
        };
        let Answer { frames, completion } = answer;
        let (completion, lost) = match completion {
            // What the user has set tells more than what was measured.
            Completion::TimedOut { after } => {
                let after = shared.session.reply_timeout().unwrap_or(after);
                (Completion::TimedOut { after }, None)
            }
            Completion::Closed | Completion::NotSent => {
                let fate = fate_unknown.map(|request| Error::FateUnknown { request });
                let lost = fate.or_else(|| shared.session.error().cloned());
                (completion, Some(lost.unwrap_or(Error::Disconnected(None))))
            }
            other => (other, None),
        };
        match lost {
            Some(lost) if frames.is_empty() => Poll::Ready(Err(lost)),
            lost => Poll::Ready(Ok(ReplyFrames {
                frames,
                completion,
                connection,
                lost,
            })),
        }
    }
}

impl Drop for PendingReply {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            let mut shared = self.handle.lock();
            shared.slots.try_remove(id.place);
            shared.session.withdraw(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use bytes::BytesMut;
    use tp_frames::{Packet, game};

    use super::*;
    use crate::options::Options;
    use crate::proto::Versions;

    thread_local! {
        static PASSED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
        static START: Instant = Instant::now();
    }

    fn clock() -> Instant {
        START
            .with(|start| *start)
            .checked_add(PASSED.get())
            .unwrap()
    }

    /// A session that is ready.
    fn ready(options: Options) -> SessionHandle {
        let options = options.versions(Versions::only(game::TP04));
        let session = Session::new("tp://game".parse().unwrap(), options, 0);
        let handle = SessionHandle::new(session, clock);
        handle.lock().session.take_url().unwrap();
        handle.lock().session.opened(clock());
        hear(&handle, 1, &game::Okay::default());
        handle
    }

    fn hear(handle: &SessionHandle, sequence: u32, packet: &impl Packet) {
        let mut bytes = BytesMut::new();
        let encoded = packet.encode_frame(game::TP04, sequence, &mut bytes);
        encoded.unwrap();
        let mut shared = handle.lock();
        shared.session.receive(&bytes, clock());
        shared.dispatch();
    }

    #[test]
    fn who_ran_out_of_time_is_told_so_whatever_comes_before_it_looks() {
        let limit = Duration::from_secs(10);
        let handle = ready(Options::default().operation_timeout(Some(limit)));
        let mut games = handle.begin(game::GetGames::default());
        PASSED.set(limit);
        handle.lock().handle_timeout(clock());
        hear(&handle, 2, &game::Sequence { number: 1 });
        hear(&handle, 2, &game::Game::default());
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(Err(error)) = Pin::new(&mut games).poll(&mut context) else {
            panic!("it is not over");
        };
        assert!(
            matches!(error, Error::Timeout(time) if time == limit),
            "{error}"
        );
    }
}
