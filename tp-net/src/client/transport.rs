//! What carries the bytes of the asynchronous client.

use std::io;
use std::pin::Pin;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::transport::{AsyncLayered, Dialer, Url};

/// A stream of bytes for the asynchronous client.
pub trait AsyncStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> AsyncStream for S {}

/// A connection that is being opened.
pub type Opened<'a> = Pin<Box<dyn Future<Output = io::Result<Box<dyn AsyncStream>>> + Send + 'a>>;

/// Opens streams for the asynchronous client. The usual one is
/// [`Dialer`](crate::transport::Dialer).
pub trait AsyncConnector: Send + Sync + 'static {
    /// Finds the server and connects to it, handshakes included. It is dropped if it takes too
    /// long. The URL has no user, no password and no game, and has a port.
    fn open<'a>(&'a self, url: &'a Url) -> Opened<'a>;
}

impl AsyncConnector for Dialer {
    fn open<'a>(&'a self, url: &'a Url) -> Opened<'a> {
        Box::pin(async move {
            let route = self.route(url)?;
            let stream = TcpStream::connect((route.host.as_str(), route.port)).await;
            let stream = stream.map_err(|error| route.unreachable(error))?;
            stream.set_nodelay(true)?;
            let mut stream: Box<dyn AsyncStream> = Box::new(stream);
            for layer in route.layers {
                let mut layered = AsyncLayered::new(stream, layer);
                layered.handshake().await?;
                stream = Box::new(layered);
            }
            Ok(stream)
        })
    }
}
