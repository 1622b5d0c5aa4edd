//! Lets clients in.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::connection;
use super::endpoint::Endpoint;
use super::greeting;
use super::handshake::{self, Acceptor};
use super::places::TURNED_AWAY;
use super::shared::Shared;
use super::stop::Stopping;

/// Lets clients in until the server stops, then waits until all are gone.
pub(super) async fn accept<S: Endpoint>(
    listener: TcpListener,
    acceptor: Acceptor,
    shared: Arc<Shared<S>>,
) {
    let acceptor = Arc::new(acceptor);
    let stopping = shared.stopping.clone();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = stopping.begun() => break,
            accepted = listener.accept() => match accepted {
                Ok((socket, address)) => {
                    let shared = Arc::clone(&shared);
                    let acceptor = Arc::clone(&acceptor);
                    let most = shared.limits.connections.saturating_add(TURNED_AWAY);
                    let lingers = connections.len() < most;
                    connections.spawn(welcome(socket, address, acceptor, shared, lingers));
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
    finish(connections, stopping).await;
}

/// How long handlers may take to hear of connections that were cut off at the end of a shutdown.
const CUT_OFF: Duration = Duration::from_secs(1);

/// Waits until all connections have ended, or have to.
pub(super) async fn finish(mut connections: JoinSet<()>, stopping: Stopping) {
    let everybody = async { while connections.join_next().await.is_some() {} };
    let late = async {
        stopping.now().await;
        sleep(CUT_OFF).await;
    };
    tokio::select! {
        biased;
        () = everybody => {}
        () = late => {}
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

async fn welcome<S: Endpoint>(
    mut socket: TcpStream,
    address: SocketAddr,
    acceptor: Arc<Acceptor>,
    shared: Arc<Shared<S>>,
    lingers: bool,
) {
    let Ok(place) = shared.places.enter(address.ip()) else {
        return Box::pin(turn_away(&mut socket, lingers)).await;
    };
    // Replies are gathered already, and small ones must not wait.
    if let Err(error) = socket.set_nodelay(true) {
        tracing::debug!(%error, "cannot send at once");
    }
    // Which of its addresses, where the listener has all.
    let local = socket.local_addr().unwrap_or(acceptor.local);
    handshake::serve(shared, acceptor, socket, local, address, place).await;
}

/// Tells who has come that there are too many already, and may wait until it has read so.
pub(super) async fn turn_away(socket: &mut (impl AsyncRead + AsyncWrite + Unpin), lingers: bool) {
    let words = async {
        socket.write_all(greeting::FULL.as_bytes()).await?;
        socket.shutdown().await
    };
    let said = timeout(Duration::from_secs(1), words).await;
    if lingers && matches!(said, Ok(Ok(()))) {
        connection::linger(socket).await;
    }
}
