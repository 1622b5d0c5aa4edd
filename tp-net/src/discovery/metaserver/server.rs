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
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::guests::{Guests, Stay};
use super::{Directory, Method, Request};
use crate::lock::lock;
use crate::server::web_page::is_from_browser;

/// Connections at once; for one more, the oldest leaves of who has most.
const CONNECTIONS: usize = 256;

/// Connections at once from one address, or network of IPv6; more are closed.
const PER_NETWORK: usize = 32;

/// Bytes of a request's line and headers, and of its body.
const BYTES: usize = 16 << 10;

/// How long the headers of a request may take.
const HEADERS: Duration = Duration::from_secs(10);

/// How long a connection may live, with its one request and its answer.
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
/// Each connection carries one request, and all are answered at the same time. At most 256 connections
/// are open at once, 32 from one address, which for IPv6 is a network of 64 bits; for one more, the
/// oldest leaves of whoever has most, so that nobody is kept out by requests that never end. Headers
/// and body have at most 16 KiB each, and 10 and 30 seconds to arrive.
///
/// Web pages may read the list, and register nothing: see
/// [`by_web_page`](super::Request::by_web_page).
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
    let guests = Arc::new(Guests::default());
    let mut ids = 0..;
    loop {
        tokio::select! {
            _ = stopping.changed() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((socket, address)) => {
                    let address = address.ip();
                    if guests.count_in_network_of(address) >= PER_NETWORK {
                        tracing::debug!(%address, "turned away, too many connections");
                        continue;
                    }
                    let directory = Arc::clone(&directory);
                    let id = ids.next().unwrap_or_default();
                    let stay = Stay { guests: Arc::clone(&guests), address, id };
                    // It ends no sooner than it is known, as it has not begun.
                    let (known, is_known) = oneshot::channel();
                    let guest = connections.spawn(async move {
                        let _stay = stay;
                        let _ = is_known.await;
                        if timeout(LIFE, serve(socket, address, directory)).await.is_err() {
                            tracing::debug!(%address, "too slow");
                        }
                    });
                    guests.add(address, id, guest, CONNECTIONS);
                    let _ = known.send(());
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
    let refused = |status, words| {
        let mut refused = http::Response::new(Full::from(words));
        *refused.status_mut() = status;
        Ok(refused)
    };
    if has_not_one_host(&head) {
        return refused(StatusCode::BAD_REQUEST, "A request names one host.\n");
    }
    let Ok(body) = Limited::new(body, BYTES).collect().await else {
        return refused(StatusCode::PAYLOAD_TOO_LARGE, "The request is too large.\n");
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
        by_web_page: head
            .headers
            .keys()
            .any(|name| is_from_browser(name.as_str())),
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

/// Returns `true` for two hosts, or none where HTTP/1.1 wants one (RFC 9112, 3.2). Bad lines and
/// lengths are refused before. What that RFC lets be read is read, a line end without a carriage return
/// and a length beside chunks: nothing is behind the one request of a connection that could be taken
/// for another.
fn has_not_one_host(head: &http::request::Parts) -> bool {
    let hosts = head.headers.get_all(header::HOST).iter().count();
    let wanted = usize::from(head.version == http::Version::HTTP_11);
    !(wanted..=1).contains(&hosts)
}
