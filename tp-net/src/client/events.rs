//! What comes unasked, as a stream.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::event::Event;
use crate::ops::{Listener, SessionHandle};

/// The [events](Event) of a connection, as they come; from [`Client::events`](super::Client::events).
///
/// Each `Events` gives every event since it was made. One whose events nobody takes for long loses
/// the oldest, and says so with [`Event::Missed`]. It ends when the connection is over, and does
/// not keep it open.
///
/// It is a [`Stream`], for those who combine streams.
#[derive(Debug)]
#[must_use = "streams do nothing unless polled"]
pub struct Events {
    listener: Listener,
}

impl Events {
    pub(super) fn new(handle: &SessionHandle) -> Self {
        Self {
            listener: Listener::new(handle),
        }
    }

    /// The next event; `None` once the connection is over. A dropped future loses none.
    pub async fn next(&mut self) -> Option<Event> {
        std::future::poll_fn(|context| self.listener.poll_next(context)).await
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        self.listener.poll_next(context)
    }
}
