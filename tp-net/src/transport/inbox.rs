//! What has come through a layer and was not taken yet, and how it ended.

use std::io;

use super::{Layer, TransportError};

/// Bytes read from below a layer at once.
pub(super) const READ_SIZE: usize = 16 << 10;

/// Bytes of memory that a layer's buffer keeps when nothing is in it.
#[cfg(any(feature = "http", feature = "tls"))]
pub(super) const KEPT: usize = 4 << 10;

/// Between a layer and whoever reads from it.
#[derive(Default)]
pub(super) struct Inbox {
    bytes: Vec<u8>,
    taken: usize,
    is_ended: bool,
    /// Why it ended, to be told once; after that it is as if the peer had ended.
    error: Option<io::Error>,
}

/// What came from below.
pub(super) enum ReadOutcome<'a> {
    Bytes(&'a [u8]),
    End,
    Error(io::Error),
}

impl Inbox {
    /// Puts what came from below through the layer.
    pub(super) fn feed(&mut self, layer: &mut dyn Layer, outcome: ReadOutcome<'_>) {
        let fed = match outcome {
            ReadOutcome::Bytes(bytes) => layer
                .receive(bytes, &mut self.bytes)
                .map(|()| layer.is_ended())
                .map_err(Into::into),
            ReadOutcome::Error(error) => Err(broken(layer, error)),
            ReadOutcome::End => match layer.end_of_input() {
                Err(error) => Err(error.into()),
                Ok(()) if layer.is_ready() => Ok(true),
                Ok(()) => Err(broken(layer, io::ErrorKind::UnexpectedEof.into())),
            },
        };
        match fed {
            // What has ended stays so.
            Ok(is_ended) => self.is_ended |= is_ended,
            Err(error) => {
                self.is_ended = true;
                self.error = Some(error);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.taken >= self.bytes.len()
    }

    /// Bytes of memory that it holds.
    #[cfg(all(feature = "tls", feature = "tokio"))]
    pub(super) fn held(&self) -> usize {
        self.bytes.capacity()
    }

    /// Returns `true` if nothing more comes in.
    pub(super) fn is_ended(&self) -> bool {
        self.is_ended
    }

    /// Moves bytes to whoever reads; returns how many.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> usize {
        let waiting = self.bytes.get(self.taken..).unwrap_or_default();
        let count = waiting.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(waiting) {
            *to = *from;
        }
        self.taken = self.taken.saturating_add(count);
        if self.is_empty() {
            self.taken = 0;
            // Nobody knows when as much comes again.
            self.bytes = Vec::new();
        }
        count
    }

    /// How it ended, if it did: the error, once, or nothing.
    pub(super) fn end(&mut self) -> Option<io::Result<()>> {
        self.is_ended.then(|| self.error.take().map_or(Ok(()), Err))
    }
}

/// What an error from below is to those above.
fn broken(layer: &dyn Layer, error: io::Error) -> io::Error {
    // A layer further down has said it already.
    if layer.is_ready() || TransportError::of(&error).is_some() {
        return error;
    }
    interrupted(layer, error)
}

/// What it is to those above that time runs out during the handshake.
pub(super) fn too_late(layer: &mut dyn Layer) -> io::Error {
    // What has come may be something else than the layer waits for.
    match layer.end_of_input() {
        Ok(()) => interrupted(layer, io::ErrorKind::TimedOut.into()),
        Err(error) => error.into(),
    }
}

fn interrupted(layer: &dyn Layer, source: io::Error) -> io::Error {
    TransportError::Interrupted {
        peer: layer.peer().to_owned(),
        during: layer.handshake(),
        source,
    }
    .into()
}
