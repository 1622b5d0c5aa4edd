//! Attacks on clients: each client in a process of its own, the server here.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::net::TcpSocket;
use tokio::runtime;
use tp_tests::process::Process;

use crate::Arguments;
use crate::bounds;
use crate::deceits::{self, Deceit, Liar};
use crate::row::{self, Row};
use crate::victim::{CLIENTS, Felt};

/// Clients that are lied to at the same time; most of them wait.
const AT_ONCE: usize = 4;
/// What a server's system keeps of what it sends, so that what was sent is what came, nearly.
const SEND_BUFFER: u32 = 256 << 10;

pub(crate) fn run(arguments: &Arguments) -> Vec<Row> {
    let mut cases = Vec::new();
    for deceit in deceits::all() {
        let deceit = Arc::new(deceit);
        let clients: &[&str] = match deceit.call {
            // All of them use the same.
            "games" => &CLIENTS[..1],
            _ => &CLIENTS,
        };
        for client in clients {
            let name = format!("{} ({client})", deceit.name);
            if arguments.wants(&name) {
                cases.push((name, Arc::clone(&deceit), *client));
            }
        }
    }
    row::all(cases, AT_ONCE, arguments.json, |(name, deceit, client)| {
        one(name, &deceit, client, arguments.quick)
    })
}

/// A server that does that to all who come, and what it has sent.
fn serve(deceit: &Deceit) -> (runtime::Runtime, SocketAddr, Arc<AtomicU64>) {
    let runtime = runtime::Builder::new_multi_thread();
    let runtime = { runtime }.worker_threads(1).enable_all().build().unwrap();
    let sent = Arc::new(AtomicU64::new(0));
    let (counted, serve) = (Arc::clone(&sent), deceit.serve);
    let listener = runtime.block_on(async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_send_buffer_size(SEND_BUFFER).unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        socket.listen(64).unwrap()
    });
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let lying = serve(Liar::new(stream, Arc::clone(&counted)));
            tokio::spawn(async move {
                // A lie that cannot be told would prove nothing.
                if let Err(error) = lying.await
                    && error.kind() == io::ErrorKind::Other
                {
                    eprintln!("the server itself has failed: {error}");
                }
            });
        }
    });
    (runtime, address, sent)
}

fn one(name: String, deceit: &Deceit, client: &str, quick: bool) -> Row {
    let (runtime, address, sent) = serve(deceit);
    let url = format!("{}://{address}", deceit.scheme);
    let pace = if quick { "quick" } else { "full" };
    let mut victim = Process::child(&["victim", client, deceit.call, &url, pace]);
    victim.line();
    let rest = victim.resident();
    victim.forget_peak();
    let (limit, began) = (bounds::call(deceit.call, quick), Instant::now());
    victim.say("go");
    let felt = victim.line_within(limit);
    let took = began.elapsed();
    let alive = victim.is_alive();
    let memory = match alive {
        true => [rest, victim.peak(), victim.resident()],
        false => [rest, 0, 0],
    };
    let sent = sent.load(Relaxed);
    runtime.shutdown_background();
    drop(victim);
    let mut broken = Vec::new();
    let felt: Option<Felt> = felt.and_then(|line| serde_json::from_str(&line).ok());
    let ended = match &felt {
        Some(felt) => felt.ended.clone(),
        None if alive => {
            broken.push(format!("no end within {limit:?}"));
            "does not end".to_owned()
        }
        None => {
            broken.push("the client has ended".to_owned());
            "ended as a whole".to_owned()
        }
    };
    let longest = felt.map_or(0.0, |felt| felt.longest);
    if !quick && longest > POLL.as_secs_f64() {
        broken.push(format!("one poll took {longest:.2} s, not {POLL:?}"));
    }
    let mut row = Row {
        attack: name,
        connections: 1,
        sent,
        memory,
        bound: bounds::TIMES_RECEIVED * sent + bounds::CLIENT,
        neighbour: None,
        ended,
        seconds: took.as_secs_f64(),
        broken,
    };
    row.judge_memory();
    row
}

/// What a call that does not block may take.
const POLL: Duration = Duration::from_millis(500);
