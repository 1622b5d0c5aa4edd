//! Frames over a stream, one after the other.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use bytes::{Buf as _, BytesMut};
use tp_frames::wire::split_frame;
use tp_frames::{DecodeOptions, Header};
use tp_net::transport::Stream;

/// Bytes that are read at once.
const PIECE: usize = 16 << 10;

/// A stream, and how long is waited on it.
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    received: BytesMut,
    patience: Duration,
}

impl Wire {
    pub(super) fn new(stream: Box<dyn Stream>, patience: Duration) -> Self {
        Self {
            stream,
            received: BytesMut::new(),
            patience,
        }
    }

    pub(super) fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        let end = Instant::now().checked_add(self.patience);
        self.agree(end)?;
        while !bytes.is_empty() {
            match self.stream.write(bytes) {
                Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.stream.wait(true, Some(left(end)?))?;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The next frame; `None` if none comes in time.
    pub(super) fn read(&mut self) -> io::Result<Option<(Header, Vec<u8>)>> {
        let end = Instant::now().checked_add(self.patience);
        self.agree(end)?;
        let options = DecodeOptions::default();
        loop {
            let found = split_frame(&self.received, &options).map_err(io::Error::other)?;
            if let Some((header, body, _)) = found {
                let body = body.to_vec();
                self.received
                    .advance(Header::SIZE.saturating_add(body.len()));
                return Ok(Some((header, body)));
            }
            let Ok(left) = left(end) else {
                return Ok(None);
            };
            let mut piece = [0; PIECE];
            match self.stream.wait_and_read(&mut piece, false, Some(left)) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => self
                    .received
                    .extend_from_slice(piece.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Goes through the handshakes of what is around the frames.
    fn agree(&mut self, end: Option<Instant>) -> io::Result<()> {
        while !self.stream.handshake()? {
            self.stream.wait(false, Some(left(end)?))?;
        }
        Ok(())
    }
}

/// How long it is until then.
fn left(end: Option<Instant>) -> io::Result<Duration> {
    let left = end.map(|end| end.saturating_duration_since(Instant::now()));
    match left {
        Some(Duration::ZERO) => Err(io::ErrorKind::TimedOut.into()),
        left => Ok(left.unwrap_or(Duration::MAX)),
    }
}

/// The socket of a client that has come.
pub(super) struct Accepted(TcpStream);

impl Accepted {
    pub(super) fn new(socket: TcpStream) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        Ok(Self(socket))
    }
}

impl Stream for Accepted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.set_nonblocking(true)?;
        self.0.read(buffer)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // There is nothing else to do meanwhile.
        self.0.set_nonblocking(false)?;
        self.0.write(bytes)
    }

    fn wait(&mut self, _: bool, timeout: Option<Duration>) -> io::Result<()> {
        self.0.set_nonblocking(false)?;
        self.0.set_read_timeout(timeout)?;
        match self.0.peek(&mut [0]) {
            Err(error) if is_early(&error) => Ok(()),
            peeked => peeked.map(drop),
        }
    }
}

fn is_early(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}
