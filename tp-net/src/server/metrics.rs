//! What a server has done, counted.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use tp_frames::PacketInfo;

use crate::model::FailCode;

/// Why somebody who came was not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RefuseReason {
    /// There are [`Limits::connections`](super::Limits::connections) already, and nobody has so
    /// many of them that one had to make room.
    Full,
    /// There are [`Limits::connections_per_address`](super::Limits::connections_per_address) from
    /// its network already.
    Network,
}

impl RefuseReason {
    const ALL: [Self; 2] = [Self::Full, Self::Network];

    /// A word, the same in logs and for counters.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Network => "network",
        }
    }
}

impl fmt::Display for RefuseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a connection that was let in has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndReason {
    /// The client closed it.
    Closed,
    /// It broke, or what came was no TLS or no HTTP.
    Broken,
    /// It was told all that it asked for: a browser the page, or a client that this port takes it
    /// in another way.
    Told,
    /// The client sent nothing for [`Timeouts::idle`](super::Timeouts::idle).
    Idle,
    /// The client had not connected within [`Timeouts::handshake`](super::Timeouts::handshake), or
    /// not logged in within [`Timeouts::login`](super::Timeouts::login).
    Late,
    /// The client took nothing for [`Timeouts::write`](super::Timeouts::write).
    Deaf,
    /// The game closed it, or the client was refused too often or sent what is no frame.
    Unwanted,
    /// The handler panicked.
    Panicked,
    /// The server was full, and this one made room for somebody else.
    Crowded,
    /// All connections held more than [`Limits::memory`](super::Limits::memory), and this one most
    /// of it.
    Memory,
    /// The server ended.
    Stopped,
}

impl EndReason {
    const ALL: [Self; 11] = [
        Self::Closed,
        Self::Broken,
        Self::Told,
        Self::Idle,
        Self::Late,
        Self::Deaf,
        Self::Unwanted,
        Self::Panicked,
        Self::Crowded,
        Self::Memory,
        Self::Stopped,
    ];

    /// A word, the same in logs and for counters.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Broken => "broken",
            Self::Told => "told",
            Self::Idle => "idle",
            Self::Late => "late",
            Self::Deaf => "deaf",
            Self::Unwanted => "unwanted",
            Self::Panicked => "panicked",
            Self::Crowded => "crowded",
            Self::Memory => "memory",
            Self::Stopped => "stopped",
        }
    }
}

impl fmt::Display for EndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a server has done since it started, and what it holds now. Clones count the same, and can
/// be read when the server has ended.
///
/// Counters only grow. What is counted at the same time may be read a moment apart; once nothing
/// happens any more, [`connections_accepted`](Self::connections_accepted) is
/// [`connections_open`](Self::connections_open) and all of
/// [`connections_ended`](Self::connections_ended). `examples/metrics.rs` exports all of it to
/// Prometheus.
///
/// ```
/// # use tp_net::server::{EndReason, Server};
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let game = tp_game::Game::new(7);
/// let server = Server::builder().listen("127.0.0.1:0").start(game).await?;
/// let metrics = server.metrics();
/// # let client = tp_net::client::Client::connect(server.local_addrs()[0], Default::default()).await?;
/// # client.login("guest", "guest").await?;
/// assert_eq!(metrics.connections_open(), 1);
/// assert_eq!(metrics.logins(), 1);
/// assert!(metrics.requests().any(|(kind, count)| (kind, count) == ("Login", 1)));
/// server.shutdown().await;
/// assert!(metrics.connections_ended().any(|it| it == (EndReason::Stopped, 1)));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Metrics {
    counters: Arc<Counters>,
}

struct Counters {
    open: AtomicU64,
    accepted: AtomicU64,
    refused: [AtomicU64; RefuseReason::ALL.len()],
    ended: [AtomicU64; EndReason::ALL.len()],
    logins: AtomicU64,
    logins_refused: AtomicU64,
    /// The name of each type of frame, and how many came; the last is of those without a name.
    requests: Box<[(&'static str, AtomicU64)]>,
    refusals: [AtomicU64; CODES],
    bytes_received: AtomicU64,
    bytes_sent: AtomicU64,
    memory: AtomicUsize,
}

/// How many codes of refusals are told apart: those that there are, and one for all others.
const CODES: usize = 10;

/// What is counted is only ever read, so nothing needs to be seen before or after it.
const ORDER: Ordering = Ordering::Relaxed;

fn add(counter: Option<&AtomicU64>, count: u64) {
    if let Some(counter) = counter {
        counter.fetch_add(count, ORDER);
    }
}

impl Metrics {
    /// Nothing yet, of a server that knows these packets.
    pub(super) fn new(packets: &[&'static PacketInfo]) -> Self {
        let types = packets.iter().map(|packet| packet.r#type as usize);
        let unnamed = types.max().map_or(0, |last| last.saturating_add(1));
        let mut requests = Vec::new();
        requests.resize_with(unnamed.saturating_add(1), || ("unknown", AtomicU64::new(0)));
        for packet in packets {
            if let Some((name, _)) = requests.get_mut(packet.r#type as usize) {
                *name = packet.name;
            }
        }
        Self {
            counters: Arc::new(Counters {
                open: AtomicU64::default(),
                accepted: AtomicU64::default(),
                refused: Default::default(),
                ended: Default::default(),
                logins: AtomicU64::default(),
                logins_refused: AtomicU64::default(),
                requests: requests.into(),
                refusals: Default::default(),
                bytes_received: AtomicU64::default(),
                bytes_sent: AtomicU64::default(),
                memory: AtomicUsize::default(),
            }),
        }
    }

    /// Connections that are open now, through TLS and HTTP too.
    #[must_use]
    pub fn connections_open(&self) -> u64 {
        self.counters.open.load(ORDER)
    }

    /// Connections that were let in.
    #[must_use]
    pub fn connections_accepted(&self) -> u64 {
        self.counters.accepted.load(ORDER)
    }

    /// Connections that were not let in, for every reason that there is.
    pub fn connections_refused(&self) -> impl Iterator<Item = (RefuseReason, u64)> {
        let counted = self.counters.refused.iter().map(|it| it.load(ORDER));
        RefuseReason::ALL.into_iter().zip(counted)
    }

    /// Connections that were let in and have ended, for every reason that there is.
    pub fn connections_ended(&self) -> impl Iterator<Item = (EndReason, u64)> {
        let counted = self.counters.ended.iter().map(|it| it.load(ORDER));
        EndReason::ALL.into_iter().zip(counted)
    }

    /// Logins that were answered with Okay.
    #[must_use]
    pub fn logins(&self) -> u64 {
        self.counters.logins.load(ORDER)
    }

    /// Logins that were refused.
    #[must_use]
    pub fn logins_refused(&self) -> u64 {
        self.counters.logins_refused.load(ORDER)
    }

    /// Frames that came, by the names of their packets: those of which any came. `"unknown"` are
    /// those without a name.
    pub fn requests(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let all = self.counters.requests.iter();
        let all = all.map(|(name, count)| (*name, count.load(ORDER)));
        // Numbers between those of packets have no name either.
        let (named, unnamed): (Vec<_>, Vec<_>) = all.partition(|(name, _)| *name != "unknown");
        let unnamed = unnamed
            .iter()
            .fold(0, |sum: u64, (_, it)| sum.saturating_add(*it));
        named
            .into_iter()
            .chain([("unknown", unnamed)])
            .filter(|(_, count)| *count > 0)
    }

    /// Fail frames that were sent, by their codes: those of which any were. Those with a code that
    /// the protocol has not are all under the one behind its last.
    pub fn refusals(&self) -> impl Iterator<Item = (FailCode, u64)> {
        let counted = self.counters.refusals.iter().map(|it| it.load(ORDER));
        let by_code = (0..).map(FailCode).zip(counted);
        by_code.filter(|(_, count)| *count > 0)
    }

    /// Bytes of frames that came, without those of TLS and HTTP around them.
    #[must_use]
    pub fn bytes_received(&self) -> u64 {
        self.counters.bytes_received.load(ORDER)
    }

    /// Bytes of frames that were sent, without those of TLS and HTTP around them.
    #[must_use]
    pub fn bytes_sent(&self) -> u64 {
        self.counters.bytes_sent.load(ORDER)
    }

    /// Bytes that all connections hold now of what [`Limits::memory`](super::Limits::memory)
    /// allows.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.held()
    }

    #[inline]
    pub(super) fn held(&self) -> usize {
        self.counters.memory.load(ORDER)
    }

    /// So many bytes more are held; returns how many there are then.
    pub(super) fn hold(&self, bytes: usize) -> usize {
        let before = self.counters.memory.fetch_add(bytes, ORDER);
        before.saturating_add(bytes)
    }

    /// So many bytes fewer are held.
    pub(super) fn release(&self, bytes: usize) {
        self.counters.memory.fetch_sub(bytes, ORDER);
    }

    pub(super) fn accepted(&self) {
        self.counters.accepted.fetch_add(1, ORDER);
        self.counters.open.fetch_add(1, ORDER);
    }

    pub(super) fn refused(&self, reason: RefuseReason) {
        add(self.counters.refused.get(reason as usize), 1);
    }

    pub(super) fn ended(&self, reason: EndReason) {
        add(self.counters.ended.get(reason as usize), 1);
        self.counters.open.fetch_sub(1, ORDER);
    }

    pub(super) fn logged_in(&self) {
        self.counters.logins.fetch_add(1, ORDER);
    }

    pub(super) fn login_refused(&self) {
        self.counters.logins_refused.fetch_add(1, ORDER);
    }

    pub(super) fn refused_with(&self, code: FailCode) {
        let last = CODES.saturating_sub(1);
        add(self.counters.refusals.get(last.min(code.0 as usize)), 1);
    }

    pub(super) fn received(&self, bytes: usize) {
        self.counters.bytes_received.fetch_add(bytes as u64, ORDER);
    }

    pub(super) fn sent(&self, bytes: usize) {
        self.counters.bytes_sent.fetch_add(bytes as u64, ORDER);
    }

    fn requested(&self, kind: u32, count: u64) {
        let all = &self.counters.requests;
        let last = all.len().saturating_sub(1);
        add(all.get(last.min(kind as usize)).map(|(_, it)| it), count);
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics")
            .field("connections_open", &self.connections_open())
            .field("connections_accepted", &self.connections_accepted())
            .finish_non_exhaustive()
    }
}

/// Counts the requests of a burst: those of one kind that follow each other at once.
pub(super) struct RequestCount<'a> {
    metrics: &'a Metrics,
    kind: u32,
    count: u64,
}

impl<'a> RequestCount<'a> {
    pub(super) fn new(metrics: &'a Metrics) -> Self {
        Self {
            metrics,
            kind: 0,
            count: 0,
        }
    }

    #[inline]
    pub(super) fn add(&mut self, kind: u32) {
        if kind != self.kind {
            self.flush();
            self.kind = kind;
        }
        self.count = self.count.wrapping_add(1);
    }

    fn flush(&mut self) {
        if self.count > 0 {
            self.metrics.requested(self.kind, self.count);
            self.count = 0;
        }
    }
}

impl Drop for RequestCount<'_> {
    fn drop(&mut self) {
        self.flush();
    }
}
