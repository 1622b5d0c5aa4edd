//! What operations and the client API that drives them share.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use tp_frames::{Header, RawFrame, Version};

use super::ReplyFrames;
use super::event_log::EventLog;
use super::known_descriptions::KnownDescriptions;
use super::object_shape::ObjectShape;
use super::turn_ends::TurnEnds;
use super::waiters::Waiters;
use crate::error::Error;
use crate::event::Event;
use crate::lock::lock;
use crate::proto::{Completion, Outgoing, RequestId};
use crate::session::{Report, Session};

/// An operation's way to the session.
#[derive(Debug, Clone)]
pub(crate) struct SessionHandle {
    shared: Arc<Mutex<Shared>>,
    /// Set once the operation has sent all it will.
    all_sent: Option<Arc<AtomicBool>>,
}

/// The session and the answers that operations wait for.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) session: Session,
    slots: HashMap<RequestId, Slot>,
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
    pub(super) clock: fn() -> Instant,
}

/// An answer as far as it has come.
#[derive(Debug, Default)]
struct Slot {
    frames: Vec<RawFrame>,
    completion: Option<Completion>,
    /// Which connection of the session it came on.
    connection: u64,
    /// What is known of a request that was cut off, beyond the end of the session.
    fate: Option<Error>,
    waker: Option<Waker>,
}

impl SessionHandle {
    pub(crate) fn new(session: Session, clock: fn() -> Instant) -> Self {
        let shared = Mutex::new(Shared {
            session,
            slots: HashMap::new(),
            waiters: Waiters::default(),
            told: (None, false),
            events: EventLog::default(),
            turn_ends: TurnEnds::default(),
            driver: None,
            connection: 0,
            descriptions: KnownDescriptions::default(),
            received: 0,
            object_shape: ObjectShape::default(),
            clock,
        });
        Self {
            shared: Arc::new(shared),
            all_sent: None,
        }
    }

    /// The same, for an operation that shows in `all_sent` when it has sent all it will.
    pub(crate) fn with_all_sent(&self, all_sent: Arc<AtomicBool>) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            all_sent: Some(all_sent),
        }
    }

    /// The same, for a step of an operation that may have more to send.
    pub(super) fn as_step(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            all_sent: None,
        }
    }

    /// The operation has sent all it will, unless servers do something odd.
    pub(crate) fn mark_all_sent(&self) {
        if let Some(all_sent) = &self.all_sent {
            all_sent.store(true, Ordering::Relaxed);
        }
    }

    /// The shared state, each change of which is made by one call.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Shared> {
        lock(&self.shared)
    }

    /// Asks something; the answer is collected even before anybody polls for it.
    pub(crate) fn send(&self, outgoing: Outgoing) -> PendingReply {
        self.send_by(|session, now| session.request(outgoing, now))
    }

    /// As [`send`](Self::send), for the request that may be redirected.
    pub(crate) fn send_login(&self, outgoing: Outgoing) -> PendingReply {
        self.send_by(|session, now| session.login(outgoing, now))
    }

    fn send_by(&self, send: impl FnOnce(&mut Session, Instant) -> RequestId) -> PendingReply {
        let mut shared = self.lock();
        let now = (shared.clock)();
        let id = send(&mut shared.session, now);
        shared.slots.insert(id, Slot::default());
        shared.dispatch();
        shared.driver.take().into_iter().for_each(Waker::wake);
        let handle = self.clone();
        PendingReply { handle, id }
    }

    /// The version of the protocol, as soon as it is decided.
    pub(crate) async fn version(&self) -> Result<Version, Error> {
        self.until(None, |shared, _| {
            let version = shared.session.version().map(Ok);
            version.or_else(|| shared.session.error().cloned().map(Err))
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
        let times = [self.session.next_timeout(), self.waiters.next_due()];
        times.into_iter().flatten().min()
    }

    /// Does what is due at `now`.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if self.session.next_timeout().is_some_and(|due| due <= now) {
            self.session.handle_timeout(now);
        }
        self.dispatch();
        self.waiters.wake_due(now);
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
        while let Some(report) = self.session.poll_report() {
            match report {
                Report::Frame { request, frame } => {
                    let bytes = frame.body.len().saturating_add(Header::SIZE);
                    self.received = self.received.saturating_add(bytes as u64);
                    self.look_at_answer(&frame);
                    if let Some(slot) = self.slots.get_mut(&request) {
                        slot.frames.push(frame);
                    }
                }
                Report::Complete {
                    request,
                    completion,
                } => self.complete(request, completion, None),
                Report::FateUnknown { request, name } => {
                    let fate = Error::FateUnknown { request: name };
                    self.complete(request, Completion::Closed, Some(fate));
                }
                Report::AskedAgain(request) => {
                    if let Some(slot) = self.slots.get_mut(&request) {
                        slot.frames.clear();
                    }
                }
                Report::Asynchronous(frame) => self.came_unasked(frame),
                Report::Reconnected => self.publish(Event::Reconnected, 0),
            }
        }
        let told = (self.session.version(), self.session.error().is_some());
        if self.told != told {
            self.told = told;
            self.waiters.wake_all();
        }
    }

    fn complete(&mut self, request: RequestId, completion: Completion, fate: Option<Error>) {
        if let Some(slot) = self.slots.get_mut(&request) {
            slot.completion = Some(completion);
            slot.connection = self.connection;
            slot.fate = fate;
            slot.waker.take().into_iter().for_each(Waker::wake);
        }
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
    id: RequestId,
}

impl Future for PendingReply {
    type Output = Result<ReplyFrames, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut shared = self.handle.lock();
        let Some(slot) = shared.slots.get_mut(&self.id) else {
            // Polled again after it was done.
            return Poll::Ready(Err(Error::Closed));
        };
        let Some(completion) = slot.completion.clone() else {
            slot.waker = Some(context.waker().clone());
            return Poll::Pending;
        };
        let frames = std::mem::take(&mut slot.frames);
        let (connection, fate) = (slot.connection, slot.fate.take());
        shared.slots.remove(&self.id);
        let completion = match (completion, shared.session.reply_timeout()) {
            // What the user has set tells more than what was measured.
            (Completion::TimedOut { .. }, Some(after)) => Completion::TimedOut { after },
            (other, _) => other,
        };
        let is_cut = matches!(completion, Completion::Closed | Completion::NotSent);
        let lost = fate.or_else(|| shared.session.error().cloned());
        if is_cut && frames.is_empty() {
            return Poll::Ready(Err(lost.unwrap_or(Error::Disconnected(None))));
        }
        Poll::Ready(Ok(ReplyFrames {
            frames,
            completion,
            connection,
            lost: lost.filter(|_| is_cut),
        }))
    }
}

impl Drop for PendingReply {
    fn drop(&mut self) {
        let mut shared = self.handle.lock();
        if shared.slots.remove(&self.id).is_some() {
            shared.session.withdraw(self.id);
        }
    }
}
