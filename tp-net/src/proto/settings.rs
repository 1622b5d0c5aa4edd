//! What a connection may take and how long it waits.

use std::num::NonZeroU32;
use std::time::Duration;

use tp_frames::DecodeOptions;

/// Limits and times of one connection.
///
/// ```
/// use std::time::Duration;
/// use tp_net::proto::Settings;
///
/// let settings = Settings::default().reply_timeout(Some(Duration::from_secs(5)));
/// assert_eq!(settings.stall_probe.as_secs(), 1);
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// How frames are read; its limit on the body bounds what is buffered of one frame.
    pub decode: DecodeOptions,
    /// Sequence number of the first request.
    pub first_sequence: NonZeroU32,
    /// How long the server may let requests wait without answering any of them; 30 seconds by
    /// default, `None` for never.
    pub reply_timeout: Option<Duration>,
    /// How long to wait for an answer that servers are known not to give, if nothing is asked
    /// after it; 5 seconds by default.
    pub optional_reply_timeout: Duration,
    /// When a group has begun but nothing has come for this long, and nothing else is asked, ask
    /// for the time that remains: some servers announce more than they give, and only the answer
    /// to a later request shows that they have gone on. One second by default.
    pub stall_probe: Duration,
    /// Send a Ping after this long without traffic; never by default. At least one second.
    pub keep_alive: Option<Duration>,
    /// Bytes of memory that the frames of one answer may take, with whatever else comes between
    /// them, and bytes of all ids of one list; 64 MiB by default. A frame takes its body, and as
    /// much as a [`RawFrame`](tp_frames::RawFrame) has.
    pub answer_bytes: usize,
    /// How many frames may answer a request that does not itself say how many things it asks for,
    /// such as one for the objects around a place; 65,536 by default.
    pub answer_frames: u32,
}

impl Settings {
    /// Sets how frames are read.
    #[must_use]
    pub const fn decode(mut self, options: DecodeOptions) -> Self {
        self.decode = options;
        self
    }

    /// Sets the sequence number of the first request.
    #[must_use]
    pub const fn first_sequence(mut self, number: NonZeroU32) -> Self {
        self.first_sequence = number;
        self
    }

    /// Sets how long the server may let requests wait without answering any.
    #[must_use]
    pub const fn reply_timeout(mut self, time: Option<Duration>) -> Self {
        self.reply_timeout = time;
        self
    }

    /// Sets how long to wait for an answer that servers are known not to give.
    #[must_use]
    pub const fn optional_reply_timeout(mut self, time: Duration) -> Self {
        self.optional_reply_timeout = time;
        self
    }

    /// Sets how long nothing may come of a group that has begun.
    #[must_use]
    pub const fn stall_probe(mut self, time: Duration) -> Self {
        self.stall_probe = time;
        self
    }

    /// Sets after how long without traffic a Ping is sent.
    #[must_use]
    pub const fn keep_alive(mut self, time: Option<Duration>) -> Self {
        self.keep_alive = time;
        self
    }

    /// Sets how many frames may answer a request that does not say how many things it asks for.
    #[must_use]
    pub const fn answer_frames(mut self, limit: u32) -> Self {
        self.answer_frames = limit;
        self
    }

    /// Sets the bytes of one answer and of all ids of one list.
    #[must_use]
    pub const fn answer_bytes(mut self, limit: usize) -> Self {
        self.answer_bytes = limit;
        self
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            decode: DecodeOptions::default(),
            first_sequence: NonZeroU32::MIN,
            reply_timeout: Some(Duration::from_secs(30)),
            optional_reply_timeout: Duration::from_secs(5),
            stall_probe: Duration::from_secs(1),
            keep_alive: None,
            answer_bytes: 64 << 20,
            answer_frames: 1 << 16,
        }
    }
}
