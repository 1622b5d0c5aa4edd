//! From an accepted socket to a client that speaks frames.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Poll;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};
use tracing::Instrument;

use super::connection;
use super::endpoint::Endpoint;
use super::greeting;
use super::limits::after;
use super::metrics::EndReason;
use super::peer::Client;
use super::places::{Leave, Permit, Place};
use super::shared::Shared;
use super::stop::Stopping;
use super::transports::{Start, Transports, recognize};
use crate::client::AsyncStream;
#[cfg(feature = "tls")]
use crate::transport::{AsyncLayered, tls::Identity};

/// What a listener takes.
pub(super) struct Acceptor {
    pub(super) transports: Transports,
    pub(super) local: SocketAddr,
    /// What the page calls the server.
    #[cfg(feature = "http")]
    pub(super) name: Arc<str>,
    #[cfg(feature = "tls")]
    pub(super) identity: Option<Identity>,
}

/// Serves whoever has come, until the connection ends.
pub(super) async fn serve<S: Endpoint>(
    shared: Arc<Shared<S>>,
    acceptor: Arc<Acceptor>,
    socket: impl AsyncStream + 'static,
    local: SocketAddr,
    address: SocketAddr,
    place: Permit,
) {
    let id = shared.next_id();
    let network = place.network();
    let span = tracing::info_span!("connection", id, %address, %network);
    let deadline = after(shared.timeouts.handshake);
    let handshake = Handshake {
        local,
        client: Client {
            id,
            address,
            transports: acceptor.transports,
            encrypted: false,
            deadline,
        },
        stopping: shared.stopping.clone(),
        place: &place,
        shared: &shared,
        acceptor: &acceptor,
    };
    handshake.enter(socket).instrument(span).await;
}

/// A fatal alert, `handshake_failure`: what a TLS client understands (RFC 5246, 7.2).
const NO_TLS: [u8; 7] = [21, 3, 1, 0, 2, 2, 40];

/// A connection that does not speak frames yet.
struct Handshake<'a, S> {
    shared: &'a Shared<S>,
    place: &'a Arc<Place>,
    acceptor: &'a Acceptor,
    #[cfg_attr(not(feature = "http"), allow(dead_code, reason = "the page tells it"))]
    local: SocketAddr,
    client: Client,
    /// What else bounds the time until frames are spoken.
    stopping: Stopping,
}

impl<S: Endpoint> Handshake<'_, S> {
    async fn enter(mut self, mut socket: impl AsyncStream + 'static) {
        tracing::debug!("accepted");
        let mut received = BytesMut::new();
        // Each step in memory of its own, which is given back when it is done: a connection that
        // goes on for long is in the last of them.
        let start = recognize(&mut socket, &mut received);
        let start = Box::pin(self.with_deadline(start)).await;
        match start {
            None => Box::pin(self.say_why(&mut socket)).await,
            Some(Start::Frames) if self.acceptor.transports.tcp => {
                Box::pin(self.speak(socket, |_| 0, received)).await;
            }
            Some(Start::Tls) => Box::pin(self.enter_by_tls(socket, received)).await,
            Some(start) => {
                let transports = self.acceptor.transports;
                Box::pin(self.talk(socket, |_| 0, received, start, transports)).await;
            }
        }
    }

    #[cfg_attr(
        not(feature = "tls"),
        allow(unused_variables, reason = "who speaks TLS is not heard")
    )]
    async fn enter_by_tls(mut self, mut socket: impl AsyncStream + 'static, received: BytesMut) {
        #[cfg(feature = "tls")]
        if let Some(identity) = &self.acceptor.identity
            && self.acceptor.transports.tls
        {
            let handshake = async {
                let layer = identity.layer().map_err(io::Error::other)?;
                let mut secure = AsyncLayered::resumed(socket, layer, &received);
                secure.handshake().await?;
                let mut received = BytesMut::new();
                let start = recognize(&mut secure, &mut received).await?;
                Ok((secure, received, start))
            };
            if let Some((secure, received, start)) = self.with_deadline(handshake).await {
                self.client.encrypted = true;
                let held = AsyncLayered::held;
                self.talk(secure, held, received, start, Transports::IN_TLS)
                    .await;
            }
            return;
        }
        self.close_with(&mut socket, &NO_TLS).await;
    }

    /// Frames, or HTTP around them.
    async fn talk<T: AsyncStream + 'static>(
        mut self,
        mut socket: T,
        held: fn(&T) -> usize,
        received: BytesMut,
        start: Start,
        taken: Transports,
    ) {
        match start {
            #[cfg(feature = "http")]
            Start::Http if taken.http => {
                use super::http::{About, Answered, answer};
                let about = About {
                    name: &self.acceptor.name,
                    what: S::ABOUT,
                    versions: self.shared.versions,
                    transports: self.acceptor.transports,
                    local: self.local,
                    encrypted: self.client.encrypted,
                };
                let mut received = received;
                let limit = self.shared.limits.http_head;
                let answer = answer(&mut socket, &mut received, &about, limit);
                match self.with_deadline(answer).await {
                    Some(Answered::Tunnel) => self.speak(socket, held, received).await,
                    Some(Answered::Whole) => {
                        self.place.end(EndReason::Told);
                        connection::linger(&mut socket).await;
                    }
                    None => {}
                }
            }
            // Whoever reads frames tells a stranger what to speak.
            _ if taken.tcp => self.speak(socket, held, received).await,
            _ => {
                let words = greeting::other_ways(taken);
                self.close_with(&mut socket, words.as_bytes()).await;
            }
        }
    }

    fn speak<T: AsyncStream>(
        self,
        socket: T,
        held: fn(&T) -> usize,
        received: BytesMut,
    ) -> impl Future<Output = ()> + Send {
        let Self { shared, place, .. } = self;
        S::serve(shared, socket, held, received, self.client, place)
    }

    /// What comes of a step; `None` if that takes too long, or the connection breaks or has to leave.
    async fn with_deadline<T>(&mut self, step: impl Future<Output = io::Result<T>>) -> Option<T> {
        let place = self.place;
        let ended = tokio::select! {
            biased;
            ended = timeout_at(self.client.deadline, step) => ended,
            () = self.stopping.begun() => return None,
            leave = poll_fn(|context| place.poll_leave(context)) => {
                place.end(leave.reason);
                return None;
            }
        };
        match ended {
            Ok(Ok(done)) => return Some(done),
            Ok(Err(error)) => {
                tracing::debug!(%error, "ended before frames");
                place.end(EndReason::Broken);
            }
            Err(_) => place.end(EndReason::Late),
        }
        None
    }

    /// Says why it has to leave, if it does.
    async fn say_why(&self, socket: &mut (impl AsyncWrite + Unpin)) {
        let leave = poll_fn(|context| Poll::Ready(self.place.poll_leave(context)));
        if let Poll::Ready(Leave {
            reason,
            is_told: true,
        }) = leave.await
        {
            let said = socket.write_all(greeting::leave(reason).as_bytes());
            // So little fits any buffer; nobody is waited for.
            let _ = timeout_at(Instant::now(), said).await;
        }
    }

    /// Says one thing more, and ends the connection.
    async fn close_with(&mut self, mut socket: impl AsyncRead + AsyncWrite + Unpin, words: &[u8]) {
        let said = async {
            socket.write_all(words).await?;
            socket.shutdown().await
        };
        if self.with_deadline(said).await.is_some() {
            self.place.end(EndReason::Told);
            connection::linger(&mut socket).await;
        }
    }
}
