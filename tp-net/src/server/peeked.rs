//! A stream whose first bytes can be looked at before they are read.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

/// A stream, and what of it was looked at but not read yet.
pub(super) struct Peeked<S> {
    socket: S,
    peeked: BytesMut,
}

impl<S> Peeked<S> {
    pub(super) fn new(socket: S) -> Self {
        Self {
            socket,
            peeked: BytesMut::new(),
        }
    }

    /// What has come and is still to be read.
    pub(super) fn peeked(&self) -> &[u8] {
        &self.peeked
    }

    /// Takes the first `count` bytes of what was looked at as read.
    #[cfg(feature = "http")]
    pub(super) fn skip(&mut self, count: usize) {
        drop(self.peeked.split_to(count.min(self.peeked.len())));
    }
}

impl<S: AsyncRead + Unpin> Peeked<S> {
    /// Waits for more to look at, `limit` bytes in all. Whether something came: not if the
    /// stream has ended, or so much is there already.
    pub(super) async fn peek_more(&mut self, limit: usize) -> io::Result<bool> {
        let room = limit.saturating_sub(self.peeked.len());
        let mut socket = (&mut self.socket).take(u64::try_from(room).unwrap_or(u64::MAX));
        Ok(room > 0 && socket.read_buf(&mut self.peeked).await? > 0)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Peeked<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.peeked.is_empty() {
            return Pin::new(&mut this.socket).poll_read(context, buffer);
        }
        let count = this.peeked.len().min(buffer.remaining());
        buffer.put_slice(&this.peeked.split_to(count));
        if this.peeked.is_empty() {
            // Its memory is of no more use.
            this.peeked = BytesMut::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Peeked<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().socket).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().socket).poll_shutdown(context)
    }
}
