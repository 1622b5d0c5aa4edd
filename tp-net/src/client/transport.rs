//! What carries the bytes of the asynchronous client.

use std::io;
use std::pin::Pin;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::transport::{Address, PORT};

/// A stream of bytes for the asynchronous client.
pub trait AsyncStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> AsyncStream for S {}

/// A connection that is being opened.
pub type Opened<'a> = Pin<Box<dyn Future<Output = io::Result<Box<dyn AsyncStream>>> + Send + 'a>>;

/// Opens streams for the asynchronous client.
pub trait AsyncConnector: Send + Sync + 'static {
    /// Finds the server and connects to it. It is dropped if it takes too long.
    fn open<'a>(&'a self, address: &'a Address) -> Opened<'a>;
}

/// Opens plain TCP connections.
#[derive(Debug, Clone, Copy, Default)]
pub struct AsyncTcp;

impl AsyncConnector for AsyncTcp {
    fn open<'a>(&'a self, address: &'a Address) -> Opened<'a> {
        Box::pin(async move {
            let stream =
                TcpStream::connect((address.host(), address.port().unwrap_or(PORT))).await?;
            stream.set_nodelay(true)?;
            Ok(Box::new(stream) as Box<dyn AsyncStream>)
        })
    }
}
