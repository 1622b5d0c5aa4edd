//! Listening to what comes unasked.

#[cfg(feature = "tokio")]
use std::task::{Context, Poll};
use std::time::Duration;

use super::SessionHandle;
use super::event_log::ListenerId;
#[cfg(feature = "tokio")]
use super::session_handle::Waiting;
use crate::error::Error;
use crate::event::Event;

/// One who is to have every event from now on, until it is dropped.
#[derive(Debug)]
pub(crate) struct Listener {
    handle: SessionHandle,
    id: ListenerId,
    #[cfg(feature = "tokio")]
    waiting: Waiting,
}

impl Listener {
    pub(crate) fn new(handle: &SessionHandle) -> Self {
        let id = handle.lock().events.listen();
        Self {
            handle: handle.clone(),
            id,
            #[cfg(feature = "tokio")]
            waiting: Waiting::new(handle),
        }
    }

    pub(crate) fn id(&self) -> ListenerId {
        self.id
    }

    /// The next event; `None` once the session is over and all were taken.
    #[cfg(feature = "tokio")]
    pub(crate) fn poll_next(&self, context: &Context<'_>) -> Poll<Option<Event>> {
        let mut shared = self.handle.lock();
        if let Some(event) = shared.events.take(self.id) {
            return Poll::Ready(Some(event));
        }
        if shared.session.error().is_some() {
            return Poll::Ready(None);
        }
        let waiters = &mut shared.waiters;
        self.waiting.wake(waiters, None, context.waker());
        Poll::Pending
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.handle.lock().events.ignore(self.id);
    }
}

impl SessionHandle {
    /// The next event for this listener; `None` if none comes within the limit.
    ///
    /// # Errors
    ///
    /// The session is over, and all were taken.
    pub(crate) async fn next_event(
        self,
        listener: ListenerId,
        limit: Duration,
    ) -> Result<Option<Event>, Error> {
        let due = self.now().checked_add(limit);
        self.until(due, |shared, now| {
            if let Some(event) = shared.events.take(listener) {
                return Some(Ok(Some(event)));
            }
            if let Some(error) = shared.session.error() {
                return Some(Err(error.clone()));
            }
            due.is_some_and(|due| due <= now).then_some(Ok(None))
        })
        .await
    }
}
