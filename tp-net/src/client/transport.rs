//! What carries the bytes of the asynchronous client.

use std::io;
use std::pin::Pin;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout};

use crate::transport::{AsyncLayered, Dialer, Url};

/// A stream of bytes for the asynchronous client.
pub trait AsyncStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> AsyncStream for S {}

/// A connection that is being opened.
pub type Opened<'a> = Pin<Box<dyn Future<Output = io::Result<Box<dyn AsyncStream>>> + Send + 'a>>;

/// Opens streams for the asynchronous client. The usual one is
/// [`Dialer`](crate::transport::Dialer).
pub trait AsyncConnector: Send + Sync + 'static {
    /// Finds the server and connects to it, handshakes included. The URL has no user, no password
    /// and no game, and has a port. It fails if the name is unknown, nobody listens, or `timeout`
    /// has passed, and can say then who was to answer what; a second later it is dropped.
    fn open<'a>(&'a self, url: &'a Url, timeout: Duration) -> Opened<'a>;
}

impl AsyncConnector for Dialer {
    fn open<'a>(&'a self, url: &'a Url, time: Duration) -> Opened<'a> {
        Box::pin(async move {
            let started = Instant::now();
            let left = || time.saturating_sub(started.elapsed());
            let route = self.route(url)?;
            let places = timeout(left(), lookup_host((route.host.as_str(), route.port)));
            let places = in_time(places.await).map_err(|error| route.unknown(error))?;
            let mut stream = Err(io::ErrorKind::NotFound.into());
            for place in places {
                stream = in_time(timeout(left(), TcpStream::connect(place)).await);
                if stream.is_ok() {
                    break;
                }
            }
            let stream = stream.map_err(|error| route.unreachable(error))?;
            stream.set_nodelay(true)?;
            let mut stream: Box<dyn AsyncStream> = Box::new(stream);
            for layer in route.layers {
                let mut layered = AsyncLayered::new(stream, layer);
                match timeout(left(), layered.handshake()).await {
                    Ok(agreed) => agreed?,
                    Err(_) => return Err(layered.too_late()),
                }
                stream = Box::new(layered);
            }
            Ok(stream)
        })
    }
}

fn in_time<T>(step: Result<io::Result<T>, Elapsed>) -> io::Result<T> {
    step.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}
