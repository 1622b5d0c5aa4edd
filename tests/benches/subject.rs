//! What is loaded: our server, a bare loop that answers the same bytes, and redis.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tp_bench::{Ask, Dialogue, End, Load, Malformed, Outcome, Pipeline, Tally};
use tp_frames::bytes::BytesMut;
use tp_frames::{Header, Packet, game};
use tp_net::Options;
use tp_net::client::AsyncConnector as _;
use tp_net::transport::Url;
use tp_net::transport::tls::Trust;
use tp_tests::process::{self, Process};
use tp_tests::to_hex;

use crate::effort::Effort;
use crate::redis;

/// How long a connection waits for an answer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What one load took.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) requests: u64,
    pub(crate) seconds: f64,
    pub(crate) server: Duration,
    pub(crate) driver: Duration,
}

impl Sample {
    /// Microseconds of the server's CPU time a request.
    pub(crate) fn server_us(&self) -> f64 {
        self.server.as_secs_f64() * 1e6 / self.requests as f64
    }

    /// Microseconds of the CPU time a request of what loads the server.
    pub(crate) fn driver_us(&self) -> f64 {
        self.driver.as_secs_f64() * 1e6 / self.requests as f64
    }

    pub(crate) fn rate(&self) -> f64 {
        self.requests as f64 / self.seconds
    }
}

/// A server, and how it is asked.
pub(crate) struct Subject {
    process: Process,
    url: Url,
    asked: Asked,
}

enum Asked {
    Game(Ask),
    /// So many bytes are answered by so many.
    Bytes(Arc<[u8]>, usize),
}

/// Options for a server whose certificate nobody knows.
pub(crate) fn options() -> Options {
    Options::default().trust(Trust::dangerously_anyone())
}

impl Subject {
    /// Our server.
    pub(crate) fn game(scheme: &str, ask: Ask) -> Self {
        let process = Process::child(&["game", "1000"]);
        let url = format!("{scheme}://{}", process.line()).parse().unwrap();
        let asked = Asked::Game(ask);
        Self {
            process,
            url,
            asked,
        }
    }

    /// A loop that answers the same bytes.
    pub(crate) fn bare(scheme: &str, ask: Ask) -> Self {
        let (request, answer) = said(ask);
        let encrypted = if scheme == "tps" { "tls" } else { "tcp" };
        let mut process = Process::child(&["bare", encrypted]);
        process.say(&format!("{} {}", request.len(), to_hex(&answer)));
        let url = format!("{scheme}://{}", process.line()).parse().unwrap();
        let asked = Asked::Bytes(request.into(), answer.len());
        Self {
            process,
            url,
            asked,
        }
    }

    /// Redis, asked `PING`; `None` if there is none.
    pub(crate) fn redis() -> Option<Self> {
        let (process, address) = redis::start()?;
        let url = address.into();
        let asked = Asked::Bytes((*b"*1\r\n$4\r\nPING\r\n").into(), b"+PONG\r\n".len());
        Some(Self {
            process,
            url,
            asked,
        })
    }

    /// Loads it once, with everything set up before.
    pub(crate) async fn load(&self, connections: usize, depth: usize, effort: Effort) -> Sample {
        match &self.asked {
            Asked::Game(ask) => {
                let load = Load::new(&self.url).unwrap().options(options());
                let load = load.login("ada", "lovelace").mix(*ask);
                let load = load.connections(connections).depth(depth);
                let mut ready = load.duration(effort.time).connect().await.unwrap();
                let (server, driver) = (self.process.cpu(), process::own_cpu());
                let report = ready.run().await;
                let (server, driver) = (self.process.cpu() - server, process::own_cpu() - driver);
                assert_eq!(report.failures, [], "{}", self.url);
                let (requests, seconds) = (report.requests, report.seconds);
                Sample {
                    requests,
                    seconds,
                    server,
                    driver,
                }
            }
            Asked::Bytes(request, answer) => {
                let mut streams = Vec::new();
                for _ in 0..connections {
                    let dialer = options().dialer();
                    streams.push(dialer.open(&self.url, PATIENCE).await.unwrap());
                }
                let (server, driver) = (self.process.cpu(), process::own_cpu());
                let (end, tally) = (
                    Arc::new(End::after(effort.time)),
                    Arc::new(Tally::default()),
                );
                let mut running = JoinSet::new();
                let start = Instant::now();
                for stream in streams {
                    let same = Same {
                        request: Arc::clone(request),
                        answer: *answer,
                        has: 0,
                    };
                    let (end, tally) = (Arc::clone(&end), Arc::clone(&tally));
                    let mut pipeline = Pipeline::new(stream, same, depth, PATIENCE, end, tally);
                    running.spawn(async move {
                        (&mut pipeline).await;
                        pipeline.into_parts()
                    });
                }
                let mut open = Vec::new();
                while let Some(parts) = running.join_next().await {
                    open.push(parts.unwrap());
                }
                let seconds = start.elapsed().as_secs_f64();
                let (server, driver) = (self.process.cpu() - server, process::own_cpu() - driver);
                assert_eq!(tally.failed(), 0, "{}", self.url);
                Sample {
                    requests: tally.answered(),
                    seconds,
                    server,
                    driver,
                }
            }
        }
    }
}

/// The same bytes again and again, answered by so many.
struct Same {
    request: Arc<[u8]>,
    answer: usize,
    has: usize,
}

impl Dialogue for Same {
    fn ask(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.request);
    }

    fn read(&mut self, bytes: &[u8], became: &mut dyn FnMut(Outcome)) -> Result<(), Malformed> {
        self.has += bytes.len();
        while self.has >= self.answer {
            self.has -= self.answer;
            became(Outcome::Answered);
        }
        Ok(())
    }
}

/// A request, and what our server answers to it, all frames of it.
pub(crate) fn said(ask: Ask) -> (Vec<u8>, Vec<u8>) {
    let process = Process::child(&["game", "1000"]);
    let address: SocketAddr = process.line().parse().unwrap();
    let mut socket = TcpStream::connect(address).unwrap();
    log_in(&mut socket);
    let request = match ask {
        Ask::Objects(number) => {
            let ids = (1..=number).collect();
            encoded(&game::GetObjectsByID { ids }, 3)
        }
        _ => encoded(&game::Ping {}, 3),
    };
    let answer = asked(&mut socket, &request);
    (request, answer)
}

/// Says who is there, on a socket alone.
pub(crate) fn log_in(socket: &mut TcpStream) {
    socket.set_nodelay(true).unwrap();
    let string = "a socket".into();
    asked(socket, &encoded(&game::Connect { string }, 1));
    let (username, password) = ("ada".into(), "lovelace".into());
    asked(socket, &encoded(&game::Login { username, password }, 2));
}

fn encoded(packet: &impl Packet, sequence: u32) -> Vec<u8> {
    let mut out = BytesMut::new();
    packet.encode_frame(game::TP04, sequence, &mut out).unwrap();
    out.to_vec()
}

/// Asks, and reads the whole answer.
fn asked(socket: &mut TcpStream, request: &[u8]) -> Vec<u8> {
    socket.write_all(request).unwrap();
    let mut answer = Vec::new();
    let mut left = 1;
    while left > 0 {
        let mut head = [0; Header::SIZE];
        socket.read_exact(&mut head).unwrap();
        let header = Header::from_bytes(&head).unwrap();
        let mut body = vec![0; header.length as usize];
        socket.read_exact(&mut body).unwrap();
        assert_ne!(header.r#type, game::Fail::TYPE);
        left = match header.r#type {
            game::Sequence::TYPE => u32::from_be_bytes(body[..4].try_into().unwrap()),
            _ => left - 1,
        };
        answer.extend_from_slice(&head);
        answer.extend_from_slice(&body);
    }
    answer
}
