//! What has come from a client and is not answered yet.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::scratch;

/// Room for at least so many bytes more is made for what does not fit a buffer of the thread.
const MORE: usize = 4096;

/// How large a buffer becomes that has to hold so many bytes. A large one is of one of a few sizes, so
/// that allocators give the room that one connection leaves to the next: with sizes as they come, 1,000
/// that grow together leave holes which take as much memory again.
fn size_for(bytes: usize) -> usize {
    if bytes < 16 << 10 {
        return bytes;
    }
    // The last holds a frame of the usual limit, and what came behind it.
    let sizes = [64 << 10, 128 << 10, 256 << 10, 512 << 10, 1088 << 10];
    let size = sizes.into_iter().find(|size| *size >= bytes);
    size.unwrap_or_else(|| bytes.saturating_add(bytes / 4))
}

/// Bytes of a client. While there are none, there is no buffer either.
#[derive(Default)]
pub(super) struct Received {
    bytes: Vec<u8>,
    /// How many of them are answered.
    taken: usize,
    /// Whether the buffer is one of the thread's.
    is_lent: bool,
}

impl Received {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.to_vec(),
            ..Self::default()
        }
    }

    /// What is not answered yet.
    pub(super) fn rest(&self) -> &[u8] {
        self.bytes.get(self.taken..).unwrap_or_default()
    }

    /// Bytes of memory that it holds.
    pub(super) fn held(&self) -> usize {
        match self.is_lent {
            true => 0,
            false => self.bytes.capacity(),
        }
    }

    /// So many bytes more are answered.
    pub(super) fn advance(&mut self, count: usize) {
        self.taken = self.taken.saturating_add(count).min(self.bytes.len());
    }

    /// All of them are.
    pub(super) fn clear(&mut self) {
        self.taken = self.bytes.len();
        self.settle();
    }

    /// Reads once; tells how much came. Without bytes before, it reads into a buffer of the thread,
    /// which [`settle`](Self::settle) gives back.
    pub(super) fn poll_read(
        &mut self,
        socket: &mut (impl AsyncRead + Unpin),
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if self.rest().is_empty() {
            self.settle();
            self.bytes = scratch::take();
            self.is_lent = true;
        } else if self.bytes.capacity().saturating_sub(self.bytes.len()) < MORE {
            self.settle();
            // A large frame comes in many pieces, and there may be many that never end.
            let more = size_for(self.bytes.len().saturating_add(MORE));
            let more = more.saturating_sub(self.bytes.len());
            self.bytes.reserve_exact(more);
        }
        let read = pin!(socket.read_buf(&mut self.bytes)).poll(context);
        if self.bytes.is_empty() {
            self.settle();
        }
        Poll::Ready(ready!(read))
    }

    /// Holds no more than is not answered, and no buffer of the thread.
    pub(super) fn settle(&mut self) {
        if self.is_lent {
            let rest = self.rest().to_vec();
            scratch::give_back(std::mem::replace(&mut self.bytes, rest));
            self.is_lent = false;
        } else if self.rest().is_empty() {
            self.bytes = Vec::new();
        } else {
            self.bytes.drain(..self.taken);
            // What has grown for a large frame is not kept for what is behind it.
            if self.bytes.capacity() / 4 > self.bytes.len().max(MORE) {
                self.bytes.shrink_to(MORE);
            }
        }
        self.taken = 0;
    }

    /// Waits for an answer, which may take long: meanwhile no buffer of the thread is held.
    pub(super) fn settle_until<F: Future>(
        &mut self,
        mut answer: Pin<&mut F>,
    ) -> impl Future<Output = F::Output> {
        poll_fn(move |context| {
            let answered = answer.as_mut().poll(context);
            if answered.is_pending() {
                self.settle();
            }
            answered
        })
    }

    /// The same, and behind it what came later.
    pub(super) fn followed_by(mut self, later: &Self) -> Self {
        self.settle();
        self.bytes.extend_from_slice(later.rest());
        self
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    async fn read(received: &mut Received, socket: &mut tokio::io::DuplexStream) -> usize {
        poll_fn(|context| received.poll_read(socket, context))
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn nothing_is_lost_and_nothing_held_that_is_answered() {
        let (mut theirs, mut ours) = tokio::io::duplex(1 << 20);
        let mut received = Received::default();
        assert!(
            tokio::task::unconstrained(async {
                let mut reading = pin!(read(&mut received, &mut ours));
                poll_fn(|context| Poll::Ready(reading.as_mut().poll(context).is_pending())).await
            })
            .await
        );
        assert_eq!(received.bytes.capacity(), 0, "who waits holds nothing");

        theirs.write_all(b"one two").await.unwrap();
        assert_eq!(read(&mut received, &mut ours).await, 7);
        received.advance(4);
        received.settle_until(pin!(tokio::task::yield_now())).await;
        assert_eq!(
            (received.rest(), received.bytes.capacity()),
            (&b"two"[..], 3)
        );

        let long = vec![7; 200_000];
        theirs.write_all(&long).await.unwrap();
        while received.rest().len() < 200_003 {
            read(&mut received, &mut ours).await;
        }
        assert_eq!(received.rest()[3..], long);
        received.advance(200_003);
        received.settle();
        assert_eq!(received.bytes.capacity(), 0);

        let later = Received::new(b"four");
        let first = Received::new(b"three ");
        assert_eq!(first.followed_by(&later).rest(), b"three four");
    }
}
