//! Plain TCP.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use super::{Route, Stream};

/// std can wait only for a socket to become readable, or only for room to write; when it is both,
/// the other one is tried after this long.
const WRITE_PAUSE: Duration = Duration::from_millis(2);

/// Finds the host that a route begins at, and connects to it.
pub(super) fn connect(route: &Route, timeout: Duration) -> io::Result<Box<dyn Stream>> {
    let started = Instant::now();
    let places = lookup(&route.host, route.port, timeout);
    let places = places.map_err(|error| route.unknown(error))?;
    let mut failure = io::ErrorKind::NotFound.into();
    for place in places {
        let left = timeout.saturating_sub(started.elapsed());
        if left.is_zero() {
            failure = io::ErrorKind::TimedOut.into();
            break;
        }
        match TcpStream::connect_timeout(&place, left) {
            Ok(socket) => return Ok(Box::new(TcpSocket::new(socket)?)),
            Err(error) => failure = error,
        }
    }
    Err(route.unreachable(failure))
}

/// The addresses of a host. Looking one up takes as long as the system likes, so it is done on a
/// thread that nobody waits for any longer than this.
fn lookup(host: &str, port: u16, timeout: Duration) -> io::Result<Vec<SocketAddr>> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![(address, port).into()]);
    }
    let (sender, found) = sync_channel(1);
    let host = host.to_owned();
    std::thread::Builder::new()
        .name("tp-lookup".to_owned())
        .spawn(move || {
            let places = (host.as_str(), port).to_socket_addrs();
            // Perhaps nobody waits any more.
            let _ = sender.send(places.map(Iterator::collect));
        })?;
    match found.recv_timeout(timeout) {
        Ok(places) => places,
        Err(_) => Err(io::ErrorKind::TimedOut.into()),
    }
}

struct TcpSocket {
    socket: TcpStream,
    /// Whether calls to the socket wait.
    blocks: bool,
    /// How long reading waits, as the socket was last told.
    limit: Option<Duration>,
    /// Whether the last write found no room for all of it: the next one does not wait for any.
    is_full: bool,
    /// What waiting met: the system tells an error once, and it is for who reads.
    error: Option<io::Error>,
}

impl TcpSocket {
    fn new(socket: TcpStream) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        socket.set_nonblocking(true)?;
        // The peer may be waiting for us to read.
        socket.set_write_timeout(Some(WRITE_PAUSE))?;
        Ok(Self {
            socket,
            blocks: false,
            limit: None,
            is_full: false,
            error: None,
        })
    }

    fn set_blocks(&mut self, blocks: bool) -> io::Result<()> {
        if self.blocks != blocks {
            self.socket.set_nonblocking(!blocks)?;
            self.blocks = blocks;
        }
        Ok(())
    }

    /// From here on reading waits for `timeout` or a little less, and not for long if something is
    /// to be written.
    fn begin_to_wait(&mut self, write: bool, timeout: Option<Duration>) -> io::Result<()> {
        let pause = write.then_some(WRITE_PAUSE);
        let limit = [pause, timeout].into_iter().flatten().min().map(coarse);
        if self.limit != limit {
            self.socket.set_read_timeout(limit)?;
            self.limit = limit;
        }
        self.set_blocks(true)
    }
}

impl Stream for TcpSocket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        self.set_blocks(false)?;
        self.socket.read(buffer)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // On Windows a write that has waited too long does not tell how much it has sent.
        if self.is_full || cfg!(windows) {
            self.set_blocks(false)?;
        }
        let written = self.socket.write(bytes);
        self.is_full = !matches!(written, Ok(count) if count == bytes.len());
        written
    }

    fn wait(&mut self, write: bool, timeout: Option<Duration>) -> io::Result<()> {
        if self.error.is_none() {
            self.begin_to_wait(write, timeout)?;
            let peeked = self.socket.peek(&mut [0]);
            self.error = peeked.err().filter(|error| !is_pause(error));
        }
        self.set_blocks(false)
    }

    fn wait_and_read(
        &mut self,
        buffer: &mut [u8],
        write: bool,
        timeout: Option<Duration>,
    ) -> io::Result<usize> {
        // On Windows a read that has waited too long may lose what comes at that moment.
        if self.error.is_some() || cfg!(windows) {
            self.wait(write, timeout)?;
            return self.read(buffer);
        }
        self.begin_to_wait(write, timeout)?;
        self.socket.read(buffer)
    }

    fn socket(&self) -> Option<&TcpStream> {
        Some(&self.socket)
    }
}

/// The longest time that is a power of two in milliseconds and is not above `timeout`, so that
/// times which differ little are the same to the socket. No more than about an hour, which every
/// system takes, and no less than a millisecond: none at all would be refused.
fn coarse(timeout: Duration) -> Duration {
    let millis = timeout.as_millis().max(1);
    Duration::from_millis(1 << millis.ilog2().min(22))
}

/// Returns `true` if nothing is wrong but that nothing has come.
fn is_pause(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    match error.kind() {
        WouldBlock | Interrupted => true,
        // Elsewhere it is the connection whose time is over.
        TimedOut => cfg!(windows),
        _ => false,
    }
}

#[cfg(test)]
#[path = "tcp_tests.rs"]
mod tests;
