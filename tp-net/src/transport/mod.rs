//! Where a server is, and what carries the bytes.
//!
//! Clients take a [`Url`], or whatever becomes one: text, or a socket's address. Its scheme says what
//! lies between TCP and the frames: nothing (`tp`), an HTTP tunnel (`tp+http`), or TLS (`tps`, and
//! `tp+https` where there is a proxy).
//!
#![cfg_attr(feature = "tls", doc = "```no_run")]
#![cfg_attr(not(feature = "tls"), doc = "```ignore")]
//! use tp_net::transport::{Url, tls::Trust};
//! use tp_net::{Options, blocking::Client};
//!
//! let url: Url = "tps://ada:s3cret@game.example/risk".parse()?;
//! // The first certificate seen there is the server's, until somebody changes the file.
//! let options = Options::default().trust(Trust::on_first_use("servers.txt"));
//! let mut client = Client::connect(&url, options)?;
//! if let (Some(name), Some(password)) = (url.login_name(), url.password()) {
//!     client.login(name, password)?; // as ada@risk
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Whatever else carries bytes is a [`Connector`] for the blocking and polling clients, and an
//! [`AsyncConnector`](../client/trait.AsyncConnector.html) for the asynchronous one.

#[cfg(feature = "tokio")]
mod async_layered;
mod dialer;
mod error;
#[cfg(feature = "tls")]
mod fingerprint;
#[cfg(feature = "http")]
mod http;
mod inbox;
mod layer;
mod layered;
#[cfg(feature = "tokio")]
mod memory;
mod route;
mod tcp;
#[cfg(test)]
mod tests;
#[cfg(feature = "tls")]
pub mod tls;
mod url;
#[cfg(any(feature = "http", feature = "tls"))]
mod words;

use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[cfg(feature = "tokio")]
pub use async_layered::AsyncLayered;
pub use dialer::Dialer;
pub use error::TransportError;
#[cfg(feature = "http")]
pub use error::{ProxyError, TunnelError};
#[cfg(all(fuzzing, feature = "http"))]
#[doc(hidden)]
pub use http::fuzzing;
#[cfg(feature = "http")]
pub use http::{Proxies, Proxy};
pub use layer::Layer;
pub use layered::Layered;
#[cfg(feature = "tokio")]
pub(crate) use memory::MemoryStream;
pub use route::Route;
#[cfg(feature = "metaserver")]
pub(crate) use url::split_zone;
pub use url::{Scheme, Url, UrlError};

/// How much later than told a connector that does not keep the time is given up.
pub(crate) const GRACE: Duration = Duration::from_secs(1);

/// A stream of bytes that blocks only when told to wait, for the blocking and polling clients.
///
/// A connector may give one whose [`handshake`](Self::handshake) is still to be done; nothing is
/// read or written until it is.
pub trait Stream: Send {
    /// Goes on with whatever both sides have to agree on first, such as TLS, as far as it goes
    /// without waiting; returns `true` if it is done.
    ///
    /// # Errors
    ///
    /// Any error ends the connection.
    fn handshake(&mut self) -> io::Result<bool> {
        Ok(true)
    }

    /// The error of a [`handshake`](Self::handshake) that is given up, as time ran out. It may say
    /// who was to answer what.
    fn too_late(&mut self) -> io::Error {
        io::ErrorKind::TimedOut.into()
    }

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

    /// Waits until something has come, or, if `write` is set, something can perhaps be written,
    /// or the handshake can go on; or until `timeout` has passed. May return early.
    ///
    /// # Errors
    ///
    /// Any error ends the connection.
    fn wait(&mut self, write: bool, timeout: Option<Duration>) -> io::Result<()>;

    /// [Waits](Self::wait), and [reads](Self::read) what has come. For callers who have nothing
    /// else to do: after this, a stream may also wait for some milliseconds in
    /// [`write`](Self::write), which saves it telling the system each time that it would not.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read), if there was nothing until the wait was over, too.
    fn wait_and_read(
        &mut self,
        buffer: &mut [u8],
        write: bool,
        timeout: Option<Duration>,
    ) -> io::Result<usize> {
        self.wait(write, timeout)?;
        self.read(buffer)
    }

    /// Returns `true` if the socket is to be watched for room to write, given whether bytes wait
    /// for [`write`](Self::write). A stream may have bytes of its own to write, and may first have
    /// to read.
    fn wants_write(&self, waiting: bool) -> bool {
        waiting
    }

    /// The socket underneath, for select and epoll.
    fn socket(&self) -> Option<&TcpStream> {
        None
    }
}

/// Opens streams. The usual one is [`Dialer`].
pub trait Connector: Send + Sync {
    /// Finds the server and connects to it. May block; the polling client calls it on a thread
    /// of its own. The URL has no user, no password and no game, and has a port.
    ///
    /// # Errors
    ///
    /// The name is unknown, nobody listens, or `timeout` has passed; or what the URL asks for
    /// cannot be spoken, with a [`TransportError`] inside.
    fn open(&self, url: &Url, timeout: Duration) -> io::Result<Box<dyn Stream>>;

    /// Returns `true` if [`open`](Self::open) never waits, because what it gives is still to be
    /// connected, in its [`handshake`](Stream::handshake). The polling client then needs no thread
    /// for it.
    fn opens_at_once(&self) -> bool {
        false
    }

    /// The clock that clients over its streams go by; the system's by default. That of a simulated
    /// network may be another.
    fn clock(&self) -> fn() -> Instant {
        Instant::now
    }

    /// Waits until it is time to connect again, while there is no stream to wait on.
    fn sleep(&self, pause: Duration) {
        std::thread::sleep(pause);
    }
}

impl<C: Connector + ?Sized> Connector for Arc<C> {
    fn open(&self, url: &Url, timeout: Duration) -> io::Result<Box<dyn Stream>> {
        (**self).open(url, timeout)
    }

    fn opens_at_once(&self) -> bool {
        (**self).opens_at_once()
    }

    fn clock(&self) -> fn() -> Instant {
        (**self).clock()
    }

    fn sleep(&self, pause: Duration) {
        (**self).sleep(pause);
    }
}
