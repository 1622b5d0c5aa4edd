//! The task that drives the connection of an asynchronous client.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use tokio::io::ReadBuf;
use tokio::time::Sleep;

use super::transport::{AsyncConnector, AsyncStream};
use crate::ops::SessionHandle;
use crate::scratch;
use crate::transport::{GRACE, Url};

/// How often a full buffer is read before other tasks get their turn.
const READS: usize = 16;

/// The time as tokio has it, which a test may have stopped.
pub(super) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

pub(super) struct AsyncDriver<C> {
    handle: SessionHandle,
    connector: C,
    stream: Option<Box<dyn AsyncStream>>,
    timer: Pin<Box<Sleep>>,
}

impl<C: AsyncConnector> AsyncDriver<C> {
    pub(super) fn new(handle: SessionHandle, connector: C) -> Self {
        Self {
            handle,
            connector,
            stream: None,
            timer: Box::pin(tokio::time::sleep_until(tokio::time::Instant::now())),
        }
    }

    /// Drives the session until it is over.
    pub(super) async fn run(mut self) {
        loop {
            let wanted = {
                let mut shared = self.handle.lock();
                if shared.session.error().is_some() {
                    return;
                }
                shared.session.take_url()
            };
            if let Some(url) = wanted {
                self.stream = None;
                self.open(&url).await;
            }
            std::future::poll_fn(|context| self.poll_stream(context)).await;
        }
    }

    async fn open(&mut self, url: &Url) {
        let limit = self.handle.lock().session.options().connect_timeout;
        let opened = {
            let (handle, timer) = (&self.handle, &mut self.timer);
            let open = self.connector.open(url, limit);
            let open = tokio::time::timeout(limit.saturating_add(GRACE), open);
            let mut open = std::pin::pin!(open);
            std::future::poll_fn(move |context| {
                let mut shared = handle.lock();
                if shared.session.error().is_some() {
                    return Poll::Ready(None);
                }
                shared.set_driver(context.waker().clone());
                drop(shared);
                // Others wait for their time meanwhile.
                while poll_time(handle, timer, context).is_ready() {}
                open.as_mut().poll(context).map(Some)
            })
            .await
        };
        let mut shared = self.handle.lock();
        match opened {
            // The user has closed the client meanwhile.
            None => return,
            Some(Ok(Ok(stream))) => {
                self.stream = Some(stream);
                shared.session.opened(now());
            }
            Some(Ok(Err(error))) => shared.session.failed(error, now()),
            Some(Err(_)) => shared.session.failed(io::ErrorKind::TimedOut.into(), now()),
        }
        shared.dispatch();
    }

    /// Reads, writes and keeps time; ready when the stream is of no more use.
    fn poll_stream(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            self.handle.lock().set_driver(context.waker().clone());
            let written = self.poll_write(context);
            let had_nothing = self.handle.lock().session.output().is_empty();
            let read = self.poll_read(context);
            let mut shared = self.handle.lock();
            if shared.session.error().is_some() || shared.session.wants_connection() {
                return Poll::Ready(());
            }
            if shared.session.is_away() {
                self.stream = None;
            }
            if let Some(error) = written.or(read) {
                self.stream = None;
                shared.session.failed(error, now());
                shared.dispatch();
                return Poll::Ready(());
            }
            // What was read may have made something to write.
            if had_nothing && !shared.session.output().is_empty() {
                continue;
            }
            drop(shared);
            ready!(poll_time(&self.handle, &mut self.timer, context));
        }
    }

    /// Writes what can be written; returns the error that ends the stream.
    fn poll_write(&mut self, context: &mut Context<'_>) -> Option<io::Error> {
        let stream = self.stream.as_mut()?;
        loop {
            let mut shared = self.handle.lock();
            let output = shared.session.output();
            if output.is_empty() {
                break;
            }
            match Pin::new(&mut **stream).poll_write(context, output) {
                Poll::Pending => return None,
                Poll::Ready(Ok(0)) => return Some(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(count)) => shared.session.written(count, now()),
                Poll::Ready(Err(error)) => return Some(error),
            }
        }
        match Pin::new(&mut **stream).poll_flush(context) {
            Poll::Ready(Err(error)) => Some(error),
            _ => None,
        }
    }

    /// Reads what has come; returns the error that ends the stream.
    fn poll_read(&mut self, context: &mut Context<'_>) -> Option<io::Error> {
        let mut lent = scratch::take_filled();
        let failed = self.poll_read_into(&mut lent, context);
        scratch::give_back(lent);
        failed
    }

    fn poll_read_into(&mut self, lent: &mut [u8], context: &mut Context<'_>) -> Option<io::Error> {
        let stream = self.stream.as_mut()?;
        for _ in 0..READS {
            let mut buffer = ReadBuf::new(lent);
            match Pin::new(&mut **stream).poll_read(context, &mut buffer) {
                Poll::Pending => return None,
                Poll::Ready(Err(error)) => return Some(error),
                Poll::Ready(Ok(())) => {}
            }
            let mut shared = self.handle.lock();
            if buffer.filled().is_empty() {
                shared.session.end_of_input(now());
            } else {
                shared.session.receive(buffer.filled(), now());
            }
            shared.dispatch();
            if !shared.session.has_connection() {
                return None;
            }
        }
        // There is more, but not before others had their turn.
        context.waker().wake_by_ref();
        None
    }
}

/// Waits until something is due; ready when it is done.
fn poll_time(
    handle: &SessionHandle,
    timer: &mut Pin<Box<Sleep>>,
    context: &mut Context<'_>,
) -> Poll<()> {
    let due = handle.lock().next_timeout();
    let Some(due) = due else { return Poll::Pending };
    let due = tokio::time::Instant::from_std(due);
    if timer.deadline() != due {
        timer.as_mut().reset(due);
    }
    ready!(timer.as_mut().poll(context));
    handle.lock().handle_timeout(now());
    Poll::Ready(())
}

impl<C> Drop for AsyncDriver<C> {
    /// Whoever waits is not to wait forever when the runtime shuts down.
    fn drop(&mut self) {
        self.handle.lock().close();
    }
}
