//! From an accepted socket to a client that speaks frames.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument;

use super::connection::{self, Client, Shared};
use super::limits::after;
use super::peeked::Peeked;
use super::stop::Stopping;
use super::transports::{Start, Transports, recognize};
use super::{Handler, greeting};

/// What a listener lets in.
pub(super) struct Entrance {
    pub(super) transports: Transports,
    pub(super) local: SocketAddr,
    /// What the page calls the server.
    #[cfg(feature = "http")]
    pub(super) name: Arc<str>,
}

/// Serves whoever has come, until the connection ends.
pub(super) async fn serve<H: Handler>(
    shared: Arc<Shared<H>>,
    entrance: Arc<Entrance>,
    socket: TcpStream,
    address: SocketAddr,
) {
    let last_id = shared.last_id.fetch_add(1, Ordering::Relaxed);
    let id = last_id.wrapping_add(1);
    let span = tracing::info_span!("connection", id, %address);
    let client = Client {
        id,
        address,
        transports: entrance.transports,
        encrypted: false,
        deadline: after(shared.timeouts.handshake),
    };
    enter(&shared, &entrance, socket, client)
        .instrument(span)
        .await;
}

async fn enter<H: Handler>(
    shared: &Shared<H>,
    entrance: &Entrance,
    socket: TcpStream,
    client: Client,
) {
    tracing::debug!("accepted");
    let mut hurry = Hurry {
        deadline: client.deadline,
        stopping: shared.stopping.clone(),
    };
    let mut socket = Peeked::new(socket);
    match hurry.up(recognize(&mut socket)).await {
        None => {}
        Some(Start::Tls) => hurry.goodbye(&mut socket, &NO_TLS).await,
        Some(start) => talk(shared, entrance, socket, client, start, hurry).await,
    }
}

/// A fatal alert, `handshake_failure`: what a TLS client understands (RFC 5246, 7.2).
const NO_TLS: [u8; 7] = [21, 3, 1, 0, 2, 2, 40];

/// Frames, or HTTP around them.
async fn talk<H: Handler, S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    shared: &Shared<H>,
    entrance: &Entrance,
    mut socket: Peeked<S>,
    client: Client,
    start: Start,
    mut hurry: Hurry,
) {
    match start {
        #[cfg(feature = "http")]
        Start::Http if entrance.transports.http => {
            use super::http::{About, Answered, answer};
            let about = About {
                name: &entrance.name,
                transports: entrance.transports,
                local: entrance.local,
                encrypted: client.encrypted,
            };
            let answer = answer(&mut socket, &about, shared.limits.http_head);
            match hurry.up(answer).await {
                Some(Answered::Tunnel) => connection::serve(shared, socket, client).await,
                Some(Answered::Whole) => connection::linger(&mut socket).await,
                None => {}
            }
        }
        // Whoever reads frames tells a stranger what to speak.
        _ if entrance.transports.tcp => connection::serve(shared, socket, client).await,
        _ => {
            let words = greeting::other_ways(entrance.transports);
            hurry.goodbye(&mut socket, words.as_bytes()).await;
        }
    }
}

/// What bounds the time until frames are spoken.
struct Hurry {
    deadline: Instant,
    stopping: Stopping,
}

impl Hurry {
    /// What comes of a step; nothing if that takes too long, or the connection breaks.
    async fn up<T>(&mut self, step: impl Future<Output = io::Result<T>>) -> Option<T> {
        let ended = tokio::select! {
            ended = timeout_at(self.deadline, step) => ended,
            () = self.stopping.begun() => return None,
        };
        match ended {
            Ok(Ok(done)) => return Some(done),
            Ok(Err(error)) => tracing::debug!(%error, "ended before frames"),
            Err(_) => tracing::debug!("too slow to begin"),
        }
        None
    }

    /// Says one thing more.
    async fn goodbye(&mut self, mut socket: impl AsyncRead + AsyncWrite + Unpin, words: &[u8]) {
        let said = async {
            socket.write_all(words).await?;
            socket.shutdown().await
        };
        if self.up(said).await.is_some() {
            connection::linger(&mut socket).await;
        }
    }
}
