//! An HTTP server around a directory.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{StatusCode, http};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::{Directory, Method, Request};
use crate::lock::lock;
use crate::server::ConnectionLimiter;

/// Connections at once; more are closed.
const CONNECTIONS: usize = 256;

/// Connections at once from one address; more are closed.
const PER_ADDRESS: usize = 32;

/// Bytes of a request's line and headers, and of its body.
const BYTES: usize = 16 << 10;

/// How long the headers of a request may take.
const HEADERS: Duration = Duration::from_secs(10);

/// How long a connection may live, with its one request.
const LIFE: Duration = Duration::from_secs(30);

/// A metaserver cannot listen.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {source}")]
pub struct ServerError {
    /// Where.
    pub address: String,
    /// Why.
    pub r#source: io::Error,
}

/// A metaserver that runs until dropped.
///
/// Each connection carries one request. At most 256 connections are open at once, 32 from one
/// address; headers and body have at most 16 KiB each, and 10 and 30 seconds to arrive.
///
/// ```
/// use tp_net::discovery::metaserver::{Directory, Metaserver, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = Server::start("127.0.0.1:0", Directory::default()).await?;
/// let metaserver = Metaserver::new(&format!("http://{}/", server.local_addr()))?;
/// assert!(metaserver.games_async().await?.is_empty());
/// server.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<()>,
    accepting: JoinSet<()>,
}

impl Server {
    /// Starts to serve at `address`, on the runtime that this is called on. Port 0 is any free one.
    ///
    /// # Errors
    ///
    /// The address cannot be had.
    pub async fn start(
        address: impl ToSocketAddrs + std::fmt::Display,
        directory: Directory,
    ) -> Result<Self, ServerError> {
        let shown = address.to_string();
        let failed = |source| ServerError {
            address: shown.clone(),
            source,
        };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (stop, stopping) = watch::channel(());
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, Arc::new(Mutex::new(directory)), stopping));
        Ok(Self {
            address,
            stop,
            accepting,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, answers those that are there, and ends.
    pub async fn shutdown(self) {
        let Self {
            stop,
            mut accepting,
            ..
        } = self;
        drop(stop);
        while accepting.join_next().await.is_some() {}
    }
}

async fn accept(
    listener: TcpListener,
    directory: Arc<Mutex<Directory>>,
    mut stopping: watch::Receiver<()>,
) {
    let mut connections = JoinSet::new();
    let limiter = Arc::new(ConnectionLimiter::default());
    loop {
        tokio::select! {
            _ = stopping.changed() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((socket, address)) => {
                    let address = address.ip();
                    let limiter = Arc::clone(&limiter);
                    let Some(permit) = limiter.permit(address, CONNECTIONS, PER_ADDRESS) else {
                        tracing::debug!(%address, "turned away, too many connections");
                        continue;
                    };
                    let directory = Arc::clone(&directory);
                    connections.spawn(async move {
                        let _permit = permit;
                        if timeout(LIFE, serve(socket, address, directory)).await.is_err() {
                            tracing::debug!(%address, "too slow");
                        }
                    });
                }
                Err(error) => {
                    // Mostly too many open files: some time helps, haste does not.
                    tracing::warn!(%error, "cannot accept");
                    sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn serve(socket: TcpStream, from: IpAddr, directory: Arc<Mutex<Directory>>) {
    let service = service_fn(|request| answer(request, from, &directory));
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_buf_size(BYTES)
        .keep_alive(false)
        .serve_connection(TokioIo::new(socket), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%from, %error, "a connection ends");
    }
}

async fn answer(
    request: http::Request<Incoming>,
    from: IpAddr,
    directory: &Mutex<Directory>,
) -> Result<http::Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BYTES).collect().await else {
        let mut refused = http::Response::new(Full::from("The request is too large.\n"));
        *refused.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
        return Ok(refused);
    };
    let agent = head.headers.get(header::USER_AGENT);
    let request = Request {
        method: match head.method {
            http::Method::GET | http::Method::HEAD => Method::Get,
            http::Method::POST => Method::Post,
            _ => Method::Other,
        },
        query: head.uri.query().unwrap_or_default(),
        body: &body.to_bytes(),
        user_agent: agent.and_then(|agent| agent.to_str().ok()),
        from,
    };
    let answer = lock(directory).answer(&request, Instant::now());
    let mut response = http::Response::new(Full::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or_default();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, answer.content_type),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}
