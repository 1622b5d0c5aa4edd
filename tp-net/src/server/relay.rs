//! Passing on what clients and a server say to each other, and looking at it.
//!
//! A relay takes connections as a [`Server`](super::Server) does, over every transport, and opens one to
//! another server for each, over whichever transport that has. The frames between them are passed on
//! byte by byte, without being read: what one side sends is what the other gets, however it was cut into
//! pieces on the way. So an old client, which has no TLS, can play on a server that wants it; and a
//! [`Watcher`] sees what is said.
//!
//! ```
//! use std::sync::atomic::{AtomicUsize, Ordering};
//! use tp_frames::Direction;
//! use tp_net::server::Server;
//! use tp_net::server::relay::{Passage, Relay, Watcher};
//! use tp_net::{Options, client::Client};
//!
//! #[derive(Default)]
//! struct Counter {
//!     bytes: AtomicUsize,
//! }
//!
//! impl Watcher for Counter {
//!     fn passed(&self, _: &Passage, _: Direction, bytes: &[u8]) {
//!         self.bytes.fetch_add(bytes.len(), Ordering::Relaxed);
//!     }
//! }
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let game = tp_game::Game::new(1);
//! # let elsewhere = Server::builder().listen("127.0.0.1:0").start(game).await?;
//! # let address = elsewhere.local_addrs()[0];
//! let relay = Relay::to(address, Options::default(), Counter::default())?;
//! let server = Server::builder().listen("127.0.0.1:0").start_relay(relay).await?;
//!
//! let client = Client::connect(server.local_addrs()[0], Options::default()).await?;
//! client.login("guest", "guest").await?;
//! # Ok(())
//! # }
//! ```
//!
//! No message of a relay is among those of the server: a client that comes where nobody can be reached
//! is hung up on, and what went wrong is told to the watcher.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};
use tokio::time::timeout;
use tp_frames::{Direction, PacketInfo};

use super::endpoint::Endpoint;
use super::metrics::EndReason;
use super::peer::Client;
use super::places::Place;
use super::shared::Shared;
use crate::client::AsyncConnector;
use crate::error::Error;
use crate::transport::{Dialer, Url};
use crate::{IntoUrl, Options};

/// Bytes that are passed on in one go.
const PIECE: usize = 16 << 10;

/// A connection from a client through a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Passage {
    /// Its number, from 1 on: unique in this relay.
    pub id: u64,
    /// Where the client is.
    pub client: SocketAddr,
    /// Whether the client came through TLS.
    pub is_encrypted: bool,
}

/// Sees what is passed on. All methods have a body that does nothing; none may take long, as what is
/// passed on waits for it.
pub trait Watcher: Send + Sync + 'static {
    /// The server was reached for this client.
    fn opened(&self, passage: &Passage) {
        let _ = passage;
    }

    /// These bytes are passed on next, from one side to the other. They are of frames: HTTP and TLS
    /// around them are none of them.
    fn passed(&self, passage: &Passage, direction: Direction, bytes: &[u8]) {
        let _ = (passage, direction, bytes);
    }

    /// Both sides have ended, or one could not be reached or was lost.
    fn ended(&self, passage: &Passage, error: Option<&io::Error>) {
        let _ = (passage, error);
    }
}

/// A relay to be: [`start_relay`](super::Builder::start_relay) starts it.
#[derive(Debug)]
pub struct Relay<W> {
    to: Url,
    dialer: Dialer,
    connect: Duration,
    watcher: W,
}

impl<W: Watcher> Relay<W> {
    /// To this server. Of the options those count that say how it is connected to.
    ///
    /// # Errors
    ///
    /// The URL cannot be read.
    pub fn to(url: impl IntoUrl, options: Options, watcher: W) -> Result<Self, Error> {
        let url = url.into_url()?.place();
        let port = url.scheme().port();
        Ok(Self {
            to: url.or_port(port),
            dialer: options.dialer(),
            connect: options.connect_timeout,
            watcher,
        })
    }
}

impl<W: Watcher> Endpoint for Relay<W> {
    const PACKETS: &'static [&'static PacketInfo] = &[];
    #[cfg(feature = "http")]
    const ABOUT: &'static str = "\
a relay to a server of Thousand Parsec, a family of games about empires in space. They are played with a
client program: start one, and give it one of these";

    async fn serve<T: AsyncRead + AsyncWrite + Send + Unpin>(
        shared: &Shared<Self>,
        socket: T,
        _: fn(&T) -> usize,
        received: BytesMut,
        client: Client,
        place: &Arc<Place>,
    ) {
        let relay = &shared.service;
        let passage = Passage {
            id: client.id,
            client: client.address,
            is_encrypted: client.encrypted,
        };
        let passing = async {
            let opened = relay.dialer.open(&relay.to, relay.connect);
            let server = timeout(relay.connect, opened).await??;
            relay.watcher.opened(&passage);
            relay.pass(&passage, socket, server, &received).await
        };
        let (reason, ended) = tokio::select! {
            biased;
            ended = passing => match ended {
                Ok(()) => (EndReason::Closed, Ok(())),
                Err(error) => (EndReason::Broken, Err(error)),
            },
            () = shared.stopping.begun() => (EndReason::Stopped, Ok(())),
            leave = std::future::poll_fn(|context| place.poll_leave(context)) => {
                (leave.reason, Ok(()))
            }
        };
        place.end(reason);
        relay.watcher.ended(&passage, ended.err().as_ref());
    }
}

impl<W: Watcher> Relay<W> {
    /// Passes on what both sides say, until both have ended. Where one ends, the other is told so, and
    /// may go on.
    async fn pass(
        &self,
        passage: &Passage,
        client: impl AsyncRead + AsyncWrite,
        server: impl AsyncRead + AsyncWrite,
        received: &[u8],
    ) -> io::Result<()> {
        let (mut from_client, mut to_client) = split(client);
        let (mut from_server, mut to_server) = split(server);
        let there = async {
            if !received.is_empty() {
                self.watcher.passed(passage, Direction::ToServer, received);
                to_server.write_all(received).await?;
                to_server.flush().await?;
            }
            self.copy(
                passage,
                Direction::ToServer,
                &mut from_client,
                &mut to_server,
            )
            .await
        };
        let back = self.copy(
            passage,
            Direction::ToClient,
            &mut from_server,
            &mut to_client,
        );
        tokio::try_join!(there, back)?;
        Ok(())
    }

    async fn copy(
        &self,
        passage: &Passage,
        direction: Direction,
        from: &mut (impl AsyncRead + Unpin),
        to: &mut (impl AsyncWrite + Unpin),
    ) -> io::Result<()> {
        let mut piece = BytesMut::with_capacity(PIECE);
        loop {
            piece.clear();
            if from.read_buf(&mut piece).await? == 0 {
                return to.shutdown().await;
            }
            self.watcher.passed(passage, direction, &piece);
            to.write_all(&piece).await?;
            to.flush().await?;
        }
    }
}
