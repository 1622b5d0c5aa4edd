//! A bad network: between bots and server, connections are cut, stalled, split and spoilt.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::{self, Handle, Runtime};
use tokio::time::sleep;

/// What becomes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// Bytes come in twos and threes at first.
    Split,
    /// Nothing passes for a while, after so many bytes.
    Stall,
    /// Both sides are reset, after so many bytes.
    Reset,
    /// Both sides are ended in good order, after so many bytes.
    End,
    /// One side never hears of anything after so many bytes.
    Deaf,
    /// Nonsense comes instead of what was sent, from the first byte on.
    Garbage,
}

const FAULTS: [Fault; 8] = [
    Fault::None,
    Fault::Split,
    Fault::Split,
    Fault::Stall,
    Fault::Reset,
    Fault::End,
    Fault::Deaf,
    Fault::Garbage,
];

/// How long a stall lasts, and how long nobody hears.
const STALL: Duration = Duration::from_millis(1_500);
const DEAF: Duration = Duration::from_secs(5);

/// Chance by Marsaglia's xorshift: the same seed is the same faults.
struct Chance(u64);

impl Chance {
    fn below(&mut self, number: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % number
    }
}

pub(crate) struct BadNetwork {
    runtime: Runtime,
    address: SocketAddr,
    counts: Arc<[AtomicU64; FAULTS.len()]>,
}

impl BadNetwork {
    /// Between this server and whoever comes.
    pub(crate) fn start(server: SocketAddr, seed: u64) -> Self {
        let runtime = runtime::Builder::new_multi_thread();
        let runtime = { runtime }.worker_threads(2).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let counts = Arc::new(<[AtomicU64; FAULTS.len()]>::default());
        let counted = Arc::clone(&counts);
        runtime.spawn(async move {
            let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
            for number in 0_u64.. {
                let Ok((client, _)) = listener.accept().await else {
                    break;
                };
                let which = chance.below(FAULTS.len() as u64) as usize;
                let after = chance.below(20_000) as usize;
                counted[which].fetch_add(1, Relaxed);
                tokio::spawn(pass(client, server, number, FAULTS[which], after));
            }
        });
        Self {
            runtime,
            address,
            counts,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Asynchronous bots run on it, too.
    pub(crate) fn runtime(&self) -> Handle {
        self.runtime.handle().clone()
    }

    /// Ends all connections; says what became of them.
    pub(crate) fn end(self) -> String {
        let Self {
            runtime, counts, ..
        } = self;
        runtime.shutdown_timeout(Duration::from_secs(5));
        let counts = FAULTS.iter().zip(counts.iter());
        let counts = counts.map(|(fault, count)| format!("{fault} {}", count.load(Relaxed)));
        counts.collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Split => "split",
            Self::Stall => "stalled",
            Self::Reset => "reset",
            Self::End => "ended",
            Self::Deaf => "deaf",
            Self::Garbage => "garbage",
        })
    }
}

async fn pass(
    client: TcpStream,
    server: SocketAddr,
    number: u64,
    fault: Fault,
    after: usize,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    let socket = TcpSocket::new_v4()?;
    // No address has more connections than a server takes from one.
    let host = 2 + (number % 8) as u8;
    socket.bind(SocketAddr::from(([127, 0, 0, host], 0)))?;
    let server = socket.connect(server).await?;
    server.set_nodelay(true)?;
    if fault == Fault::Reset {
        client.set_zero_linger()?;
        server.set_zero_linger()?;
    }
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    // Whichever way comes to its end, or to its fault, first is the end of both.
    tokio::select! {
        ended = forward(from_client, to_server, fault, usize::MAX) => ended,
        ended = forward(from_server, to_client, fault, after) => ended,
    }
}

/// One way, until its end or its fault.
async fn forward(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    fault: Fault,
    after: usize,
) -> io::Result<()> {
    let mut buffer = vec![0; 16 << 10];
    let mut passed = 0;
    let mut stalled = false;
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return to.shutdown().await;
        }
        let bytes = &mut buffer[..count];
        match fault {
            Fault::Garbage => bytes.fill(0xa5),
            Fault::Split if passed < 2_000 => {
                for piece in bytes.chunks(3) {
                    to.write_all(piece).await?;
                    tokio::task::yield_now().await;
                }
                passed += count;
                continue;
            }
            Fault::Stall if passed + count > after && !stalled => {
                stalled = true;
                sleep(STALL).await;
            }
            Fault::Reset | Fault::End if passed + count > after => {
                // The last of it passes in part.
                let part = after.saturating_sub(passed).min(count);
                to.write_all(&bytes[..part]).await?;
                return Ok(());
            }
            Fault::Deaf if passed + count > after => {
                sleep(DEAF).await;
                return Ok(());
            }
            _ => {}
        }
        to.write_all(bytes).await?;
        passed += count;
    }
}
