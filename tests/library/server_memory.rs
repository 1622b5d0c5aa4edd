//! A server holds no more memory than 64 MB and 64 KiB for each connection over what it holds at rest,
//! whatever its clients do, under default limits.
//!
//! One test in a program of its own, since the allocator counts for all threads. The clients are in
//! it too: they hold little, and are counted with what the server is allowed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::arithmetic_side_effects)]

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use peak_alloc::PeakAlloc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpSocket;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tp_frames::game::{self, TP04};
use tp_frames::{Header, Packet};
use tp_net::model::{IdModtime, Ids, Message, Object, ObjectKind, Refusal};
use tp_net::server::{Caller, EndReason, Handler, Login, LoginReply, Metrics, Peer, Server};
use tp_net::transport::AsyncLayered;
use tp_net::transport::tls::{Identity, Trust};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// Bytes that may be held for all connections, and for each.
const ALL: usize = 64_000_000;
const EACH: usize = 64 << 10;
/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(60);

/// A game with long messages, many objects, and a million ids.
struct Large;

impl Handler for Large {
    type Player = ();

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "Welcome"))
    }

    async fn message(&self, _: &Caller<()>, _: u32, _: u32) -> Result<Message, Refusal> {
        Ok(Message::new(0, "x".repeat(1_000_000)))
    }

    async fn object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        Ok(Object::new(id, "a galaxy", ObjectKind::Galaxy))
    }

    async fn object_ids(&self, _: &Caller<()>, _: Option<u64>) -> Result<Ids, Refusal> {
        let ids = (0..1_000_000).map(|id| IdModtime {
            id,
            modtime: u64::from(id),
        });
        Ok(ids.collect())
    }
}

fn frame(packet: &impl Packet) -> Vec<u8> {
    let mut bytes = BytesMut::new();
    packet.encode_frame(TP04, 1, &mut bytes).unwrap();
    bytes.to_vec()
}

/// What clients send that read nothing, in turn.
struct Attack {
    name: &'static str,
    said: Vec<Arc<Vec<u8>>>,
    connections: usize,
    by_every_way: bool,
}

fn attacks() -> Vec<Attack> {
    let message = frame(&game::GetMessage {
        id: 0,
        slots: vec![0],
    });
    let messages = Arc::new(message.repeat(8));
    let header = Header {
        version: TP04,
        sequence: 1,
        r#type: 20,
        length: 1 << 20,
    };
    let mut part = header.to_bytes().to_vec();
    part.resize(1_040_000, 0);
    let part = Arc::new(part);
    let both = [&messages[..], &part[..]].concat();
    let ids = Arc::new(frame(&game::GetObjectsByID {
        ids: (0..250_000).collect(),
    }));
    // Of 8 bytes each, and 32 in memory.
    let mut design = game::AddDesign::default();
    design
        .properties
        .resize_with(120_000, game::DesignProperty::default);
    let empty = Arc::new(frame(&design));
    let since = (1..=100_u64).map(|from| {
        let one = game::GetObjectIDs {
            amount: 1.into(),
            from: from.into(),
            ..game::GetObjectIDs::default()
        };
        Arc::new(frame(&one))
    });
    let attack = |name, said| Attack {
        name,
        said,
        connections: 400,
        by_every_way: false,
    };
    vec![
        attack(
            "asks for megabytes and reads nothing",
            vec![messages.clone()],
        ),
        attack("sends most of a frame and stops", vec![part.clone()]),
        attack("does one or the other", vec![messages, part]),
        Attack {
            by_every_way: true,
            ..attack("does both on each connection", vec![Arc::new(both)])
        },
        attack("asks for 250,000 objects and reads nothing", vec![ids]),
        attack("sends what is large in memory", vec![empty]),
        Attack {
            // Each takes a while, as nothing is optimised in tests.
            connections: 16,
            ..attack("begins to read lists that all differ", since.collect())
        },
    ]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Tcp,
    Tunnel,
    Tls,
}

trait Socket: AsyncRead + AsyncWrite + Send {}
impl<T: AsyncRead + AsyncWrite + Send> Socket for T {}

struct Place {
    address: SocketAddr,
    trust: Trust,
    metrics: Metrics,
}

impl Place {
    /// A client that is logged in, from an address of its own for each 64 of them.
    async fn client(&self, way: Way, index: usize) -> Pin<Box<dyn Socket>> {
        let socket = TcpSocket::new_v4().unwrap();
        if cfg!(target_os = "linux") {
            let last = u8::try_from(2 + index / 64).unwrap();
            socket.bind(([127, 0, 0, last], 0).into()).unwrap();
        }
        // What the system holds is nobody's here.
        socket.set_recv_buffer_size(8 << 10).unwrap();
        let socket = socket.connect(self.address).await.unwrap();
        let mut socket: Pin<Box<dyn Socket>> = match way {
            Way::Tls => {
                let host = self.address.ip().to_string();
                let layer = self.trust.layer(&host, self.address.port()).unwrap();
                let mut secure = AsyncLayered::new(socket, layer);
                secure.handshake().await.unwrap();
                Box::pin(secure)
            }
            Way::Tcp | Way::Tunnel => Box::pin(socket),
        };
        if way == Way::Tunnel {
            let post = b"POST /x HTTP/1.0\r\n\r\n";
            socket.write_all(post).await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(socket.read_u8().await.unwrap());
            }
        }
        let hello = [
            frame(&game::Connect::default()),
            frame(&game::Login::default()),
        ];
        socket.write_all(&hello.concat()).await.unwrap();
        socket.flush().await.unwrap();
        for _ in 0..2 {
            read_frame(&mut socket).await;
        }
        socket
    }

    /// Waits until nothing comes or goes any more, for as long as it takes.
    async fn until_quiet(&self) {
        let end = Instant::now() + LONG;
        let counted = || (self.metrics.bytes_received(), self.metrics.bytes_sent());
        let mut before = None;
        while before.replace(counted()) != Some(counted()) {
            assert!(Instant::now() < end, "it goes on and on");
            sleep(Duration::from_millis(300)).await;
        }
    }

    async fn until_open(&self, count: u64) {
        let end = Instant::now() + LONG;
        while self.metrics.connections_open() != count {
            assert!(Instant::now() < end, "{:?}", self.metrics);
            sleep(Duration::from_millis(5)).await;
        }
    }

    fn left_for_memory(&self) -> u64 {
        let mut ended = self.metrics.connections_ended();
        ended.find(|it| it.0 == EndReason::Memory).unwrap().1
    }
}

/// Reads a frame, whatever it is.
async fn read_frame(socket: &mut Pin<Box<dyn Socket>>) {
    let mut header = [0; Header::SIZE];
    socket.read_exact(&mut header).await.unwrap();
    let header = Header::from_bytes(&header).unwrap();
    let mut body = vec![0; header.length as usize];
    socket.read_exact(&mut body).await.unwrap();
}

async fn suffer(place: &Place, attack: &Attack, way: Way, count: usize) {
    let at_rest = ALLOCATED.current_usage();
    let mut crowd = Vec::new();
    for index in 0..count {
        crowd.push(place.client(way, index).await);
    }
    let connected = ALLOCATED.current_usage();
    let left_before = place.left_for_memory();
    ALLOCATED.reset_peak_usage();
    let over = Arc::new(Semaphore::new(0));
    let attackers = crowd.into_iter().enumerate().map(|(index, mut socket)| {
        let said = Arc::clone(&attack.said[index % attack.said.len()]);
        let over = Arc::clone(&over);
        tokio::spawn(async move {
            let saying = async {
                let _ = socket.write_all(&said).await;
                let _ = socket.flush().await;
                std::future::pending::<()>().await;
            };
            tokio::select! {
                () = saying => {}
                _ = over.acquire() => {}
            }
        })
    });
    let attackers: Vec<JoinHandle<()>> = attackers.collect();
    place.until_quiet().await;
    // A neighbour that came later plays on.
    let mut neighbour = place.client(Way::Tcp, 200 * 64).await;
    neighbour.write_all(&frame(&game::Ping {})).await.unwrap();
    timeout(LONG, read_frame(&mut neighbour)).await.unwrap();
    drop(neighbour);
    let peak = ALLOCATED.peak_usage();
    let held = place.metrics.memory();
    over.close();
    for attacker in attackers {
        attacker.await.unwrap();
    }
    place.until_open(0).await;
    let after = ALLOCATED.current_usage();
    let name = attack.name;
    let grown = peak.saturating_sub(at_rest);
    println!(
        "| {name} | {way:?} | {count} | {} | {:.1} | {:.1} | {:.1} | {} |",
        connected.saturating_sub(at_rest) / count,
        grown as f64 / 1e6,
        held as f64 / 1e6,
        after.saturating_sub(at_rest) as f64 / 1e6,
        place.left_for_memory() - left_before,
    );
    let allowed = ALL + EACH * count;
    assert!(grown <= allowed, "{name}, {way:?}: {grown} bytes");
    assert_eq!(place.metrics.memory(), 0, "{name}, {way:?}");
    let left = after.saturating_sub(at_rest);
    assert!(left <= 4 << 20, "{name}, {way:?}: {left} bytes are left");
}

#[test]
fn a_server_holds_no_more_than_its_bound_whoever_comes() {
    let runtime = Runtime::new().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let identity = Identity::stored_in(folder.path(), ["game.example"]).unwrap();
        let trust = Trust::pinned([identity.fingerprint()]);
        let server = Server::builder().tls(identity).listen("127.0.0.1:0");
        let server = server.start(Large).await.unwrap();
        let place = Place {
            address: server.local_addrs()[0],
            trust,
            metrics: server.metrics(),
        };
        // What is made once is there.
        drop(place.client(Way::Tls, 0).await);
        place.until_open(0).await;
        println!(
            "| attack | way | connections | bytes each | MB at the peak | counted | after | left |"
        );
        for attack in attacks() {
            suffer(&place, &attack, Way::Tcp, attack.connections).await;
            if attack.by_every_way {
                suffer(&place, &attack, Way::Tunnel, 100).await;
                suffer(&place, &attack, Way::Tls, 100).await;
            }
        }
    });
}
