//! Everything that is measured.

use std::path::Path;
use std::process::{Command, ExitCode};

use tp_frames::game;

use crate::bare::{Answers, Requests};
use crate::process::{Subject, count};
use crate::tools::Tool;

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|it| (*it).to_owned()).collect()
}

/// What one more costs.
fn slope(few: u64, many: u64, count: impl Fn(u64) -> u64, each: u64) -> f64 {
    let (low, high) = (count(few), count(many));
    (high as f64 - low as f64) / ((many - few) * each) as f64
}

fn server(tool: Tool, request: &impl tp_frames::Packet, depth: usize, batches: u64) -> u64 {
    let program = std::env::current_exe().unwrap();
    count(tool, &program, &words(&["server"]), |mut subject| {
        let address = subject.line().parse().unwrap();
        let mut requests = Requests::new(address, request, depth);
        for _ in 0..batches {
            subject.fall_asleep();
            requests.once();
        }
        subject.fall_asleep();
        subject.finish();
    })
}

fn client(tool: Tool, kind: &str, depth: usize, batches: u64) -> u64 {
    let program = std::env::current_exe().unwrap();
    let answers = Answers::default();
    let address = answers.address().to_string();
    let mut arguments = words(&[kind, &address, &batches.to_string()]);
    if ["async", "polling"].contains(&kind) {
        arguments.push(depth.to_string());
    }
    count(tool, &program, &arguments, |subject| {
        answers.serve(&subject, depth);
        subject.finish();
    })
}

/// Bytes that connections hold: only accepted, logged in, after a burst.
fn held(counting: &Path) -> [f64; 3] {
    const FEW: usize = 100;
    const MANY: usize = 400;
    let mut subject = Subject::start(Command::new(counting), &words(&["server"]));
    let address: std::net::SocketAddr = subject.line().parse().unwrap();
    let ask = |subject: &mut Subject| {
        subject.fall_asleep();
        subject.ask().parse::<f64>().unwrap()
    };
    let per = |low: f64, high: f64| (high - low) / (MANY - FEW) as f64;
    let mut plain = Vec::new();
    let mut at = [0.0; 2];
    for (number, at) in [FEW, MANY].into_iter().zip(&mut at) {
        plain.resize_with(number, || std::net::TcpStream::connect(address).unwrap());
        *at = ask(&mut subject);
    }
    let accepted = per(at[0], at[1]);
    drop(plain);
    let mut players = Vec::new();
    let mut bursts = [0.0; 2];
    let ping = game::Ping::default();
    for (index, number) in [FEW, MANY].into_iter().enumerate() {
        players.resize_with(number, || Requests::new(address, &ping, 1000));
        at[index] = ask(&mut subject);
    }
    let idle = per(at[0], at[1]);
    // Those of the first hundred before, so that the rest is what bursts leave.
    for (range, burst) in [(0..FEW), (FEW..MANY)].into_iter().zip(&mut bursts) {
        for player in &mut players[range] {
            player.once();
        }
        *burst = ask(&mut subject);
    }
    let burst = idle + per(bursts[0], bursts[1]);
    subject.finish();
    [accepted, idle, burst]
}

/// Measures.
#[must_use]
pub fn main(_arguments: &[String], counting: &Path) -> ExitCode {
    let print = |name: &str, value: f64| println!("{name:<60} {value:>12.2}");
    let ping = game::Ping::default();
    let get = |number: u32| game::GetObjectsByID {
        ids: (0..number).collect(),
    };
    print(
        "server, Ping 64 deep",
        slope(20, 120, |n| server(Tool::Callgrind, &ping, 64, n), 64),
    );
    print(
        "server, Ping 1 deep",
        slope(50, 250, |n| server(Tool::Callgrind, &ping, 1, n), 1),
    );
    print(
        "server, GetObjectsByID of 1, 64 deep",
        slope(20, 100, |n| server(Tool::Callgrind, &get(1), 64, n), 64),
    );
    print(
        "server, each object of 100",
        slope(20, 100, |n| server(Tool::Callgrind, &get(100), 1, n), 100),
    );
    print(
        "server, system calls a batch of 64 Pings",
        slope(20, 120, |n| server(Tool::Strace, &ping, 64, n), 1),
    );
    print(
        "server, system calls a batch of 2600 Pings",
        slope(20, 120, |n| server(Tool::Strace, &ping, 2600, n), 1),
    );
    print(
        "blocking client, system calls a Ping",
        slope(50, 250, |n| client(Tool::Strace, "blocking", 1, n), 1),
    );
    print(
        "blocking client, instructions a Ping",
        slope(50, 250, |n| client(Tool::Callgrind, "blocking", 1, n), 1),
    );
    print(
        "async client, Ping 64 deep",
        slope(20, 120, |n| client(Tool::Callgrind, "async", 64, n), 64),
    );
    print(
        "polling client, Ping 64 deep",
        slope(20, 120, |n| client(Tool::Callgrind, "polling", 64, n), 64),
    );
    print(
        "async client, each object of 100",
        slope(
            10,
            60,
            |n| client(Tool::Callgrind, "async-objects", 1, n),
            100,
        ),
    );
    let program = std::env::current_exe().unwrap();
    let object = |n: u64| {
        count(
            Tool::Callgrind,
            &program,
            &words(&["object", &n.to_string()]),
            Subject::finish,
        )
    };
    print(
        "client, an object with parameters read",
        slope(500, 2500, object, 1),
    );
    let mut subject = Subject::start(Command::new(counting), &words(&["object-held"]));
    print(
        "… allocations",
        subject.line().parse::<f64>().unwrap() / 1000.0,
    );
    print(
        "… live bytes",
        subject.line().parse::<f64>().unwrap() / 1000.0,
    );
    subject.finish();
    let [accepted, idle, burst] = held(counting);
    print("bytes of an accepted connection", accepted);
    print("bytes of an idle player", idle);
    print("bytes of a player after a burst", burst);
    ExitCode::SUCCESS
}
