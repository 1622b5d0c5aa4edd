//! What stands between a client and the demo game, and makes the connection as bad as they come.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering::SeqCst};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::BytesMut;
use tp_frames::{DecodeOptions, Packet, RawFrame, Version, game};

use crate::peer::{PATIENCE, frame, time_remaining};

/// Takes connections until it is dropped.
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Listening {
    pub(crate) fn start(serve: impl Fn(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let stopped = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stopped);
        let thread = std::thread::spawn(move || {
            for client in listener.incoming() {
                if told.load(SeqCst) {
                    return;
                }
                serve(client.unwrap());
            }
        });
        Self {
            address,
            stopped,
            thread: Some(thread),
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.stopped.store(true, SeqCst);
        // Wakes whoever accepts.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What it does to the answers of the game.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Habits {
    /// Each byte is written on its own.
    pub(crate) split: bool,
    /// Whatever the game says at once is written at once.
    pub(crate) coalesce: bool,
    /// An asynchronous frame comes before each frame.
    pub(crate) interleave: bool,
    /// The last frame of each group of several is lost.
    pub(crate) cut: bool,
}

pub(crate) struct Proxy {
    listening: Listening,
    shared: Arc<Shared>,
}

struct Shared {
    game: SocketAddr,
    habits: Habits,
    /// How many frames of the game still pass before one is broken in two; never if negative.
    left: AtomicI64,
    /// Whether no other is broken afterwards.
    once: AtomicBool,
    injected: AtomicU32,
    cut: AtomicU32,
}

impl Proxy {
    pub(crate) fn start(game: SocketAddr, habits: Habits) -> Self {
        let shared = Arc::new(Shared {
            game,
            habits,
            left: AtomicI64::new(-1),
            once: AtomicBool::new(false),
            injected: AtomicU32::new(0),
            cut: AtomicU32::new(0),
        });
        let accepting = Arc::clone(&shared);
        Self {
            listening: Listening::start(move |client| accepting.serve(client)),
            shared,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listening.address
    }

    /// Lets `frames` more frames of the game pass, and closes amid the next.
    pub(crate) fn close_after(&self, frames: i64) {
        self.shared.left.store(frames, SeqCst);
    }

    /// As [`close_after`](Self::close_after), and the next connection holds.
    pub(crate) fn close_once_after(&self, frames: i64) {
        self.shared.once.store(true, SeqCst);
        self.close_after(frames);
    }

    /// Closes no more.
    pub(crate) fn mend(&self) {
        self.close_after(-1);
    }

    /// How many asynchronous frames came from here.
    pub(crate) fn injected(&self) -> u32 {
        self.shared.injected.load(SeqCst)
    }

    /// How many groups were cut short.
    pub(crate) fn cut(&self) -> u32 {
        self.shared.cut.load(SeqCst)
    }
}

impl Shared {
    fn serve(self: &Arc<Self>, client: TcpStream) {
        let game = TcpStream::connect(self.game).unwrap();
        for socket in [&client, &game] {
            socket.set_nodelay(true).unwrap();
            socket.set_write_timeout(Some(PATIENCE)).unwrap();
        }
        let up = (client.try_clone().unwrap(), game.try_clone().unwrap());
        let split = self.habits.split;
        std::thread::spawn(move || pass_on(up.0, up.1, split));
        let shared = Arc::clone(self);
        std::thread::spawn(move || {
            shared.spoil(&game, &client);
            let _ = client.shutdown(Shutdown::Both);
            let _ = game.shutdown(Shutdown::Both);
        });
    }

    /// From the game to the client, until either end is gone.
    fn spoil(&self, mut game: &TcpStream, client: &TcpStream) {
        let mut received = BytesMut::new();
        let mut held = Vec::new();
        // Frames of a group that are still to come.
        let mut group = 0_u32;
        let mut is_incomplete = false;
        if self.habits.coalesce {
            game.set_read_timeout(Some(Duration::from_millis(2)))
                .unwrap();
        }
        let mut buffer = [0; 4096];
        loop {
            match game.read(&mut buffer) {
                Ok(0) => return,
                Ok(count) => received.extend_from_slice(&buffer[..count]),
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    if !self.write(client, &std::mem::take(&mut held)) {
                        return;
                    }
                }
                Err(_) => return,
            }
            let options = DecodeOptions::default();
            while let Some(frame) = RawFrame::take(&mut received, &options).unwrap() {
                let mut bytes = Vec::new();
                if self.habits.interleave {
                    bytes.extend(unasked(frame.header.version));
                    self.injected.fetch_add(1, SeqCst);
                }
                if group > 0 && frame.header.sequence != 0 {
                    group -= 1;
                    if group == 0 && is_incomplete {
                        self.cut.fetch_add(1, SeqCst);
                        continue;
                    }
                } else if frame.header.r#type == game::Sequence::TYPE {
                    group = frame.decode::<game::Sequence>(&options).unwrap().0.number;
                    is_incomplete = self.habits.cut && group > 1;
                }
                bytes.extend(frame.header.to_bytes());
                bytes.extend_from_slice(&frame.body);
                let left = self.left.load(SeqCst);
                if left == 0 {
                    if self.once.load(SeqCst) {
                        self.left.store(-1, SeqCst);
                    }
                    held.extend_from_slice(&bytes[..bytes.len() / 2]);
                    self.write(client, &held);
                    return;
                }
                if left > 0 {
                    self.left.store(left - 1, SeqCst);
                }
                held.extend(bytes);
                if !self.habits.coalesce && !self.write(client, &std::mem::take(&mut held)) {
                    return;
                }
            }
        }
    }

    /// Whether the client takes it.
    fn write(&self, client: &TcpStream, bytes: &[u8]) -> bool {
        write(client, bytes, self.habits.split)
    }
}

fn pass_on(mut client: TcpStream, game: TcpStream, split: bool) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = client.read(&mut buffer) {
        if !write(&game, &buffer[..count], split) {
            break;
        }
    }
    let _ = game.shutdown(Shutdown::Write);
}

fn write(mut socket: &TcpStream, bytes: &[u8], split: bool) -> bool {
    let size = if split { 1 } else { bytes.len().max(1) };
    bytes
        .chunks(size)
        .all(|chunk| socket.write_all(chunk).is_ok())
}

/// A frame that nobody asked for.
fn unasked(version: Version) -> Vec<u8> {
    frame(version, 0, &time_remaining(0))
}
