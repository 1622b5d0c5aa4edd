//! What the clients cost beside a plain socket.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use tp_bench::{Ask, Load, Through};
use tp_net::{blocking, game};
use tp_tests::process::{self, Process};
use tp_tests::table::{Table, median, number};

use crate::effort::Effort;
use crate::page::Measured;
use crate::subject::{log_in, options, said};

/// What is asked in each round by clients that wait for each answer.
const REQUESTS: u32 = 5_000;

/// The microseconds of this process's CPU time that one of so many requests took.
fn each(requests: u64, before: Duration) -> f64 {
    let took = process::own_cpu().saturating_sub(before);
    took.as_secs_f64() * 1e6 / requests as f64
}

fn by_blocking_client(url: &str, ask: Ask, requests: u32) -> f64 {
    let mut client = blocking::Client::connect(url, options()).unwrap();
    client.login("ada", "lovelace").unwrap();
    client.objects([1]).unwrap();
    let before = process::own_cpu();
    for _ in 0..requests {
        match ask {
            Ask::Objects(_) => drop(client.object(1).unwrap()),
            _ => drop(client.request(game::Ping {}).unwrap()),
        }
    }
    each(requests.into(), before)
}

fn by_plain_socket(address: &str, request: &[u8], answer: usize, requests: u32) -> f64 {
    let mut socket = TcpStream::connect(address).unwrap();
    log_in(&mut socket);
    let mut answer = vec![0; answer];
    let before = process::own_cpu();
    for _ in 0..requests {
        socket.write_all(request).unwrap();
        socket.read_exact(&mut answer).unwrap();
    }
    each(requests.into(), before)
}

async fn by_load(url: &str, through: Through, ask: Ask, depth: usize, effort: Effort) -> f64 {
    let load = Load::new(url).unwrap().login("ada", "lovelace");
    let load = load.mix(ask).depth(depth).through(through);
    let mut ready = load.duration(effort.time).connect().await.unwrap();
    let before = process::own_cpu();
    let report = ready.run().await;
    assert_eq!(report.failures, []);
    each(report.requests, before)
}

/// The blocking and the asynchronous client, each beside what does the same without any.
pub(crate) async fn clients(effort: Effort) -> Measured {
    let server = Process::child(&["game", "1000"]);
    let address = server.line();
    let url = format!("tp://{address}");
    let requests = REQUESTS / u32::try_from(effort.shrink).unwrap();
    let mut rows: Vec<(String, Vec<[f64; 2]>)> = Vec::new();
    for round in 0..effort.rounds {
        let mut at = 0;
        let mut add = |name: String, values| {
            if round == 0 {
                rows.push((name, Vec::new()));
            }
            rows[at].1.push(values);
            at += 1;
        };
        for (name, ask) in [("Ping", Ask::Ping), ("one object", Ask::Objects(1))] {
            let (request, answer) = said(ask);
            let client = by_blocking_client(&url, ask, requests);
            let plain = by_plain_socket(&address, &request, answer.len(), requests);
            add(format!("blocking, {name}"), [client, plain]);
            for depth in [1, 64] {
                let client = by_load(&url, Through::Client, ask, depth, effort).await;
                let plain = by_load(&url, Through::Frames, ask, depth, effort).await;
                add(
                    format!("asynchronous, {name}, {depth} at once"),
                    [client, plain],
                );
            }
        }
    }
    let mut table = Table::new(["client", "client µs", "plain µs", "to plain"]);
    for (name, samples) in rows {
        let column = |index: usize| number(median(samples.iter().map(|it| it[index])));
        let ratio = number(median(samples.iter().map(|[client, plain]| client / plain)));
        table.row([name, column(0), column(1), ratio]);
    }
    Measured {
        table: table.markdown(),
        plots: Vec::new(),
    }
}
