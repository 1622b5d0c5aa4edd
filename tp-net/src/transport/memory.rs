//! A stream in memory, for the blocking and polling clients.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::task::coop::unconstrained;

use super::Stream;
use crate::lock::lock;

/// Bytes read at once.
const READ_SIZE: usize = 8 << 10;

/// One end of a pair of pipes whose other end is a task's. It has no socket to watch.
pub(crate) struct MemoryStream {
    pipes: DuplexStream,
    /// What waiting has read.
    waiting: Vec<u8>,
    /// Whether the other end is gone.
    is_ended: bool,
    bell: Arc<Bell>,
}

impl MemoryStream {
    pub(crate) fn new(pipes: DuplexStream) -> Self {
        Self {
            pipes,
            waiting: Vec::new(),
            is_ended: false,
            bell: Arc::default(),
        }
    }

    /// One step of the pipes; `WouldBlock` if it is not to be had now, and the bell rings when it
    /// may be.
    fn step<T>(
        &mut self,
        mut step: impl FnMut(Pin<&mut DuplexStream>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> io::Result<T> {
        let waker = Waker::from(Arc::clone(&self.bell));
        let pipes = &mut self.pipes;
        // Whoever calls may be a task that does many such steps; this is no place for it to yield.
        let stepping = unconstrained(std::future::poll_fn(|context| {
            step(Pin::new(&mut *pipes), context)
        }));
        match std::pin::pin!(stepping).poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(done) => done,
            Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    fn read_pipes(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.step(|pipes, context| {
            let mut buffer = ReadBuf::new(buffer);
            ready!(pipes.poll_read(context, &mut buffer))?;
            Poll::Ready(Ok(buffer.filled().len()))
        })
    }
}

impl Stream for MemoryStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.is_ended {
            return Ok(0);
        }
        if self.waiting.is_empty() {
            return self.read_pipes(buffer);
        }
        let count = self.waiting.len().min(buffer.len());
        let taken = self.waiting.drain(..count);
        for (to, byte) in buffer.iter_mut().zip(taken) {
            *to = byte;
        }
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.step(|pipes, context| pipes.poll_write(context, bytes))
    }

    fn wait(&mut self, _: bool, timeout: Option<Duration>) -> io::Result<()> {
        // The bell rings for room, too, if a write found none. For bytes it rings only if a read
        // found none.
        if self.waiting.is_empty() && !self.is_ended {
            let mut buffer = [0; READ_SIZE];
            match self.read_pipes(&mut buffer) {
                Ok(0) => self.is_ended = true,
                Ok(count) => self
                    .waiting
                    .extend_from_slice(buffer.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.bell.wait(timeout);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Wakes a thread.
#[derive(Default)]
struct Bell {
    has_rung: Mutex<bool>,
    rings: Condvar,
}

impl Bell {
    /// Waits until it rings, if it has not since the last time, at most for `timeout`.
    fn wait(&self, timeout: Option<Duration>) {
        let has_rung = lock(&self.has_rung);
        let timeout = timeout.unwrap_or(Duration::MAX);
        let (mut has_rung, _) = self
            .rings
            .wait_timeout_while(has_rung, timeout, |has_rung| !*has_rung)
            .unwrap_or_else(PoisonError::into_inner);
        *has_rung = false;
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        *lock(&self.has_rung) = true;
        self.rings.notify_all();
    }
}
