//! Takes frames off a client's bytes.

use std::sync::Arc;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::timeout_at;
use tp_frames::{DecodeOptions, FramingError, Header, RawFrame, Version};

use super::greeting::{self, CloseMessage};
use super::limits::after;
use super::login::Stage;
use super::outbox::Outbox;
use super::stop::Stopping;
use super::{Limits, Timeouts};
use crate::model::Refusal;
use crate::proto::Versions;

/// What the reader hands to the worker, in the order in which it came.
pub(super) enum Received {
    /// A frame, and the room it takes until it is answered.
    Frame(RawFrame, OwnedSemaphorePermit),
    /// The last thing: the connection ends with it.
    CloseMessage(CloseMessage),
}

/// Why reading ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The client closed its side.
    Closed,
    /// The connection broke.
    Broken,
    /// The client sent nothing for too long.
    Idle,
    /// The client has not connected or logged in in time.
    Late,
    /// The client sent what cannot be answered; it is told so.
    Nonsense,
    /// The worker takes nothing more.
    Unwanted,
}

pub(super) struct Reader<'a> {
    pub(super) versions: Versions,
    pub(super) limits: &'a Limits,
    pub(super) timeouts: &'a Timeouts,
    pub(super) options: &'a DecodeOptions,
    pub(super) outbox: &'a Outbox,
    pub(super) worker: mpsc::Sender<Received>,
    /// For the bytes of requests that wait for an answer.
    pub(super) room: Arc<Semaphore>,
    /// What the client speaks, once that is known.
    pub(super) version: Option<Version>,
    /// How far the client has come, where it may say nothing once it is logged in.
    pub(super) listening: Option<watch::Receiver<Stage>>,
}

impl Reader<'_> {
    /// Reads until the connection ends, or nothing more is wanted.
    pub(super) async fn read_from(
        mut self,
        socket: &mut (impl AsyncRead + Unpin),
        mut received: BytesMut,
        mut stopping: Stopping,
    ) -> End {
        received.reserve(4096);
        let mut deadline = after(self.timeouts.idle);
        loop {
            match self.take_all(&mut received).await {
                Ok(0) => {}
                Ok(_) => deadline = after(self.timeouts.idle),
                Err(end) => return end,
            }
            let read = tokio::select! {
                read = timeout_at(deadline, socket.read_buf(&mut received)) => read,
                // What has arrived is with the worker; what is on its way is too late.
                () = stopping.begun() => return End::Unwanted,
            };
            match read {
                Ok(Ok(0)) => return End::Closed,
                Ok(Ok(_)) => {}
                Ok(Err(_)) => return End::Broken,
                Err(_) if self.is_waiting() => deadline = after(self.timeouts.idle),
                Err(_) => return End::Idle,
            }
        }
    }

    /// Returns `true` if the client waits for what it is sent, and so may be silent itself.
    fn is_waiting(&self) -> bool {
        let listening = self.listening.as_ref();
        listening.is_some_and(|stage| *stage.borrow() == Stage::LoggedIn) || self.is_busy()
    }

    /// Returns `true` if the client still waits for answers.
    fn is_busy(&self) -> bool {
        self.version.is_some()
            && (self.worker.capacity() < self.worker.max_capacity()
                || self.room.available_permits() < total_room(self.limits)
                || !self.outbox.is_empty())
    }

    /// Hands all whole frames to the worker, and tells how many they were.
    async fn take_all(&mut self, received: &mut BytesMut) -> Result<usize, End> {
        let mut count: usize = 0;
        loop {
            let version = match self.version {
                Some(version) => version,
                None => match greeting::detect_version(received, self.versions) {
                    Ok(Some(version)) => *self.version.insert(version),
                    Ok(None) => return Ok(count),
                    Err(message) => return self.nonsense(message).await,
                },
            };
            let frame = match RawFrame::take(received, self.options) {
                Ok(Some(frame)) => frame,
                Ok(None) => return Ok(count),
                Err(error) => return self.nonsense(unframed(version, received, &error)).await,
            };
            if greeting::normal(frame.header.version) != Some(version) {
                return self.nonsense(changed(version, &frame.header)).await;
            }
            let size = room_for(self.limits, frame.body.len());
            let permit = Arc::clone(&self.room).acquire_many_owned(size).await;
            let permit = permit.map_err(|_| End::Unwanted)?;
            self.hand_over(Received::Frame(frame, permit)).await?;
            count = count.saturating_add(1);
        }
    }

    async fn nonsense<T>(&self, message: CloseMessage) -> Result<T, End> {
        self.hand_over(Received::CloseMessage(message)).await?;
        Err(End::Nonsense)
    }

    async fn hand_over(&self, received: Received) -> Result<(), End> {
        self.worker.send(received).await.map_err(|_| End::Unwanted)
    }
}

/// What a frame of `body` bytes takes of the room for requests.
fn room_for(limits: &Limits, body: usize) -> u32 {
    let size = body.saturating_add(Header::SIZE).min(total_room(limits));
    u32::try_from(size).unwrap_or(u32::MAX)
}

pub(super) fn total_room(limits: &Limits) -> usize {
    let frame = limits.frame.saturating_add(Header::SIZE);
    limits
        .bytes_received
        .max(frame)
        .min(Semaphore::MAX_PERMITS)
        .min(u32::MAX as usize)
}

fn unframed(version: Version, received: &[u8], error: &FramingError) -> CloseMessage {
    // The header was whole, or nothing would be wrong with it.
    let header = received
        .first_chunk()
        .and_then(|start| Header::from_bytes(start).ok());
    let sequence = header.map_or(0, |header| header.sequence);
    CloseMessage::Fail {
        version,
        sequence,
        refusal: Refusal::protocol(error.to_string()),
    }
}

fn changed(version: Version, header: &Header) -> CloseMessage {
    let text = format!("this connection speaks {version}, not {}", header.version);
    CloseMessage::Fail {
        version,
        sequence: header.sequence,
        refusal: Refusal::protocol(text),
    }
}
