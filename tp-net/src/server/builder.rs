//! Starting and stopping a server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::accept::{Guests, accept};
use super::connection::Shared;
use super::stop::{self, Stop};
use super::{Handler, Limits, ServerError, Timeouts};

/// What a server is going to be.
#[derive(Debug, Default)]
#[must_use]
pub struct Builder {
    addresses: Vec<String>,
    listeners: Vec<TcpListener>,
    limits: Limits,
    timeouts: Timeouts,
}

impl Builder {
    /// Listens on this address too: `"0.0.0.0:6923"`, `"[::1]:0"`, `"localhost:6923"`. Port 0 is
    /// any free one.
    pub fn listen(mut self, address: impl Into<String>) -> Self {
        self.addresses.push(address.into());
        self
    }

    /// Listens on this socket too.
    pub fn listener(mut self, listener: TcpListener) -> Self {
        self.listeners.push(listener);
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
    /// There is nothing to listen on, or an address is taken.
    pub async fn start<H: Handler>(self, handler: H) -> Result<Server, ServerError> {
        self.start_shared(Arc::new(handler)).await
    }

    /// As [`start`](Self::start), with a handler that is used elsewhere too.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start).
    pub async fn start_shared<H: Handler>(self, handler: Arc<H>) -> Result<Server, ServerError> {
        let Self {
            addresses,
            mut listeners,
            limits,
            timeouts,
        } = self;
        for address in addresses {
            match TcpListener::bind(&address).await {
                Ok(listener) => listeners.push(listener),
                Err(source) => return Err(ServerError::Listen { address, source }),
            }
        }
        if listeners.is_empty() {
            return Err(ServerError::NothingToListenOn);
        }
        let mut local_addrs = Vec::with_capacity(listeners.len());
        for listener in &listeners {
            let address = listener
                .local_addr()
                .map_err(|source| ServerError::Listen {
                    address: "a given socket".to_owned(),
                    source,
                })?;
            tracing::info!(%address, "listening");
            local_addrs.push(address);
        }
        let (stop, stopping) = stop::channel();
        let last_id = AtomicU64::new(0);
        let shared = Arc::new(Shared {
            handler,
            limits,
            timeouts,
            stopping,
            last_id,
        });
        let guests = Arc::new(Guests::default());
        let mut accepting = JoinSet::new();
        for listener in listeners {
            accepting.spawn(accept(listener, Arc::clone(&shared), Arc::clone(&guests)));
        }
        Ok(Server {
            local_addrs,
            stop,
            accepting,
            timeouts,
        })
    }
}

/// A running server. Dropping it ends all connections at once; [`shutdown`](Self::shutdown) is
/// the polite way.
#[derive(Debug)]
pub struct Server {
    local_addrs: Vec<SocketAddr>,
    stop: watch::Sender<Stop>,
    accepting: JoinSet<()>,
    timeouts: Timeouts,
}

impl Server {
    /// A server to be.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Where it listens: the sockets given first, then the addresses, in their order.
    #[must_use]
    pub fn local_addrs(&self) -> &[SocketAddr] {
        &self.local_addrs
    }

    /// Lets nobody in any more, answers every request that has arrived, sends what is to be sent,
    /// and ends. After [`Timeouts::shutdown`] it ends in any case.
    pub async fn shutdown(mut self) {
        tracing::info!("shutting down");
        self.stop.send_replace(Stop::Finishing);
        let patience = self.timeouts.shutdown;
        let all = async { while self.accepting.join_next().await.is_some() {} };
        if timeout(patience, all).await.is_err() {
            tracing::warn!("some clients did not end in time");
        }
        self.stop.send_replace(Stop::Now);
        while self.accepting.join_next().await.is_some() {}
        tracing::info!("shut down");
    }
}
