//! What waits for being sent to one client.

use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::time::timeout;

use super::SendError;
use crate::lock::lock;

/// Bytes between those who answer and the one who writes.
pub(super) struct Outbox {
    state: Mutex<State>,
    limit: usize,
    /// There is something to write, or the end has come.
    filled: Notify,
    /// There is room, or the end has come.
    drained: Notify,
    /// The end has come.
    ended: Notify,
}

#[derive(Default)]
struct State {
    bytes: BytesMut,
    /// Bytes that the writer has taken and not yet written.
    writing: usize,
    /// Whether frames are padded from here on.
    padded: bool,
    life: Life,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Life {
    #[default]
    Open,
    /// What is there is written, and nothing more is taken.
    Finishing,
    /// Nothing is written any more.
    Closed,
}

impl State {
    fn waiting(&self) -> usize {
        self.bytes.len().saturating_add(self.writing)
    }
}

impl Outbox {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            state: Mutex::default(),
            limit,
            filled: Notify::new(),
            drained: Notify::new(),
            ended: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change below is one step.
        lock(&self.state)
    }

    pub(super) fn is_open(&self) -> bool {
        self.state().life == Life::Open
    }

    pub(super) fn is_empty(&self) -> bool {
        self.state().waiting() == 0
    }

    /// Returns `true` if frames are padded.
    pub(super) fn is_padded(&self) -> bool {
        self.state().padded
    }

    /// Appends the last frames that are not padded.
    pub(super) async fn send_and_pad(&self, frames: &[u8]) -> Result<(), SendError> {
        self.append(frames, true).await
    }

    /// Appends whole frames once there is room for them.
    pub(super) async fn send(&self, frames: &[u8]) -> Result<(), SendError> {
        self.append(frames, false).await
    }

    async fn append(&self, frames: &[u8], then_padded: bool) -> Result<(), SendError> {
        loop {
            let drained = self.drained.notified();
            {
                let mut state = self.state();
                if state.life != Life::Open {
                    return Err(SendError::Closed);
                }
                if state.waiting() < self.limit {
                    state.bytes.extend_from_slice(frames);
                    state.padded |= then_padded;
                    break;
                }
            }
            drained.await;
        }
        self.filled.notify_one();
        Ok(())
    }

    /// Appends whole frames now. They may go a quarter past the limit, so that a client that is
    /// only busy with its own replies gets them too. Returns `true` if they were taken: not if
    /// padding began after they were made.
    pub(super) fn push(&self, frames: &[u8], padded: bool) -> Result<bool, SendError> {
        self.push_below(self.limit.saturating_add(self.limit / 4), frames, padded)
    }

    /// Appends whole frames now that may be left out. They find half of the room only, so that
    /// however many there are, replies find some too.
    pub(super) fn push_dispensable(&self, frames: &[u8], padded: bool) -> Result<bool, SendError> {
        self.push_below(self.limit / 2, frames, padded)
    }

    fn push_below(&self, limit: usize, frames: &[u8], padded: bool) -> Result<bool, SendError> {
        {
            let mut state = self.state();
            if state.life != Life::Open {
                return Err(SendError::Closed);
            }
            if state.waiting() >= limit {
                return Err(SendError::Full);
            }
            if state.padded != padded {
                return Ok(false);
            }
            state.bytes.extend_from_slice(frames);
        }
        self.filled.notify_one();
        Ok(true)
    }

    /// Takes nothing more; what is there is still written.
    pub(super) fn finish(&self) {
        self.end(Life::Finishing);
    }

    /// Takes nothing more and writes nothing more.
    pub(super) fn close(&self) {
        self.end(Life::Closed);
    }

    fn end(&self, life: Life) {
        {
            let mut state = self.state();
            if state.life != Life::Closed {
                state.life = life;
            }
            if life == Life::Closed {
                state.bytes = BytesMut::new();
                state.writing = 0;
            }
        }
        self.filled.notify_one();
        self.drained.notify_waiters();
        self.ended.notify_waiters();
    }

    /// Waits until nothing more is taken.
    pub(super) async fn ended(&self) {
        loop {
            let ended = self.ended.notified();
            if !self.is_open() {
                return;
            }
            ended.await;
        }
    }

    /// Writes what comes until the end. The client must take something every `write_timeout`.
    pub(super) async fn write_to(
        &self,
        mut socket: impl AsyncWrite + Unpin,
        write_timeout: Duration,
    ) -> std::io::Result<()> {
        let mut chunk = BytesMut::new();
        loop {
            if chunk.is_empty() {
                let filled = self.filled.notified();
                let life = {
                    let mut state = self.state();
                    // Whole frames, as whatever is below may treat each by itself.
                    chunk = state.bytes.split();
                    state.writing = chunk.len();
                    state.life
                };
                if chunk.is_empty() {
                    if life != Life::Open {
                        return timeout(write_timeout, socket.shutdown()).await?;
                    }
                    filled.await;
                    continue;
                }
            }
            let written = timeout(write_timeout, socket.write(&chunk)).await??;
            if written == 0 {
                return Err(std::io::ErrorKind::WriteZero.into());
            }
            chunk.advance(written.min(chunk.len()));
            let mut state = self.state();
            state.writing = chunk.len();
            if state.life == Life::Closed {
                return Ok(());
            }
            drop(state);
            self.drained.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn frames_made_before_padding_began_are_not_taken_after() {
        let outbox = Outbox::new(1000);
        assert_eq!(outbox.push(b"one", false), Ok(true));
        assert_eq!(outbox.push(b"too early", true), Ok(false));
        outbox.send_and_pad(b"okay").await.unwrap();
        assert!(outbox.is_padded());
        assert_eq!(outbox.push(b"too late", false), Ok(false));
        assert_eq!(outbox.push(b"two", true), Ok(true));
        outbox.send(b"three").await.unwrap();
        assert_eq!(&outbox.state().bytes[..], b"oneokaytwothree");
    }

    #[tokio::test]
    async fn what_may_be_left_out_leaves_room_for_replies() {
        let outbox = Outbox::new(1000);
        let line = [0; 100];
        for _ in 0..5 {
            assert_eq!(outbox.push_dispensable(&line, false), Ok(true));
        }
        let full = Err(SendError::Full);
        assert_eq!(outbox.push_dispensable(&line, false), full);
        // At once.
        outbox.send(&[0; 400]).await.unwrap();
        assert_eq!(outbox.push(&line, false), Ok(true));
        assert_eq!(outbox.push_dispensable(&line, false), full);
    }
}
