//! A stream through a layer, for the blocking and polling clients.

use std::fmt;
use std::io;
use std::net::TcpStream;
use std::time::Duration;

use super::inbox::{self, Inbox, READ_SIZE, ReadOutcome};
use super::{Layer, Stream};

/// How often more is read from below for one call: a peer that sends without end what carries
/// nothing must not keep the caller from looking at the clock.
const READS: usize = 16;

/// Bytes read at once during a handshake: certificates and the like.
const HANDSHAKE_READ_SIZE: usize = 4 << 10;

/// A [`Stream`] through a [`Layer`] over another stream. Nothing here waits for the peer: the
/// handshake goes on in [`handshake`](Stream::handshake), as far as bytes have come.
///
/// Dropped, it sends the layer's farewell if that can be done at once.
pub struct Layered {
    below: Box<dyn Stream>,
    /// Whether the handshakes below are over.
    is_below_ready: bool,
    layer: Box<dyn Layer>,
    inbox: Inbox,
}

/// How to wait for what comes.
struct Wait {
    /// Whether something above is to be written.
    write: bool,
    timeout: Option<Duration>,
}

impl Layered {
    /// Begins the layer's handshake over `below`.
    #[must_use]
    pub fn new(below: Box<dyn Stream>, layer: Box<dyn Layer>) -> Self {
        Self {
            below,
            is_below_ready: false,
            layer,
            inbox: Inbox::default(),
        }
    }

    /// Writes what the layer wants written, as far as the stream takes it.
    fn flush(&mut self) -> io::Result<()> {
        while !self.layer.output().is_empty() {
            match self.below.write(self.layer.output()) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => self.layer.written(count),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes and reads below once; returns `true` if something came, if only the end.
    /// `buffer` is where what comes is put for the layer to take.
    fn exchange(&mut self, buffer: &mut [u8], wait: Option<Wait>) -> bool {
        if self.inbox.is_ended() {
            return false;
        }
        let unwritable = self.flush().err();
        // What the layer makes of it is to fit into what those above read at once.
        let length = buffer.len().min(READ_SIZE);
        let buffer = buffer.get_mut(..length).unwrap_or_default();
        let came = match wait {
            Some(Wait { write, timeout }) if unwritable.is_none() => {
                let write = self.wants_below(write);
                self.below.wait_and_read(buffer, write, timeout)
            }
            _ => self.below.read(buffer),
        };
        let outcome = match came {
            Ok(0) => ReadOutcome::End,
            Ok(count) => ReadOutcome::Bytes(buffer.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return true,
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => ReadOutcome::Error(error),
            // The peer may have said why it takes no more, so reading came first.
            Err(_) => match unwritable {
                Some(error) => ReadOutcome::Error(error),
                None => return false,
            },
        };
        self.inbox.feed(&mut *self.layer, outcome);
        // The answer to a step of the handshake, or what was wrong with it. If it cannot be
        // written, the next exchange finds that out.
        let _ = self.flush();
        true
    }

    /// What has come through the layer, or how it ended.
    fn take(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.inbox.is_empty() {
            return Ok(self.inbox.read(buffer));
        }
        match self.inbox.end() {
            None => Err(io::ErrorKind::WouldBlock.into()),
            Some(end) => end.map(|()| 0),
        }
    }

    /// Returns `true` if it helps to write below, given whether something waits above.
    fn wants_below(&self, waiting: bool) -> bool {
        !self.layer.output().is_empty() || (waiting && self.layer.is_ready())
    }
}

impl Stream for Layered {
    fn handshake(&mut self) -> io::Result<bool> {
        self.is_below_ready = self.below.handshake()?;
        if !self.is_below_ready {
            return Ok(false);
        }
        let mut buffer = [0; HANDSHAKE_READ_SIZE];
        for _ in 0..READS {
            if self.layer.is_ready() {
                return Ok(true);
            }
            if !self.exchange(&mut buffer, None) {
                return match self.inbox.end() {
                    None => Ok(false),
                    Some(end) => end.and(Err(io::ErrorKind::UnexpectedEof.into())),
                };
            }
        }
        Ok(self.layer.is_ready())
    }

    fn too_late(&mut self) -> io::Error {
        match self.is_below_ready {
            true => inbox::too_late(&mut *self.layer),
            false => self.below.too_late(),
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        for _ in 0..READS {
            if !self.inbox.is_empty() || !self.exchange(buffer, None) {
                break;
            }
        }
        self.take(buffer)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.flush()?;
        let count = self.layer.send(bytes)?;
        if count == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        // What fails now fails the next time too.
        let _ = self.flush();
        Ok(count)
    }

    fn wait(&mut self, write: bool, timeout: Option<Duration>) -> io::Result<()> {
        if !self.inbox.is_empty() || self.inbox.is_ended() || self.flush().is_err() {
            return Ok(());
        }
        let write = self.wants_below(write);
        self.below.wait(write, timeout)
    }

    fn wait_and_read(
        &mut self,
        buffer: &mut [u8],
        write: bool,
        timeout: Option<Duration>,
    ) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.inbox.is_empty() {
            self.exchange(buffer, Some(Wait { write, timeout }));
        }
        self.take(buffer)
    }

    fn wants_write(&self, waiting: bool) -> bool {
        self.below.wants_write(self.wants_below(waiting))
    }

    fn socket(&self) -> Option<&TcpStream> {
        self.below.socket()
    }
}

impl Drop for Layered {
    fn drop(&mut self) {
        self.layer.close();
        let _ = self.flush();
    }
}

impl fmt::Debug for Layered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layered").finish_non_exhaustive()
    }
}
