//! What a server counts.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tp_frames::{Header, game};
use tp_net::model::FailCode;
use tp_net::server::{EndReason, Metrics, RefuseReason};

use crate::server_client::{Client, Fail, LONG, Okay, Other, Sequence, address, start_limited};

fn ended(metrics: &Metrics) -> BTreeMap<&'static str, u64> {
    let ended = metrics.connections_ended();
    let ended = ended.map(|(reason, count)| (reason.as_str(), count));
    ended.filter(|it| it.1 > 0).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_comes_and_goes_is_counted() {
    let (server, _) = start_limited(|it| it.connections_per_address = 3).await;
    let metrics = server.metrics();
    let mut player = Client::tp04(address(&server));
    let mut stranger = Client::open(address(&server), game::TP04);
    let mut page = Client::open(address(&server), game::TP04);
    assert_eq!(stranger.ask(&game::Connect::default()), Okay);
    let nobody = game::Login {
        username: "nobody".into(),
        ..game::Login::default()
    };
    assert_eq!(stranger.ask(&nobody), Fail(5));
    // Those that are let in are counted at once, whether they have said anything or not.
    until(|| metrics.connections_open() == 3).await;
    let mut fourth = Client::open(address(&server), game::TP04);
    assert!(String::from_utf8(fourth.rest()).unwrap().contains("full"));
    page.write(b"GET / HTTP/1.0\r\n\r\n");
    page.rest();

    for _ in 0..10 {
        assert_eq!(player.ask(&game::Ping {}), Okay);
    }
    let pings = player.sequence + 1..player.sequence + 6;
    for sequence in pings.clone() {
        assert_eq!(player.send(&game::Ping {}), sequence);
    }
    for sequence in pings {
        assert_eq!(player.reply(sequence), Okay);
    }
    let ids = game::GetObjectsByID {
        ids: vec![1, 2_000],
    };
    assert_eq!(player.ask(&ids), Sequence(2));
    assert_eq!(player.reply(player.sequence), Other(7));
    assert_eq!(player.reply(player.sequence), Fail(4));
    // A packet of no name.
    player.write_header(77, 900, 0);
    assert_eq!(player.reply(77), Fail(0));

    drop((player, stranger, page));
    until(|| metrics.connections_open() == 0).await;
    assert_eq!(metrics.connections_accepted(), 3);
    let refused: Vec<_> = metrics.connections_refused().collect();
    let [full, network] = [(RefuseReason::Full, 0), (RefuseReason::Network, 1)];
    assert_eq!(refused, [full, network]);
    assert_eq!(ended(&metrics), [("closed", 2), ("told", 1)].into());
    assert_eq!((metrics.logins(), metrics.logins_refused()), (1, 1));
    let requests: BTreeMap<_, _> = metrics.requests().collect();
    let wanted = [
        ("Connect", 2),
        ("Login", 2),
        ("Ping", 15),
        ("GetObjectsByID", 1),
        ("unknown", 1),
    ];
    assert_eq!(requests, wanted.into());
    let refusals: BTreeMap<_, _> = metrics
        .refusals()
        .map(|(it, count)| (it.0, count))
        .collect();
    assert_eq!(refusals, [(0, 1), (4, 1), (5, 1)].into());
    assert_eq!(FailCode::NO_SUCH_THING.0, 4);
    assert_eq!(metrics.memory(), 0);
    // Two Connect without a name, a Login without either, one of nobody, 15 Ping, two ids, and a header.
    let header = Header::SIZE as u64;
    let sent = 2 * 4 + 8 + (8 + 6) + (4 + 2 * 4) + 21 * header;
    assert_eq!(metrics.bytes_received(), sent);
    assert!(metrics.bytes_sent() > 21 * header);
    server.shutdown().await;
    assert_eq!(
        metrics.connections_accepted(),
        3,
        "it can be read after the end"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_end_has_its_reason() {
    let (server, game) = start_limited(|it| it.login_attempts = 1).await;
    let metrics = server.metrics();
    let mut closed = Client::tp04(address(&server));
    closed.socket.shutdown(std::net::Shutdown::Write).unwrap();
    closed.ended();
    let mut nonsense = Client::open(address(&server), game::TP04);
    nonsense.write(b"\0\0\0\0");
    nonsense.rest();
    let mut by_game = Client::tp04(address(&server));
    game.peers.lock().unwrap()[1].close();
    by_game.ended();
    let mut panicking = Client::tp04(address(&server));
    panicking.send(&game::GetObjectsByID {
        ids: vec![crate::server_client::PANIC],
    });
    panicking.ended();
    let mut there = Client::tp04(address(&server));
    // Has not said what it is.
    let silent = Client::open(address(&server), game::TP04);
    until(|| metrics.connections_accepted() == 6 && metrics.connections_open() == 2).await;
    server.shutdown().await;
    there.ended();
    drop(silent);
    let wanted = [
        ("closed", 1),
        ("unwanted", 2),
        ("panicked", 1),
        ("stopped", 2),
    ];
    assert_eq!(ended(&metrics), wanted.into());
    assert_eq!(metrics.connections_open(), 0);
    let all: u64 = metrics.connections_ended().map(|it| it.1).sum();
    assert_eq!(all, metrics.connections_accepted());
    assert_eq!(EndReason::Stopped.to_string(), "stopped");
}

/// The example that exports what is counted, and the name of a server that is hard to write down.
struct Exporter {
    program: Child,
    game: SocketAddr,
    watched: SocketAddr,
}

impl Exporter {
    fn start() -> Self {
        let mut program = Command::new(crate::server_example::program("metrics"))
            .args(["127.0.0.1:0", "127.0.0.1:0", "a \"name\" \\ of\ntwo lines"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(program.stdout.take().unwrap()).lines();
        let mut line = || said.next().unwrap().unwrap();
        let (game, watched) = (line(), line());
        let game = game.strip_prefix("listening on [").unwrap();
        let watched = watched.strip_prefix("counted on http://").unwrap();
        Self {
            game: game.strip_suffix(']').unwrap().parse().unwrap(),
            watched: watched.strip_suffix("/metrics").unwrap().parse().unwrap(),
            program,
        }
    }

    fn get(&self, path: &str) -> String {
        let mut client = Client::open(self.watched, game::TP04);
        client.write(format!("GET {path} HTTP/1.1\r\nHost: here\r\n\r\n").as_bytes());
        String::from_utf8(client.rest()).unwrap()
    }
}

impl Drop for Exporter {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[test]
fn the_example_exports_all_of_it_as_prometheus_reads_it() {
    let exporter = Exporter::start();
    assert!(exporter.watched.ip().is_loopback());
    let mut player = Client::open(exporter.game, game::TP04);
    assert_eq!(player.ask(&game::Connect::default()), Okay);
    assert_eq!(player.ask(&game::Login::default()), Fail(5));
    let guest = game::Login {
        username: "guest".into(),
        password: "guest".into(),
    };
    assert_eq!(player.ask(&guest), Okay);
    for _ in 0..3 {
        assert_eq!(player.ask(&game::Ping {}), Okay);
    }
    // The last burst is counted once it has ended.
    let end = Instant::now() + LONG;
    let answer = loop {
        let answer = exporter.get("/metrics");
        if answer.contains("tp_requests_total{packet=\"Ping\"} 3\n") {
            break answer;
        }
        assert!(Instant::now() < end, "{answer}");
    };
    let (head, text) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    let length = format!("Content-Length: {}", text.len());
    for line in [
        "Content-Type: text/plain; version=0.0.4; charset=utf-8",
        &length,
    ] {
        assert!(head.lines().any(|it| it == line), "{head}");
    }
    for sample in [
        r#"tp_server_info{name="a \"name\" \\ of\ntwo lines"} 1"#,
        "tp_connections_open 1",
        "tp_connections_accepted_total 1",
        r#"tp_connections_refused_total{reason="full"} 0"#,
        r#"tp_connections_ended_total{reason="crowded"} 0"#,
        "tp_logins_total 1",
        "tp_logins_refused_total 1",
        r#"tp_requests_total{packet="Login"} 2"#,
        r#"tp_refusals_total{code="5"} 1"#,
    ] {
        assert!(text.lines().any(|line| line == sample), "{sample}\n{text}");
    }
    // Each name once, its help and type before its samples (the text format, version 0.0.4).
    assert!(text.ends_with('\n'));
    let mut seen: Vec<&str> = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let (name, help) = line
            .strip_prefix("# HELP ")
            .unwrap()
            .split_once(' ')
            .unwrap();
        let is_letter = |it: char| it.is_ascii_lowercase() || it == '_';
        assert!(name.chars().all(is_letter), "{name}");
        assert!(!help.is_empty() && !seen.contains(&name), "{line}");
        seen.push(name);
        let kind = lines.next().unwrap().strip_prefix("# TYPE ").unwrap();
        let kind = kind.strip_prefix(name).unwrap().trim();
        let wanted = match name.ends_with("_total") {
            true => "counter",
            false => "gauge",
        };
        assert_eq!(kind, wanted, "{name}");
        let mut samples = 0;
        while let Some(sample) = lines.next_if(|line| !line.starts_with('#')) {
            let rest = sample.strip_prefix(name).unwrap();
            assert!(rest.starts_with(['{', ' ']), "{sample}");
            let (_, value) = rest.rsplit_once(' ').unwrap();
            value.parse::<u64>().unwrap();
            samples += 1;
        }
        assert!(samples > 0, "{name}");
    }
    assert_eq!(seen.len(), 12);
    assert!(exporter.get("/").starts_with("HTTP/1.1 404 "));
}

async fn until(mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + LONG;
    while !holds() {
        assert!(Instant::now() < end, "it never came to that");
        sleep(Duration::from_millis(2)).await;
    }
}
