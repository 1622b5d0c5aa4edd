//! Starting and stopping a server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tp_frames::TpString;

use super::accept::accept;
use super::admin::{AdminHandler, Administration};
use super::endpoint::Endpoint;
use super::game::GameService;
use super::handshake::Acceptor;
use super::in_memory::{self, MemoryConnector};
use super::login_throttle::LoginThrottle;
use super::places::Places;
use super::relay::{Relay, Watcher};
use super::shared::Shared;
use super::stop::{self, Stop, Stopper};
use super::transports::Transports;
use super::{Handler, Limits, Metrics, ServerError, Timeouts, Transport};
use crate::model::GameConnection;
use crate::proto::Versions;
#[cfg(feature = "tls")]
use crate::transport::tls::Identity;

/// What a server is going to be.
///
/// ```no_run
/// # use tp_net::server::{Handler, Server, ServerError, Transport};
/// # async fn serve(handler: impl Handler) -> Result<(), ServerError> {
/// let server = Server::builder()
///     .name("Lagrange's game")
///     .listen("[::]:6923")
///     .listen_for("[::]:80", [Transport::Http])
///     .start(handler)
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
#[must_use]
pub struct Builder {
    listeners: Vec<(ListenOn, Option<Transports>)>,
    #[cfg(feature = "http")]
    name: Option<String>,
    #[cfg(feature = "tls")]
    identity: Option<Identity>,
    versions: Versions,
    limits: Limits,
    timeouts: Timeouts,
}

impl Builder {
    /// Listens on this address too: `"0.0.0.0:6923"`, `"[::1]:0"`, `"localhost:6923"`. Port 0 is
    /// any free one.
    ///
    /// Takes everything that the server is built and configured for: the first bytes of a
    /// connection tell what it is. To take less, see [`listen_for`](Self::listen_for).
    pub fn listen(self, address: impl Into<String>) -> Self {
        self.add(ListenOn::Address(address.into()), None)
    }

    /// As [`listen`](Self::listen), for some kinds of connections only. Any other is told which
    /// these are, and closed.
    pub fn listen_for(
        self,
        address: impl Into<String>,
        transports: impl IntoIterator<Item = Transport>,
    ) -> Self {
        let transports = transports.into_iter().collect();
        self.add(ListenOn::Address(address.into()), Some(transports))
    }

    /// Listens on this socket too, as [`listen`](Self::listen) does.
    pub fn listener(self, listener: TcpListener) -> Self {
        self.add(ListenOn::Socket(listener), None)
    }

    /// Listens on this socket too, as [`listen_for`](Self::listen_for) does.
    pub fn listener_for(
        self,
        listener: TcpListener,
        transports: impl IntoIterator<Item = Transport>,
    ) -> Self {
        let transports = transports.into_iter().collect();
        self.add(ListenOn::Socket(listener), Some(transports))
    }

    fn add(mut self, place: ListenOn, transports: Option<Transports>) -> Self {
        self.listeners.push((place, transports));
        self
    }

    /// Takes TLS too, as this identity. Keep a clone to [reload](Identity::reload) it.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// What the page for browsers calls the server; "Thousand Parsec" if nothing else is said.
    #[cfg(feature = "http")]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Speaks these versions only; all that this crate knows if nothing else is said. A client that
    /// opens in another is told so, and may come again in an older one.
    pub fn versions(mut self, versions: Versions) -> Self {
        self.versions = versions;
        self
    }

    /// Sets the limits.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the timeouts.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Starts to serve, on the runtime that this is called on.
    ///
    /// # Errors
    ///
    /// There is nothing to listen on, or an address is taken; or the handler's
    /// [types](Handler::object_types) are none that clients could make sense of.
    pub async fn start<H: Handler>(self, handler: H) -> Result<Server, ServerError> {
        self.start_shared(Arc::new(handler)).await
    }

    /// As [`start`](Self::start), with a handler that is used elsewhere too.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub async fn start_shared<H: Handler>(self, handler: Arc<H>) -> Result<Server, ServerError> {
        if self.listeners.is_empty() {
            return Err(ServerError::NothingToListenOn);
        }
        self.start_in_memory_shared(handler).await
    }

    /// As [`start`](Self::start), but there need be nothing to listen on: clients in the same
    /// process come by the server's [`connector`](Server::connector).
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start), or none.
    pub async fn start_in_memory<H: Handler>(self, handler: H) -> Result<Server, ServerError> {
        self.start_in_memory_shared(Arc::new(handler)).await
    }

    /// As [`start_in_memory`](Self::start_in_memory), with a handler that is used elsewhere too.
    ///
    /// # Errors
    ///
    /// As [`start_in_memory`](Self::start_in_memory).
    pub async fn start_in_memory_shared<H: Handler>(
        self,
        handler: Arc<H>,
    ) -> Result<Server, ServerError> {
        self.serve(GameService::new(handler)?).await
    }

    /// Starts to serve the [administration](super::admin) of something, as [`start`](Self::start)
    /// does a game: on listeners of its own, of which 6925 is the usual port, and 6926 where they
    /// take TLS only. The one version that administration has is spoken whatever
    /// [`versions`](Self::versions) says.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start), and if two commands have the same name.
    pub async fn start_admin<A: AdminHandler>(self, handler: A) -> Result<Server, ServerError> {
        if self.listeners.is_empty() {
            return Err(ServerError::NothingToListenOn);
        }
        self.start_admin_in_memory(handler).await
    }

    /// As [`start_admin`](Self::start_admin), but there need be nothing to listen on, as with
    /// [`start_in_memory`](Self::start_in_memory).
    ///
    /// # Errors
    ///
    /// As [`start_admin`](Self::start_admin), or none.
    pub async fn start_admin_in_memory<A: AdminHandler>(
        mut self,
        handler: A,
    ) -> Result<Server, ServerError> {
        self.versions = Versions::only(tp_frames::admin::VERSION);
        let mut server = self.serve(Administration::new(handler)?).await?;
        // There is no game to be announced.
        server.connections.clear();
        Ok(server)
    }

    /// Starts to pass what clients say on to another server, and what that says back to them: see
    /// [`relay`](super::relay). [`versions`](Self::versions) and what [`limits`](Self::limits) says of
    /// frames mean nothing here, as no frame is read.
    ///
    /// # Errors
    ///
    /// There is nothing to listen on, or an address is taken.
    pub async fn start_relay<W: Watcher>(self, relay: Relay<W>) -> Result<Server, ServerError> {
        if self.listeners.is_empty() {
            return Err(ServerError::NothingToListenOn);
        }
        let mut server = self.serve(relay).await?;
        // What is there is another's.
        server.connections.clear();
        Ok(server)
    }

    async fn serve<S: Endpoint>(self, service: S) -> Result<Server, ServerError> {
        let (versions, limits, timeouts) = (self.versions, self.limits, self.timeouts);
        let (listeners, any) = self.open().await?;
        let local_addrs = listeners.iter().map(|(_, acceptor)| acceptor.local);
        let local_addrs = local_addrs.collect();
        let connections = listeners
            .iter()
            .flat_map(|(_, acceptor)| connections(acceptor.local, acceptor.transports))
            .collect();
        let (stop, stopping) = stop::channel();
        let last_id = AtomicU64::new(0);
        let metrics = Metrics::new(S::PACKETS);
        let places = Places::new(limits, metrics.clone());
        let shared = Arc::new(Shared {
            service,
            versions,
            limits,
            timeouts,
            places,
            stopping,
            throttle: LoginThrottle::new(limits.login_delay),
            last_id,
        });
        let mut accepting = JoinSet::new();
        for (listener, acceptor) in listeners {
            accepting.spawn(accept(listener, acceptor, Arc::clone(&shared)));
        }
        let (connector, from_connectors) = in_memory::channel();
        accepting.spawn(in_memory::accept(from_connectors, any, shared));
        Ok(Server {
            connector,
            local_addrs,
            connections,
            metrics,
            stop,
            accepting,
            timeouts,
        })
    }

    /// Opens all listeners, and says what is taken besides.
    async fn open(self) -> Result<(Vec<(TcpListener, Acceptor)>, Acceptor), ServerError> {
        #[cfg(feature = "tls")]
        let tls = self.identity.is_some();
        #[cfg(not(feature = "tls"))]
        let tls = false;
        let everything = Transports {
            tls,
            ..Transports::IN_TLS
        };
        #[cfg(feature = "http")]
        let name: Arc<str> = self.name.as_deref().unwrap_or("Thousand Parsec").into();
        let acceptor = |transports, local| Acceptor {
            transports,
            local,
            #[cfg(feature = "http")]
            name: Arc::clone(&name),
            #[cfg(feature = "tls")]
            identity: self.identity.clone(),
        };
        let any = acceptor(everything, in_memory::ADDRESS);
        let mut open = Vec::with_capacity(self.listeners.len());
        for (place, transports) in self.listeners {
            let transports = transports.unwrap_or(everything);
            if transports == Transports::default() {
                return Err(ServerError::NoTransport);
            }
            #[cfg(feature = "tls")]
            if transports.tls && !tls {
                return Err(ServerError::NoIdentity);
            }
            let listener = place.open().await?;
            let local = listener.local_addr();
            let local = local.map_err(|source| ServerError::Listen {
                address: "a given socket".to_owned(),
                source,
            })?;
            tracing::info!(address = %local, ?transports, "listening");
            open.push((listener, acceptor(transports, local)));
        }
        Ok((open, any))
    }
}

fn connections(local: SocketAddr, transports: Transports) -> impl Iterator<Item = GameConnection> {
    let ip = match local.ip() {
        any if any.is_unspecified() => String::new(),
        ip => ip.to_string(),
    };
    transports.types().map(move |r#type| GameConnection {
        r#type: r#type.into(),
        dns: TpString::new(),
        ip: ip.as_str().into(),
        port: local.port().into(),
    })
}

/// Where to listen.
#[derive(Debug)]
enum ListenOn {
    Address(String),
    Socket(TcpListener),
}

impl ListenOn {
    async fn open(self) -> Result<TcpListener, ServerError> {
        match self {
            Self::Socket(listener) => Ok(listener),
            Self::Address(address) => match TcpListener::bind(&address).await {
                Ok(listener) => Ok(listener),
                Err(source) => Err(ServerError::Listen { address, source }),
            },
        }
    }
}

/// A running server. Dropping it ends all connections at once, and tells no handler;
/// [`shutdown`](Self::shutdown) is the polite way.
#[derive(Debug)]
pub struct Server {
    connector: MemoryConnector,
    local_addrs: Vec<SocketAddr>,
    connections: Vec<GameConnection>,
    metrics: Metrics,
    stop: Stopper,
    accepting: JoinSet<()>,
    timeouts: Timeouts,
}

impl Server {
    /// A server to be.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Where it listens, in the order given.
    #[must_use]
    pub fn local_addrs(&self) -> &[SocketAddr] {
        &self.local_addrs
    }

    /// The same as games tell it in the answer to `GetGames` and where they are announced: one for
    /// each listener and each kind of connection it takes. The address is left out where a
    /// listener takes connections to any. Empty if it serves an administration.
    #[must_use]
    pub fn connections(&self) -> &[GameConnection] {
        &self.connections
    }

    /// What it counts: connections, logins, requests, refusals and bytes.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }

    /// What connects a client to it without a socket, on whatever else it listens: in tests, or for
    /// computer players in the server's own process.
    ///
    /// A test of a bot or of a game needs neither ports nor time, for all that happens is in memory:
    /// with tokio's paused clock an hour is over at once.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use tp_net::server::{Server, Timeouts};
    /// use tp_net::{Options, Versions, client::Client, game};
    ///
    /// # async fn bot(client: &Client) -> Result<(), tp_net::Error> {
    /// #     client.login("guest", "guest").await.map(drop)
    /// # }
    /// # // What `#[tokio::test(start_paused = true)]` makes of a test.
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// for version in game::VERSIONS {
    ///     let game = tp_game::Game::new(7);
    ///     let server = Server::builder().start_in_memory(game.clone()).await?;
    ///     let options = Options::default().versions(Versions::only(*version));
    ///     let client = Client::connect_with("tp://game", options, server.connector()).await?;
    ///     bot(&client).await?;
    ///     assert_eq!(game.turn(), 1);
    ///     client.finish_turn().await?;
    ///     assert_eq!(game.turn(), 2, "it was the only player");
    ///
    ///     tokio::time::sleep(Duration::from_secs(3600)).await;
    ///     assert!(client.ping().await.is_err(), "who asks nothing is not waited for so long");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// The blocking and the polling client take it too. They wait in their own thread, and so the
    /// server needs another:
    ///
    /// ```
    /// use tp_net::{Options, blocking, server::Server};
    ///
    /// # let game = tp_game::Game::new(7);
    /// let runtime = tokio::runtime::Runtime::new()?;
    /// let server = runtime.block_on(Server::builder().start_in_memory(game))?;
    /// let options = Options::default();
    /// let mut client = blocking::Client::connect_with("tp://game", options, server.connector())?;
    /// client.login("guest", "guest")?;
    /// assert_eq!(client.objects([0])?.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn connector(&self) -> MemoryConnector {
        self.connector.clone()
    }

    /// Lets nobody in any more, answers every request that has arrived, sends what is to be sent,
    /// and ends. What is not done after [`Timeouts::shutdown`] is cut off; handlers hear of that, too,
    /// and have a second for it.
    pub async fn shutdown(mut self) {
        tracing::info!("shutting down");
        self.stop.announce(Stop::Finishing);
        let limit = self.timeouts.shutdown;
        let all = async { while self.accepting.join_next().await.is_some() {} };
        if timeout(limit, all).await.is_err() {
            tracing::warn!("some clients did not end in time");
        }
        self.stop.announce(Stop::Now);
        while self.accepting.join_next().await.is_some() {}
        tracing::info!("shut down");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_told_best_first_and_no_address_where_all_are() {
        let all = Transports {
            tcp: true,
            http: true,
            tls: true,
        };
        let shown = |local: &str, transports| {
            let all = connections(local.parse().unwrap(), transports);
            all.map(|it| format!("{} {:?} {}", it.r#type, it.ip, it.port))
                .collect::<Vec<_>>()
        };
        let types = shown("0.0.0.0:6923", all);
        assert_eq!(types.first().unwrap(), "tps \"\" 6923");
        assert_eq!(types.last().unwrap(), "tp+http \"\" 6923");
        assert_eq!(types.len(), if cfg!(feature = "http") { 4 } else { 3 });
        let tcp = [Transport::Tcp].into_iter().collect();
        assert_eq!(shown("[::1]:7", tcp), ["tp \"::1\" 7"]);
    }
}
