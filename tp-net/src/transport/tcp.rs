//! Plain TCP.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use super::{Route, Stream};

/// std can wait only for a socket to become readable; when bytes are also to be written, it is
/// looked at again after this long.
const WRITE_PAUSE: Duration = Duration::from_millis(2);

/// Finds the host that a route begins at, and connects to it.
pub(super) fn connect(route: &Route, timeout: Duration) -> io::Result<Box<dyn Stream>> {
    let started = Instant::now();
    let places = (route.host.as_str(), route.port).to_socket_addrs();
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

struct TcpSocket {
    socket: TcpStream,
    /// What the socket's read timeout was last set to.
    timeout: Option<Duration>,
    /// What waiting met: the system tells an error once, and it is for who reads.
    error: Option<io::Error>,
}

impl TcpSocket {
    fn new(socket: TcpStream) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        socket.set_nonblocking(true)?;
        Ok(Self {
            socket,
            timeout: None,
            error: None,
        })
    }
}

impl Stream for TcpSocket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.error.take() {
            Some(error) => Err(error),
            None => self.socket.read(buffer),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.write(bytes)
    }

    fn wait(&mut self, write: bool, timeout: Option<Duration>) -> io::Result<()> {
        if self.error.is_some() {
            return Ok(());
        }
        let pause = write.then_some(WRITE_PAUSE);
        let timeout = [pause, timeout].into_iter().flatten().min();
        // A timeout of zero would be refused.
        let timeout = timeout.map(|timeout| timeout.max(Duration::from_millis(1)));
        if self.timeout != timeout {
            self.socket.set_read_timeout(timeout)?;
            self.timeout = timeout;
        }
        self.socket.set_nonblocking(false)?;
        let peeked = self.socket.peek(&mut [0]);
        self.socket.set_nonblocking(true)?;
        self.error = peeked.err().filter(|error| !is_pause(error));
        Ok(())
    }

    fn socket(&self) -> Option<&TcpStream> {
        Some(&self.socket)
    }
}

/// Returns `true` if nothing is wrong but that nothing has come.
fn is_pause(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), WouldBlock | TimedOut | Interrupted)
}
