//! A connection that counts what comes over it, and can be cut behind any frame.

use std::io;
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tp_net::Options;
use tp_net::transport::{Connector, Dialer, Stream, Url};

/// What came over a connection, and how much may.
#[derive(Default)]
pub(crate) struct Tap {
    /// Bytes from the server.
    received: AtomicUsize,
    /// Bytes to the server.
    sent: AtomicUsize,
    frames: Mutex<Frames>,
}

#[derive(Default)]
struct Frames {
    /// How many came.
    count: usize,
    /// Behind which to cut the connection.
    limit: Option<usize>,
    /// Of the next header as much as has come.
    header: Vec<u8>,
    /// Bytes that are left of a body.
    body: usize,
}

impl Tap {
    /// Bytes that came and went since the last call.
    pub(crate) fn take_traffic(&self) -> (usize, usize) {
        let take = |count: &AtomicUsize| count.swap(0, Ordering::SeqCst);
        (take(&self.received), take(&self.sent))
    }

    /// How many frames came.
    pub(crate) fn frames(&self) -> usize {
        self.frames.lock().unwrap().count
    }

    /// Cuts the connection when so many more have come.
    pub(crate) fn cut_after(&self, frames: usize) {
        let mut state = self.frames.lock().unwrap();
        state.limit = Some(state.count + frames);
    }
}

impl Frames {
    fn is_cut(&self) -> bool {
        self.limit.is_some_and(|limit| self.count >= limit)
    }

    /// How many of these bytes come before the connection is cut.
    fn pass(&mut self, bytes: &[u8]) -> usize {
        for (at, byte) in bytes.iter().enumerate() {
            if self.is_cut() {
                return at;
            }
            if self.body > 0 {
                self.body -= 1;
                self.count += usize::from(self.body == 0);
                continue;
            }
            self.header.push(*byte);
            if let [.., a, b, c, d] = self.header[..]
                && self.header.len() == 16
            {
                self.body = u32::from_be_bytes([a, b, c, d]) as usize;
                self.count += usize::from(self.body == 0);
                self.header.clear();
            }
        }
        bytes.len()
    }
}

/// Opens connections that are tapped.
pub(crate) struct Tapped {
    dialer: Dialer,
    tap: Arc<Tap>,
}

impl Tapped {
    pub(crate) fn new(options: &Options) -> (Arc<Self>, Arc<Tap>) {
        let tap = Arc::new(Tap::default());
        let tapped = Self {
            dialer: options.dialer(),
            tap: Arc::clone(&tap),
        };
        (Arc::new(tapped), tap)
    }
}

impl Connector for Tapped {
    fn open(&self, url: &Url, timeout: Duration) -> io::Result<Box<dyn Stream>> {
        let stream = self.dialer.open(url, timeout)?;
        let tap = Arc::clone(&self.tap);
        Ok(Box::new(TappedStream { stream, tap }))
    }
}

struct TappedStream {
    stream: Box<dyn Stream>,
    tap: Arc<Tap>,
}

impl Stream for TappedStream {
    fn handshake(&mut self) -> io::Result<bool> {
        self.stream.handshake()
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut frames = self.tap.frames.lock().unwrap();
        if frames.is_cut() {
            return Ok(0);
        }
        let count = self.stream.read(buffer)?;
        let count = frames.pass(&buffer[..count]);
        self.tap.received.fetch_add(count, Ordering::SeqCst);
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.stream.write(bytes)?;
        self.tap.sent.fetch_add(count, Ordering::SeqCst);
        Ok(count)
    }

    fn wait(&mut self, write: bool, timeout: Option<Duration>) -> io::Result<()> {
        if self.tap.frames.lock().unwrap().is_cut() {
            return Ok(());
        }
        self.stream.wait(write, timeout)
    }

    fn wants_write(&self, waiting: bool) -> bool {
        self.stream.wants_write(waiting)
    }

    fn socket(&self) -> Option<&TcpStream> {
        self.stream.socket()
    }
}
