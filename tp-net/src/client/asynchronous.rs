//! Frames that nobody asked for, as a stream.

use tokio::sync::broadcast;
use tp_frames::RawFrame;

/// The asynchronous frames of a connection, as they come.
///
/// Each subscriber gets each frame. One that takes none for long misses the oldest and is told.
#[derive(Debug)]
pub struct Asynchronous {
    frames: broadcast::Receiver<RawFrame>,
}

/// Frames were missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} asynchronous frames were missed")]
pub struct Lagged(
    /// How many.
    pub u64,
);

impl Asynchronous {
    pub(super) fn new(frames: broadcast::Receiver<RawFrame>) -> Self {
        Self { frames }
    }

    /// The next frame; `None` once the connection is over. A dropped future loses none.
    ///
    /// # Errors
    ///
    /// Frames were missed; the next call returns the oldest that is left.
    pub async fn next(&mut self) -> Option<Result<RawFrame, Lagged>> {
        match self.frames.recv().await {
            Ok(frame) => Some(Ok(frame)),
            Err(broadcast::error::RecvError::Lagged(missed)) => Some(Err(Lagged(missed))),
            Err(broadcast::error::RecvError::Closed) => None,
        }
    }
}
