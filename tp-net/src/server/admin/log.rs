//! The log, on its way to everybody who follows it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::BytesMut;
use tp_frames::Packet;
use tp_frames::admin::{LogMessage, LogMessageLevel, VERSION};

use crate::lock::lock;
use crate::server::{Peer, SendError};

/// Most bytes of a line; what is longer is cut off, and ends with `…`.
const LONGEST: usize = 8 * 1024;

/// A log that administrators follow. Clones are the same log.
///
/// Whatever writes a program's log feeds it: call [`send`](Self::send) from a `tracing` layer, from
/// a `log::Log`, or from where there is something to tell. A line goes to every administrator who
/// is logged in at that time, and is kept nowhere.
/// A layer leaves out the level `TRACE`: there frames that are sent are told, those with lines of this
/// log among them.
///
/// Sending never waits. Who reads too slowly is sent no more lines than fit half of
/// [`Limits::bytes_sent`](crate::server::Limits::bytes_sent); once there is room again, a warning
/// tells how many were left out. Who reads nothing for
/// [`Timeouts::write`](crate::server::Timeouts::write) is no longer connected.
///
/// Administrators see all of it: leave out passwords and other secrets.
///
/// ```
/// use tp_net::admin::frames::LogMessageLevel;
/// use tp_net::server::admin::Log;
///
/// let log = Log::new();
/// log.set_level(LogMessageLevel::WARNING);
/// log.send(LogMessageLevel::INFO, "nobody is told this");
/// log.send(LogMessageLevel::ERROR, "the disk is full");
/// ```
#[derive(Debug, Clone)]
pub struct Log {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    level: AtomicU32,
    followers: Mutex<Vec<Follower>>,
}

#[derive(Debug)]
struct Follower {
    peer: Peer,
    /// How many lines it was not sent since the last that it was.
    left_out: u64,
}

impl Default for Log {
    fn default() -> Self {
        Self::new()
    }
}

impl Log {
    /// A log of what is [`INFO`](LogMessageLevel::INFO) or more important.
    #[must_use]
    pub fn new() -> Self {
        Self {
            inner: Arc::new(Inner {
                level: AtomicU32::new(LogMessageLevel::INFO.0),
                followers: Mutex::default(),
            }),
        }
    }

    /// The least important level that is sent.
    #[must_use]
    pub fn level(&self) -> LogMessageLevel {
        LogMessageLevel(self.inner.level.load(Ordering::Relaxed))
    }

    /// Sends only what is of this level or more important.
    pub fn set_level(&self, level: LogMessageLevel) {
        self.inner.level.store(level.0, Ordering::Relaxed);
    }

    /// Returns `true` if a line of this level would be sent to somebody.
    #[must_use]
    pub fn is_followed(&self, level: LogMessageLevel) -> bool {
        level.0 >= self.level().0 && !lock(&self.inner.followers).is_empty()
    }

    /// Sends a line to everybody who follows, with the time that it is now. Lines longer than 8 KiB
    /// are cut off.
    pub fn send(&self, level: LogMessageLevel, line: &str) {
        if !self.is_followed(level) {
            return;
        }
        let frame = frame(level, shortened(line));
        let mut followers = lock(&self.inner.followers);
        followers.retain_mut(|follower| follower.tell(&frame) != Err(SendError::Closed));
    }

    /// Sends this client every line from now on, until its connection ends.
    pub(super) fn follow(&self, peer: &Peer) {
        lock(&self.inner.followers).push(Follower {
            peer: peer.clone(),
            left_out: 0,
        });
    }

    /// Forgets whose connections have ended.
    pub(super) fn forget_ended(&self) {
        lock(&self.inner.followers).retain(|follower| follower.peer.is_open());
    }
}

impl Follower {
    fn tell(&mut self, line: &[u8]) -> Result<(), SendError> {
        if self.left_out > 0 {
            let told = format!(
                "{} lines of the log were left out: they came faster than they were read",
                self.left_out
            );
            let told = frame(LogMessageLevel::WARNING, told);
            if self.push(&told)? {
                self.left_out = 0;
            }
        }
        if self.left_out > 0 || !self.push(line)? {
            self.left_out = self.left_out.saturating_add(1);
        }
        Ok(())
    }

    /// Whether there was room for it.
    fn push(&self, frame: &[u8]) -> Result<bool, SendError> {
        // Administration has no padding, so frames are the same for everybody.
        match self.peer.outbox().push_dispensable(frame, false) {
            Err(SendError::Full) => Ok(false),
            pushed => pushed,
        }
    }
}

/// The frame that nobody asked for.
fn frame(level: LogMessageLevel, message: String) -> BytesMut {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let line = LogMessage {
        timestamp: now.map_or(0, |since| since.as_secs()),
        level,
        message: message.into(),
    };
    let mut frame = BytesMut::new();
    // So short a line always fits.
    line.encode_frame(VERSION, 0, &mut frame)
        .unwrap_or_default();
    frame
}

fn shortened(line: &str) -> String {
    match line.len() > LONGEST {
        true => {
            let start = (0..=LONGEST).rev().find_map(|end| line.get(..end));
            let start = start.unwrap_or_default();
            format!("{start}…")
        }
        false => line.to_owned(),
    }
}
