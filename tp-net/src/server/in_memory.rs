//! Connections without sockets, or by other ways than a listener's.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{DuplexStream, duplex};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tracing::Instrument;

use super::accept::{finish, turn_away};
use super::endpoint::Endpoint;
use super::handshake::{self, Acceptor};
use super::limits::after;
use super::peer::Client;
use super::shared::Shared;
use super::transports::Transports;
use crate::client::{AsyncConnector, AsyncStream, Opened};
use crate::transport::{Connector, MemoryStream, Scheme, Stream, Url};

/// How many bytes are on their way before whoever sends has to wait.
const PIPE: usize = 64 << 10;

/// How many connections may wait for being taken.
const BACKLOG: usize = 128;

/// Where every client of it seems to be.
pub(super) const ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// Connects to a server in the same process, without sockets: for tests of bots and of games, and
/// for computer players that the server itself runs. See [`Server::connector`](super::Server::connector).
///
/// It goes into `connect_with` of every client. There, the URL only names the server: its scheme is
/// `tp`, and the rest of it means nothing.
#[derive(Debug, Clone)]
pub struct MemoryConnector {
    to_server: mpsc::Sender<Arrival>,
}

/// A connection on its way to the server.
pub(super) enum Arrival {
    /// Of a client in this process, which speaks frames.
    Pipes(DuplexStream),
    /// Handed over, from a client there.
    Stream(Box<dyn AsyncStream>, SocketAddr),
}

/// What comes from connectors.
pub(super) type FromConnectors = mpsc::Receiver<Arrival>;

/// A connector, and where its connections go.
pub(super) fn channel() -> (MemoryConnector, FromConnectors) {
    let (to_server, from_connectors) = mpsc::channel(BACKLOG);
    (MemoryConnector { to_server }, from_connectors)
}

impl MemoryConnector {
    /// Hands a connection over to the server that came by another way than its listeners: a Unix
    /// socket, say, or a simulated network. It is taken as on a listener that takes
    /// [everything](super::Builder::listen), from a client at `address`.
    ///
    /// # Errors
    ///
    /// The server has ended, or as many wait for it as may.
    pub fn hand_over(
        &self,
        stream: impl AsyncStream + 'static,
        address: SocketAddr,
    ) -> io::Result<()> {
        self.send(Arrival::Stream(Box::new(stream), address))
    }

    fn pipes(&self, url: &Url) -> io::Result<DuplexStream> {
        if url.scheme() != Scheme::Tp {
            let scheme = url.scheme();
            let text = format!("there is no {scheme} in memory, only tp");
            return Err(io::Error::new(io::ErrorKind::Unsupported, text));
        }
        let (client, server) = duplex(PIPE);
        self.send(Arrival::Pipes(server))?;
        Ok(client)
    }

    fn send(&self, arrival: Arrival) -> io::Result<()> {
        self.to_server.try_send(arrival).map_err(|error| {
            let text = match error {
                mpsc::error::TrySendError::Full(_) => "the server in memory takes no more now",
                mpsc::error::TrySendError::Closed(_) => "the server in memory has ended",
            };
            io::Error::new(io::ErrorKind::ConnectionRefused, text)
        })
    }
}

impl Connector for MemoryConnector {
    fn open(&self, url: &Url, _: Duration) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(MemoryStream::new(self.pipes(url)?)))
    }

    fn opens_at_once(&self) -> bool {
        true
    }
}

impl AsyncConnector for MemoryConnector {
    fn open<'a>(&'a self, url: &'a Url, _: Duration) -> Opened<'a> {
        let pipes = self.pipes(url);
        Box::pin(async { Ok(Box::new(pipes?) as Box<dyn AsyncStream>) })
    }
}

/// Lets clients in until the server stops, then waits until all are gone.
pub(super) async fn accept<S: Endpoint>(
    mut from_connectors: FromConnectors,
    acceptor: Acceptor,
    shared: Arc<Shared<S>>,
) {
    let stopping = shared.stopping.clone();
    let acceptor = Arc::new(acceptor);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // A simulation goes the same way each time.
            biased;
            () = stopping.begun() => break,
            Some(_) = connections.join_next() => {}
            Some(arrival) = from_connectors.recv() => {
                let shared = Arc::clone(&shared);
                match arrival {
                    Arrival::Pipes(pipes) => {
                        connections.spawn(welcome(pipes, shared));
                    }
                    Arrival::Stream(stream, address) => {
                        let acceptor = Arc::clone(&acceptor);
                        connections.spawn(take(stream, address, acceptor, shared));
                    }
                }
            }
        }
    }
    drop(from_connectors);
    finish(connections, stopping).await;
}

async fn welcome<S: Endpoint>(mut pipes: DuplexStream, shared: Arc<Shared<S>>) {
    let Ok(place) = shared.places.enter(ADDRESS.ip()) else {
        return turn_away(&mut pipes, true).await;
    };
    let id = shared.next_id();
    let network = place.network();
    let span = tracing::info_span!("connection", id, address = "memory", %network);
    let client = Client {
        id,
        address: ADDRESS,
        transports: [super::Transport::Tcp].into_iter().collect::<Transports>(),
        encrypted: false,
        deadline: after(shared.timeouts.handshake),
    };
    let serving = S::serve(&shared, pipes, |_| 0, BytesMut::new(), client, &place);
    serving.instrument(span).await;
}

async fn take<S: Endpoint>(
    mut stream: Box<dyn AsyncStream>,
    address: SocketAddr,
    acceptor: Arc<Acceptor>,
    shared: Arc<Shared<S>>,
) {
    let Ok(place) = shared.places.enter(address.ip()) else {
        return turn_away(&mut stream, true).await;
    };
    let local = acceptor.local;
    handshake::serve(shared, acceptor, stream, local, address, place).await;
}
