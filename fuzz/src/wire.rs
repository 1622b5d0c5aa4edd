//! A connection in memory, whose other end is a script.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// One end of a connection, whose other end is a script: what is read from it is what the script
/// sends. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Wire(Arc<Mutex<Pipe>>);

#[derive(Debug, Default)]
struct Pipe {
    incoming: VecDeque<Chunk>,
    /// How the script has ended it, behind what it has sent.
    end: Option<End>,
    written: Vec<u8>,
    reader: Option<Waker>,
    delivered: usize,
    reads: usize,
}

#[derive(Debug)]
struct Chunk {
    bytes: Bytes,
    /// How many of them are read, of the first of `times`.
    read: usize,
    times: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Closed,
    Reset,
}

impl Wire {
    fn pipe(&self) -> MutexGuard<'_, Pipe> {
        self.0.lock().expect("nothing panics while it is locked")
    }

    /// Sends the same bytes so many times. One read takes no more than these.
    pub fn send(&self, bytes: Bytes, times: usize) {
        let mut pipe = self.pipe();
        if !bytes.is_empty() && times > 0 && pipe.end.is_none() {
            let read = 0;
            pipe.incoming.push_back(Chunk { bytes, read, times });
        }
        pipe.reader.take().into_iter().for_each(Waker::wake);
    }

    /// Sends nothing more; `reset` is the rude way.
    pub fn end(&self, reset: bool) {
        let mut pipe = self.pipe();
        let end = if reset { End::Reset } else { End::Closed };
        pipe.end.get_or_insert(end);
        pipe.reader.take().into_iter().for_each(Waker::wake);
    }

    /// What was written to this end since this was asked last.
    #[must_use]
    pub fn take_written(&self) -> Vec<u8> {
        std::mem::take(&mut self.pipe().written)
    }

    /// How many bytes were read from this end.
    #[must_use]
    pub fn delivered(&self) -> usize {
        self.pipe().delivered
    }

    /// How often this end was read.
    #[must_use]
    pub fn reads(&self) -> usize {
        self.pipe().reads
    }

    /// Returns `true` if there is something to read, if only the end.
    #[must_use]
    pub fn has_input(&self) -> bool {
        let pipe = self.pipe();
        !pipe.incoming.is_empty() || pipe.end.is_some()
    }

    /// Reads what is there.
    ///
    /// # Errors
    ///
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) if there is nothing; or it is reset.
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.pipe().read(buffer)
    }

    /// Writes everything.
    ///
    /// # Errors
    ///
    /// It is reset.
    pub fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        let mut pipe = self.pipe();
        if pipe.end == Some(End::Reset) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        pipe.written.extend_from_slice(bytes);
        Ok(bytes.len())
    }
}

impl Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reads += 1;
        let Some(chunk) = self.incoming.front_mut() else {
            return match self.end {
                None => Err(io::ErrorKind::WouldBlock.into()),
                Some(End::Closed) => Ok(0),
                Some(End::Reset) => Err(io::ErrorKind::ConnectionReset.into()),
            };
        };
        let mut count = 0;
        while count < buffer.len() && chunk.times > 0 {
            let (to, from) = (&mut buffer[count..], &chunk.bytes[chunk.read..]);
            let fits = to.len().min(from.len());
            to[..fits].copy_from_slice(&from[..fits]);
            count += fits;
            chunk.read += fits;
            if chunk.read == chunk.bytes.len() {
                chunk.read = 0;
                chunk.times -= 1;
            }
        }
        if chunk.times == 0 {
            self.incoming.pop_front();
        }
        self.delivered += count;
        Ok(count)
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut pipe = self.pipe();
        match pipe.read(buffer.initialize_unfilled()) {
            Ok(count) => buffer.advance(count),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                pipe.reader = Some(context.waker().clone());
                return Poll::Pending;
            }
            Err(error) => return Poll::Ready(Err(error)),
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(self.write(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
