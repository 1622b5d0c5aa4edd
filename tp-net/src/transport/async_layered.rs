//! A stream through a layer, for the asynchronous client and the server.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Layer;
use super::inbox::{self, Inbox, ReadOutcome};
use crate::lock::lock;
use crate::scratch;

/// How often more is read from below before others get their turn: a peer may send without end what
/// carries nothing.
const READS: usize = 16;

/// A tokio stream through a [`Layer`] over another stream.
///
/// The handshake goes on in whatever is called; [`handshake`](Self::handshake) does nothing else.
/// Reading and writing may be done by two tasks. Dropped, it sends the layer's farewell if that
/// can be done at once; [shutting it down](tokio::io::AsyncWriteExt::shutdown) waits for it.
pub struct AsyncLayered<S: AsyncRead + AsyncWrite + Unpin> {
    below: S,
    layer: Box<dyn Layer>,
    inbox: Inbox,
    sides: Arc<Sides>,
    /// Whether the layer has been told that nothing more is sent.
    closed: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncLayered<S> {
    /// Begins the layer's handshake over `below`.
    #[must_use]
    pub fn new(below: S, layer: Box<dyn Layer>) -> Self {
        Self {
            below,
            layer,
            inbox: Inbox::default(),
            sides: Arc::default(),
            closed: false,
        }
    }

    /// As [`new`](Self::new), where these bytes have come from `below` already.
    #[cfg(feature = "tls")]
    pub(crate) fn resumed(below: S, layer: Box<dyn Layer>, received: &[u8]) -> Self {
        let mut this = Self::new(below, layer);
        let received = ReadOutcome::Bytes(received);
        this.inbox.feed(&mut *this.layer, received);
        this
    }

    /// Waits until the handshake is over.
    ///
    /// # Errors
    ///
    /// It failed; there may be a [`TransportError`](super::TransportError) inside. Whoever is at
    /// the other end has been told, if the layer has words for it.
    pub async fn handshake(&mut self) -> io::Result<()> {
        std::future::poll_fn(|context| self.poll_ready(context)).await
    }

    /// Bytes of memory that wait in it, for either side.
    #[cfg(feature = "tls")]
    pub(crate) fn held(&self) -> usize {
        self.inbox.held().saturating_add(self.layer.held())
    }

    /// The error of a handshake that is given up, as time ran out.
    pub(crate) fn too_late(&mut self) -> io::Error {
        inbox::too_late(&mut *self.layer)
    }

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        for _ in 0..READS {
            if self.layer.is_ready() {
                return Poll::Ready(Ok(()));
            }
            if let Some(end) = self.inbox.end() {
                // What the layer has to say about it is sent if that can be done at once.
                let _ = self.poll_output(context);
                return Poll::Ready(end.and(Err(io::ErrorKind::UnexpectedEof.into())));
            }
            ready!(self.poll_exchange(context));
        }
        // There is more, but not before others had their turn.
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn close(&mut self) {
        if !std::mem::replace(&mut self.closed, true) {
            self.layer.close();
        }
    }

    /// Writes what the layer wants written; ready when nothing is left.
    fn poll_output(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.layer.output().is_empty() {
            let below = Pin::new(&mut self.below);
            match ready!(below.poll_write(context, self.layer.output()))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => self.layer.written(count),
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Writes and reads below once; ready when something came, if only the end.
    fn poll_exchange(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.inbox.is_ended() {
            return Poll::Ready(());
        }
        let output = self.poll_output(context);
        let mut lent = scratch::take();
        let mut buffer = ReadBuf::uninit(lent.spare_capacity_mut());
        let outcome = match Pin::new(&mut self.below).poll_read(context, &mut buffer) {
            Poll::Ready(Err(error)) => ReadOutcome::Error(error),
            Poll::Ready(Ok(())) if buffer.filled().is_empty() => ReadOutcome::End,
            Poll::Ready(Ok(())) => ReadOutcome::Bytes(buffer.filled()),
            // The peer may have said why it takes no more, so reading came first.
            Poll::Pending => match output {
                Poll::Ready(Err(error)) => ReadOutcome::Error(error),
                _ => {
                    scratch::give_back(lent);
                    return Poll::Pending;
                }
            },
        };
        self.inbox.feed(&mut *self.layer, outcome);
        scratch::give_back(lent);
        // If it cannot be written, the next exchange finds that out.
        let _ = self.poll_output(context);
        Poll::Ready(())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for AsyncLayered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let waker = this.sides.reader_waits(context);
        let mut reads = READS;
        while this.inbox.is_empty() {
            if let Some(end) = this.inbox.end() {
                return Poll::Ready(end);
            }
            if reads == 0 {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            reads = reads.saturating_sub(1);
            ready!(this.poll_exchange(&mut Context::from_waker(&waker)));
        }
        let count = this.inbox.read(buffer.initialize_unfilled());
        buffer.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for AsyncLayered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        let waker = this.sides.writer_waits(context);
        let mut context = Context::from_waker(&waker);
        if !this.layer.is_ready() {
            ready!(this.poll_ready(&mut context))?;
        }
        loop {
            let output = this.poll_output(&mut context)?;
            let count = this.layer.send(bytes)?;
            if count > 0 {
                this.sides.writer_is_done();
                // What fails now fails the next time too.
                let _ = this.poll_output(&mut context);
                return Poll::Ready(Ok(count));
            }
            ready!(output);
            if this.layer.output().is_empty() {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let waker = this.sides.writer_waits(context);
        let mut context = Context::from_waker(&waker);
        ready!(this.poll_output(&mut context))?;
        ready!(Pin::new(&mut this.below).poll_flush(&mut context))?;
        this.sides.writer_is_done();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.close();
        ready!(self.as_mut().poll_flush(context))?;
        Pin::new(&mut self.below).poll_shutdown(context)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Drop for AsyncLayered<S> {
    fn drop(&mut self) {
        self.close();
        let _ = self.poll_output(&mut Context::from_waker(Waker::noop()));
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> fmt::Debug for AsyncLayered<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncLayered").finish_non_exhaustive()
    }
}

/// Who waits. Reading can need a write below, and writing a read, so whatever happens below wakes
/// both. Nobody waits while something can be done below, so nothing else has to wake them.
#[derive(Default)]
struct Sides {
    reader: Mutex<Option<Waker>>,
    writer: Mutex<Option<Waker>>,
}

impl Sides {
    fn reader_waits(self: &Arc<Self>, context: &Context<'_>) -> Waker {
        *lock(&self.reader) = Some(context.waker().clone());
        Waker::from(Arc::clone(self))
    }

    fn writer_waits(self: &Arc<Self>, context: &Context<'_>) -> Waker {
        *lock(&self.writer) = Some(context.waker().clone());
        Waker::from(Arc::clone(self))
    }

    fn writer_is_done(&self) {
        *lock(&self.writer) = None;
    }
}

impl Wake for Sides {
    fn wake(self: Arc<Self>) {
        for side in [&self.reader, &self.writer] {
            let waiting = lock(side).take();
            waiting.into_iter().for_each(Waker::wake);
        }
    }
}
