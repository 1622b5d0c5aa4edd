//! What operations and the client API that drives them share.

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use tp_frames::{RawFrame, Version};

use super::ReplyFrames;
use super::known_descriptions::KnownDescriptions;
use super::object_shape::ObjectShape;
use crate::error::Error;
use crate::lock::lock;
use crate::proto::{Completion, Outgoing, RequestId};
use crate::session::{Report, Session};

/// Asynchronous frames kept until somebody takes them; the oldest give way.
const ASYNCHRONOUS_KEPT: usize = 1024;

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
    /// Who waits for the session to be ready or over.
    waiting: Vec<Waker>,
    asynchronous: VecDeque<RawFrame>,
    /// Asynchronous frames that gave way.
    lost: u64,
    /// Wakes whoever drives the session when an operation has given it something to do.
    driver: Option<Waker>,
    /// Which connection of the session the two below are about.
    connection: u64,
    pub(super) descriptions: KnownDescriptions,
    pub(super) object_shape: ObjectShape,
    clock: fn() -> Instant,
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
            waiting: Vec::new(),
            asynchronous: VecDeque::new(),
            lost: 0,
            driver: None,
            connection: 0,
            descriptions: KnownDescriptions::default(),
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
        std::future::poll_fn(|context| {
            let mut shared = self.lock();
            if let Some(version) = shared.session.version() {
                return Poll::Ready(Ok(version));
            }
            if let Some(error) = shared.session.error() {
                return Poll::Ready(Err(error.clone()));
            }
            shared.waiting.push(context.waker().clone());
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

    /// The oldest asynchronous frame that was not taken yet.
    pub(crate) fn take_asynchronous(&mut self) -> Option<RawFrame> {
        self.asynchronous.pop_front()
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
            self.descriptions = KnownDescriptions::default();
            self.object_shape.forget();
        }
        while let Some(report) = self.session.poll_report() {
            match report {
                Report::Frame { request, frame } => {
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
                Report::Asynchronous(frame) => self.keep_asynchronous(frame),
                Report::Reconnected => {}
            }
        }
        if self.session.version().is_some() || self.session.error().is_some() {
            self.waiting.drain(..).for_each(Waker::wake);
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

    fn keep_asynchronous(&mut self, frame: RawFrame) {
        if self.asynchronous.len() >= ASYNCHRONOUS_KEPT {
            self.asynchronous.pop_front();
            self.lost = self.lost.saturating_add(1);
            tracing::warn!(lost = self.lost, "nobody takes the asynchronous frames");
        }
        self.asynchronous.push_back(frame);
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
