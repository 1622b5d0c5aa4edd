//! One end of a connection, as a stream for every kind of client, and for the server.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::timeout;
use tp_net::transport::Stream;

use super::{Network, Side};
use crate::clock::block_on;

/// One end of a connection.
#[derive(Debug)]
pub(super) struct End {
    network: Network,
    id: usize,
    side: Side,
}

impl End {
    pub(super) fn new(network: Network, id: usize, side: Side) -> Self {
        Self { network, id, side }
    }

    /// Waits until it is open.
    pub(super) async fn opened(&self) -> io::Result<()> {
        poll_fn(|context| self.network.lock().poll_opened(self.id, context)).await
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.network.lock().leave(self.id, self.side);
    }
}

impl AsyncRead for End {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let unfilled = buffer.initialize_unfilled();
        let mut state = self.network.lock();
        let count = ready!(state.poll_read(self.id, self.side, unfilled, context))?;
        buffer.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for End {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let mut state = self.network.lock();
        state.poll_write(self.id, self.side, bytes, context)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.network.lock().shut_down(self.id, self.side);
        Poll::Ready(Ok(()))
    }
}

fn at_once<T>(step: Poll<io::Result<T>>) -> io::Result<T> {
    match step {
        Poll::Ready(done) => done,
        Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
    }
}

impl Stream for End {
    fn handshake(&mut self) -> io::Result<bool> {
        let mut context = Context::from_waker(Waker::noop());
        match self.network.lock().poll_opened(self.id, &mut context) {
            Poll::Ready(opened) => opened.map(|()| true),
            Poll::Pending => Ok(false),
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut context = Context::from_waker(Waker::noop());
        let mut state = self.network.lock();
        at_once(state.poll_read(self.id, self.side, buffer, &mut context))
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut context = Context::from_waker(Waker::noop());
        let mut state = self.network.lock();
        at_once(state.poll_write(self.id, self.side, bytes, &mut context))
    }

    fn wait(&mut self, write: bool, limit: Option<Duration>) -> io::Result<()> {
        let ready = poll_fn(|context| {
            let mut state = self.network.lock();
            state.poll_ready(self.id, self.side, write, context)
        });
        block_on(async {
            match limit {
                // Who runs out of time looks at the clock.
                Some(limit) => drop(timeout(limit, ready).await),
                None => ready.await,
            }
        });
        Ok(())
    }
}
