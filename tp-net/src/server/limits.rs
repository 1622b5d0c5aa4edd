//! How much and how long a server bears a client.

use std::time::Duration;

use tokio::time::Instant;
use tp_frames::MAX_BODY;

/// What a server holds for its clients at most.
///
/// A connection that has to leave for another, or for the memory that it takes, ends at once: the call
/// of the handler that answers it is dropped where it awaits.
///
/// ```
/// use tp_net::server::Limits;
///
/// let limits = Limits::default().connections(10).bytes_received(64 << 10);
/// assert_eq!(limits.connections, 10);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes in the body of a received frame; 1 MiB by default. A larger one ends the connection.
    pub frame: usize,
    /// Connections at once; 1,024 by default.
    ///
    /// For one more, the network that has most of them loses one, if it has more than the newcomer's
    /// then has: one that nobody is logged in on, else any, and of these the one that was silent
    /// longest. It is told so in a Fail. Otherwise the newcomer is told in plain text that the server
    /// is full.
    ///
    /// An eighth is kept for networks that are known, as somebody has logged in from them since the
    /// server started; the last 1,024 of them are remembered.
    ///
    /// A network is an IPv4 address, or all IPv6 addresses that begin with the same 64 bits, as one
    /// person can have all of them.
    pub connections: usize,
    /// Connections at once from one network; 256 by default. Any more are told in plain text that
    /// the server is full.
    pub connections_per_address: usize,
    /// Bytes of memory that all connections hold together for what they have sent and what is to be
    /// sent to them, in buffers larger than 16 KiB; 32 MiB by default. What is smaller is not
    /// counted: at most 64 KiB for each connection, through TLS too.
    ///
    /// From half of it on, requests are answered no faster than their answers are read. With more
    /// than all of it, connections have to leave: those that hold most, of the network that does, are
    /// told so in a Fail if they read, and end. Until they have, whoever holds some of it waits, and
    /// answers of more than 16 KiB are refused to everybody as unavailable for now.
    pub memory: usize,
    /// Bytes of requests that wait for an answer, for each connection; 2 MiB by default, and at
    /// least a frame. With more, reading stops.
    pub bytes_received: usize,
    /// Bytes of replies that wait for being sent, for each connection; 1 MiB by default, and one
    /// frame more. With more, answering stops.
    pub bytes_sent: usize,
    /// Bytes in the head of an HTTP request; 8 KiB by default. A longer one is refused.
    #[cfg(feature = "http")]
    pub http_head: usize,
    /// Wrong logins on one connection; 5 by default. The last one ends the connection.
    pub login_attempts: u32,
    /// How long an attempt to log in, or to make an account, is kept waiting at most; 60 seconds by
    /// default. After 5 wrong logins from an address, which for IPv6 is a network of 64 bits, the next
    /// wait 1, 2, 4 … seconds, whether they are right or not; after 10 at an account, from wherever,
    /// those from addresses that never logged in as it wait up to 10 seconds; and after 20 accounts
    /// that were asked for from an address, so do the next. An address that has logged in as an account,
    /// or made it, is not delayed by what is done to others. All is forgotten after a quarter of an hour without a wrong
    /// one. [`Duration::ZERO`] lets everybody guess.
    pub login_delay: Duration,
}

impl Limits {
    /// Sets the bytes in the body of a received frame.
    #[must_use]
    pub const fn frame(mut self, limit: usize) -> Self {
        self.frame = limit;
        self
    }

    /// Sets the connections at once.
    #[must_use]
    pub const fn connections(mut self, limit: usize) -> Self {
        self.connections = limit;
        self
    }

    /// Sets the connections at once from one network.
    #[must_use]
    pub const fn connections_per_address(mut self, limit: usize) -> Self {
        self.connections_per_address = limit;
        self
    }

    /// Sets the bytes of memory that all connections hold together.
    #[must_use]
    pub const fn memory(mut self, limit: usize) -> Self {
        self.memory = limit;
        self
    }

    /// Sets the bytes of requests that wait for an answer.
    #[must_use]
    pub const fn bytes_received(mut self, limit: usize) -> Self {
        self.bytes_received = limit;
        self
    }

    /// Sets the bytes of replies that wait for being sent.
    #[must_use]
    pub const fn bytes_sent(mut self, limit: usize) -> Self {
        self.bytes_sent = limit;
        self
    }

    /// Sets the bytes in the head of an HTTP request.
    #[cfg(feature = "http")]
    #[must_use]
    pub const fn http_head(mut self, limit: usize) -> Self {
        self.http_head = limit;
        self
    }

    /// Sets the wrong logins on one connection.
    #[must_use]
    pub const fn login_attempts(mut self, limit: u32) -> Self {
        self.login_attempts = limit;
        self
    }

    /// Sets how long an attempt to log in is kept waiting at most.
    #[must_use]
    pub const fn login_delay(mut self, limit: Duration) -> Self {
        self.login_delay = limit;
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame: MAX_BODY,
            connections: 1024,
            connections_per_address: 256,
            memory: 32 << 20,
            bytes_received: MAX_BODY * 2,
            bytes_sent: MAX_BODY,
            #[cfg(feature = "http")]
            http_head: 8 * 1024,
            login_attempts: 5,
            login_delay: Duration::from_secs(60),
        }
    }
}

/// How long a server waits for a client.
///
/// ```
/// use std::time::Duration;
/// use tp_net::server::Timeouts;
///
/// let timeouts = Timeouts::default().login(Duration::from_secs(60));
/// assert_eq!(timeouts.login.as_secs(), 60);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// From the start of the connection until `Connect` is answered with Okay, through TLS and
    /// HTTP where they are spoken; 30 seconds by default. Whatever else a client says, and however
    /// slow it reads, it has no more time.
    pub handshake: Duration,
    /// From then on until `Login` is answered with Okay; 10 minutes by default, as people may
    /// make an account first. Nothing else that a client says gives it more time. For a server
    /// whose clients may stay without a player, such as to watch its list of games,
    /// [`Duration::MAX`] lifts it; then [`idle`](Self::idle) is what counts.
    pub login: Duration,
    /// Between one request and the next, once all are answered; 30 minutes by default. A frame
    /// that comes in pieces must be whole by then. Administrators who are logged in are waited for
    /// without end, as they may only follow the [log](super::admin::Log).
    pub idle: Duration,
    /// Until a client takes anything of what it is sent; 60 seconds by default.
    pub write: Duration,
    /// How long a shutdown waits for what was begun, before it cuts that off; 5 seconds by default.
    pub shutdown: Duration,
}

impl Timeouts {
    /// Sets the time until `Connect` is answered with Okay.
    #[must_use]
    pub const fn handshake(mut self, time: Duration) -> Self {
        self.handshake = time;
        self
    }

    /// Sets the time from then on until `Login` is answered with Okay.
    #[must_use]
    pub const fn login(mut self, time: Duration) -> Self {
        self.login = time;
        self
    }

    /// Sets the time between one request and the next.
    #[must_use]
    pub const fn idle(mut self, time: Duration) -> Self {
        self.idle = time;
        self
    }

    /// Sets the time until a client takes anything of what it is sent.
    #[must_use]
    pub const fn write(mut self, time: Duration) -> Self {
        self.write = time;
        self
    }

    /// Sets how long a shutdown waits for what was begun.
    #[must_use]
    pub const fn shutdown(mut self, time: Duration) -> Self {
        self.shutdown = time;
        self
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(30),
            login: Duration::from_secs(10 * 60),
            idle: Duration::from_secs(30 * 60),
            write: Duration::from_secs(60),
            shutdown: Duration::from_secs(5),
        }
    }
}

/// The end of a time that begins now.
pub(super) fn after(duration: Duration) -> Instant {
    past(Instant::now(), duration)
}

/// The end of a time that began then.
pub(super) fn past(began: Instant, duration: Duration) -> Instant {
    // So long that nobody will see the end of it.
    began.checked_add(duration).unwrap_or_else(|| {
        began
            .checked_add(Duration::from_secs(60 * 60 * 24 * 365))
            .unwrap_or(began)
    })
}
