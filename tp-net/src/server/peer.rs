//! The other end of a connection, and who is logged in there.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use bytes::BytesMut;
use tokio::time::Instant;
use tp_frames::{EncodeOptions, Packet, TpString, Version};

use super::outbox::Outbox;
use super::places::Place;
use super::transports::Transports;
use super::{Quirks, SendError};
use crate::frame_trace::FrameTrace;
use crate::model::{Feature, TimeRemaining, downgrade};
use crate::proto::OLDEST;

/// Who has come, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client {
    /// Unique in this server.
    pub(super) id: u64,
    pub(super) address: SocketAddr,
    /// What it could have come by.
    pub(super) transports: Transports,
    /// Whether it came through TLS.
    pub(super) encrypted: bool,
    /// When `Connect` must have been answered.
    pub(super) deadline: Instant,
}

/// The client at the other end of a connection: cheap to clone, and usable from anywhere to send
/// it what it did not ask for.
///
/// ```
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Mutex;
/// use tp_net::model::{Refusal, TimeRemaining};
/// use tp_net::server::{Handler, Login, LoginReply, Peer};
///
/// #[derive(Default)]
/// struct Game {
///     players: Mutex<Vec<Peer>>,
/// }
///
/// impl Handler for Game {
///     type Player = String;
///
///     async fn login(&self, peer: &Peer, login: Login) -> Result<LoginReply<String>, Refusal> {
///         self.players.lock().unwrap().push(peer.clone());
///         let name = login.username.to_string();
///         Ok(LoginReply::okay(name, "Welcome"))
///     }
/// }
///
/// impl Game {
///     /// Tells everybody who is still there that a turn begins.
///     fn begin_turn(&self, seconds: u32) {
///         let remaining = TimeRemaining { time: seconds, ..TimeRemaining::default() };
///         let mut players = self.players.lock().unwrap();
///         players.retain(|peer| peer.send_time_remaining(remaining.clone()).is_ok());
///     }
/// }
/// # let game = std::sync::Arc::new(Game::default());
/// # let server = tp_net::server::Server::builder().listen("127.0.0.1:0");
/// # let server = server.start_shared(std::sync::Arc::clone(&game)).await?;
/// # let client = tp_net::client::Client::connect(server.local_addrs()[0], Default::default()).await?;
/// # let mut events = client.events();
/// # client.login("ada", "").await?;
/// # game.begin_turn(60);
/// # assert!(events.next().await.is_some());
/// # server.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Peer {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    version: OnceLock<Version>,
    quirks: OnceLock<Quirks>,
    outbox: Outbox,
    trace: FrameTrace,
}

impl Peer {
    pub(super) fn new(client: Client, bytes_sent: usize, place: Arc<Place>) -> Self {
        Self {
            inner: Arc::new(Inner {
                client,
                version: OnceLock::new(),
                quirks: OnceLock::new(),
                outbox: Outbox::new(bytes_sent, place),
                trace: FrameTrace::with_peer(client.address),
            }),
        }
    }

    /// The version of the first frame; later calls change nothing.
    pub(super) fn set_version(&self, version: Version) {
        self.inner.version.get_or_init(|| version);
    }

    /// What the client that named itself can read; later calls change nothing.
    pub(super) fn set_quirks(&self, quirks: impl FnOnce() -> Quirks) {
        self.inner.quirks.get_or_init(quirks);
    }

    /// Who tells of the frames that come and go.
    pub(super) fn trace(&self) -> &FrameTrace {
        &self.inner.trace
    }

    pub(super) fn outbox(&self) -> &Outbox {
        &self.inner.outbox
    }

    /// The place that its connection has in the server.
    pub(super) fn place(&self) -> &Arc<Place> {
        self.inner.outbox.place()
    }

    /// Returns `true` if it has said anything in a version that is known.
    pub(super) fn has_version(&self) -> bool {
        self.inner.version.get().is_some()
    }

    /// When `Connect` must have been answered.
    pub(super) fn deadline(&self) -> Instant {
        self.inner.client.deadline
    }

    /// The connection's number: unique in this server.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.inner.client.id
    }

    /// Where the client is, or the proxy that it came through.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.inner.client.address
    }

    /// Returns `true` if the connection is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.inner.client.encrypted
    }

    /// What connections can do, and what its port takes.
    pub(super) fn features(&self) -> impl Iterator<Item = Feature> {
        let Transports { http, tls, .. } = self.inner.client.transports;
        let features = [
            (true, Feature::FILTER_PADDING),
            (tls, Feature::SECURE_HERE),
            (http, Feature::HTTP_HERE),
        ];
        features
            .into_iter()
            .filter_map(|(offered, feature)| offered.then_some(feature))
    }

    /// The version it speaks, one of [`game::VERSIONS`](tp_frames::game::VERSIONS); the oldest before
    /// its first frame.
    #[must_use]
    pub fn version(&self) -> Version {
        self.inner.version.get().copied().unwrap_or(OLDEST)
    }

    /// What it can read: until it names itself, what any client of its version can.
    #[must_use]
    pub fn quirks(&self) -> Quirks {
        let quirks = self.inner.quirks.get().copied();
        quirks.unwrap_or_else(|| Quirks::of(&TpString::new(), self.version()))
    }

    /// Returns `true` if frames can still be sent to it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.inner.outbox.is_open()
    }

    /// Sends a `TimeRemaining` that it did not ask for. Never waits.
    ///
    /// # Errors
    ///
    /// The connection has ended, or the client does not read.
    pub fn send_time_remaining(&self, remaining: TimeRemaining) -> Result<(), SendError> {
        self.send(&downgrade::time_remaining(remaining))
    }

    /// Sends a frame that it did not ask for, in its version, with sequence number 0. Never waits.
    ///
    /// # Errors
    ///
    /// The connection has ended, the client does not read, its version has no such packet, or the
    /// frame is too large.
    pub fn send<P: Packet>(&self, packet: &P) -> Result<(), SendError> {
        loop {
            let padded = self.inner.outbox.is_padded();
            let options = EncodeOptions::new(self.version()).padded(padded);
            let mut frame = BytesMut::new();
            self.quirks().encode_frame(packet, options, 0, &mut frame)?;
            if self.inner.outbox.push(&frame, padded)? {
                self.trace().sent(&frame, padded);
                return Ok(());
            }
        }
    }

    /// Ends the connection once everything sent so far is there.
    pub fn close(&self) {
        self.inner.outbox.finish();
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer")
            .field("id", &self.inner.client.id)
            .field("address", &self.inner.client.address)
            .field("version", &self.inner.version.get())
            .finish_non_exhaustive()
    }
}

/// A client that is logged in.
#[derive(Debug)]
pub struct Caller<P> {
    peer: Peer,
    player: P,
}

impl<P> Caller<P> {
    pub(super) fn new(peer: Peer, player: P) -> Self {
        Self { peer, player }
    }

    /// The connection.
    #[must_use]
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// Whom [`login`](super::Handler::login) made of it.
    #[must_use]
    pub fn player(&self) -> &P {
        &self.player
    }
}
