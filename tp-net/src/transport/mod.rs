//! What carries the bytes.

mod address;
mod tcp;

use std::io;
use std::net::TcpStream;
use std::time::Duration;

pub use address::{ADMIN_PORT, Address, AddressError, PORT};
pub use tcp::Tcp;

/// A stream of bytes that blocks only when told to wait, for the blocking and polling clients.
pub trait Stream: Send {
    /// Reads what has come; 0 if the peer has ended the stream.
    ///
    /// # Errors
    ///
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) if nothing has come; any other ends the
    /// connection.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize>;

    /// Writes what can be written without waiting.
    ///
    /// # Errors
    ///
    /// [`WouldBlock`](io::ErrorKind::WouldBlock) if nothing can; any other ends the connection.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Waits until something has come, or, if `write` is set, something can perhaps be written;
    /// or until `timeout` has passed. May return early.
    ///
    /// # Errors
    ///
    /// Any error ends the connection.
    fn wait(&mut self, write: bool, timeout: Option<Duration>) -> io::Result<()>;

    /// The socket underneath, for select and epoll.
    fn socket(&self) -> Option<&TcpStream> {
        None
    }
}

/// Opens streams.
pub trait Connector: Send + Sync {
    /// Finds the server and connects to it. May block; the polling client calls it on a thread
    /// of its own.
    ///
    /// # Errors
    ///
    /// The name is unknown, nobody listens, or `timeout` has passed.
    fn open(&self, address: &Address, timeout: Duration) -> io::Result<Box<dyn Stream>>;
}
