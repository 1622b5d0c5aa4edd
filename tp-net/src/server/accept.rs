//! Lets clients in.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::connection;
use super::handshake::{self, Acceptor};
use super::session::Service;
use super::shared::Shared;
use super::stop::Stopping;
use super::{Limits, greeting};
use crate::lock::lock;

/// How many of those that find the server full are waited for until they have read so. A crowd may
/// not hold more connections open than that.
const TURNED_AWAY: usize = 64;

/// Lets clients in until the server stops, then waits until all are gone.
pub(super) async fn accept<S: Service>(
    listener: TcpListener,
    acceptor: Acceptor,
    shared: Arc<Shared<S>>,
    limiter: Arc<ConnectionLimiter>,
) {
    let acceptor = Arc::new(acceptor);
    let mut stopping = shared.stopping.clone();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = stopping.begun() => break,
            accepted = listener.accept() => match accepted {
                Ok((socket, address)) => {
                    let (shared, limiter) = (Arc::clone(&shared), Arc::clone(&limiter));
                    let acceptor = Arc::clone(&acceptor);
                    let most = shared.limits.connections.saturating_add(TURNED_AWAY);
                    let lingers = connections.len() < most;
                    connections.spawn(welcome(socket, address, acceptor, shared, limiter, lingers));
                }
                Err(error) => {
                    // Mostly too many open files: some time helps, haste does not.
                    tracing::warn!(%error, "cannot accept");
                    if !is_about_one_client(&error) {
                        sleep(Duration::from_millis(50)).await;
                    }
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    finish(connections, shared.stopping.clone()).await;
}

/// Waits until all connections have ended, or have to.
pub(super) async fn finish(mut connections: JoinSet<()>, mut stopping: Stopping) {
    let everybody = async { while connections.join_next().await.is_some() {} };
    tokio::select! {
        biased;
        () = everybody => {}
        () = stopping.now() => {}
    }
    connections.shutdown().await;
}

fn is_about_one_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::Interrupted
    )
}

async fn welcome<S: Service>(
    mut socket: TcpStream,
    address: SocketAddr,
    acceptor: Arc<Acceptor>,
    shared: Arc<Shared<S>>,
    limiter: Arc<ConnectionLimiter>,
    lingers: bool,
) {
    let Some(_permit) = limiter.permit_by(&shared.limits, address.ip()) else {
        return Box::pin(turn_away(&mut socket, address, lingers)).await;
    };
    // Replies are gathered already, and small ones must not wait.
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "cannot send at once");
    }
    // Which of its addresses, where the listener has all.
    let local = socket.local_addr().unwrap_or(acceptor.local);
    handshake::serve(shared, acceptor, socket, local, address).await;
}

/// Tells who has come that there are too many already, and may wait until it has read so.
pub(super) async fn turn_away(
    socket: &mut (impl AsyncRead + AsyncWrite + Unpin),
    address: SocketAddr,
    lingers: bool,
) {
    tracing::warn!(%address, "turned away, too many connections");
    let words = async {
        socket.write_all(greeting::FULL.as_bytes()).await?;
        socket.shutdown().await
    };
    let said = timeout(Duration::from_secs(1), words).await;
    if lingers && matches!(said, Ok(Ok(()))) {
        connection::linger(socket).await;
    }
}

/// How many connections are open, from each address.
#[derive(Default)]
pub(crate) struct ConnectionLimiter {
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    /// Of all addresses.
    total: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// One of the open connections, until dropped.
pub(crate) struct ConnectionPermit {
    limiter: Arc<ConnectionLimiter>,
    address: IpAddr,
}

impl ConnectionLimiter {
    /// One connection more from this address, if these limits allow it.
    pub(super) fn permit_by(
        self: Arc<Self>,
        limits: &Limits,
        address: IpAddr,
    ) -> Option<ConnectionPermit> {
        self.permit(address, limits.connections, limits.connections_per_address)
    }

    /// One connection more, if no more than these are open: of all, and from this address.
    pub(crate) fn permit(
        self: Arc<Self>,
        address: IpAddr,
        connections: usize,
        per_address: usize,
    ) -> Option<ConnectionPermit> {
        let mut open = lock(&self.open);
        let here = open.by_address.get(&address).copied().unwrap_or_default();
        if open.total >= connections || here >= per_address {
            return None;
        }
        open.total = open.total.saturating_add(1);
        open.by_address.insert(address, here.saturating_add(1));
        drop(open);
        let limiter = self;
        Some(ConnectionPermit { limiter, address })
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut open = lock(&self.limiter.open);
        open.total = open.total.saturating_sub(1);
        if let Some(count) = open.by_address.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.by_address.remove(&self.address);
            }
        }
    }
}
