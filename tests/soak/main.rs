//! Bots of all kinds that play for a while, most of them through a bad network, and what that does to
//! the server: `cargo run --release -p tp-tests --bin soak -- --minutes 10`.
//!
//! Half of the bots reach the server directly, and none of them may see an error. The others go
//! through [`faults`]; they may see any error, but no wrong answer. At the end the server has as many
//! sockets and threads as at the start, and its memory does not grow.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a measurement that panics has failed"
)]

#[cfg(target_os = "linux")]
mod api;
#[cfg(target_os = "linux")]
mod bots;
#[cfg(target_os = "linux")]
mod faults;
#[cfg(target_os = "linux")]
mod growth;

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("memory of other processes is read from Linux' /proc");
}

/// Lets bots play through a bad network, and watches the server.
#[cfg(target_os = "linux")]
#[derive(clap::Parser)]
#[command(
    name = "soak",
    after_help = "Exit status: 0 if nothing is wrong, 1 if something is."
)]
struct Arguments {
    /// For how long they play
    #[arg(long, default_value_t = 2.0)]
    minutes: f64,

    /// How many they are
    #[arg(long, default_value_t = 200)]
    bots: usize,

    /// What chance is made from
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Where the plot of the server's memory goes
    #[arg(long, default_value = "target/soak.svg")]
    plot: std::path::PathBuf,
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    use clap::Parser as _;

    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(tp_tests::process::CHILD) {
        serve();
        return std::process::ExitCode::SUCCESS;
    }
    tp_tests::serving::allow_files();
    match run(&Arguments::parse()) {
        0 => std::process::ExitCode::SUCCESS,
        _ => std::process::ExitCode::FAILURE,
    }
}

/// The demo game with turns of a second, in TCP, TLS and tunnels.
#[cfg(target_os = "linux")]
fn serve() {
    use std::time::Duration;

    use tp_game::Game;
    use tp_net::server::Server;
    use tp_tests::serving::{allow_files, identity, tell};

    allow_files();
    let game = Game::builder().turn_time(Duration::from_secs(1)).build();
    let server = Server::builder().listen("127.0.0.1:0").tls(identity());
    let serving = game.serve_by(server).unwrap();
    tell(&[serving.local_addr()]);
    serving.shutdown();
}

/// Returns how many things are wrong.
#[cfg(target_os = "linux")]
fn run(arguments: &Arguments) -> usize {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    use std::thread;
    use std::time::{Duration, Instant};

    use tp_tests::process::Process;

    use bots::Tally;
    use faults::BadNetwork;
    use growth::Growth;

    let mut server = Process::child(&[]);
    let address = server.line().parse().unwrap();
    let network = BadNetwork::start(address, arguments.seed);
    let known = Arc::new(bots::known(address));
    let at_start = (server.sockets(), server.threads());
    let (tally, over) = (Arc::new(Tally::default()), Arc::new(AtomicBool::new(false)));
    let playing: Vec<_> = (0..arguments.bots)
        .map(|number| {
            let bot = bots::Bot::new(number, address, network.address());
            let (known, tally, over) = (Arc::clone(&known), Arc::clone(&tally), Arc::clone(&over));
            let runtime = network.runtime();
            thread::spawn(move || bot.play(&known, &tally, &over, &runtime))
        })
        .collect();
    let (began, time) = (
        Instant::now(),
        Duration::from_secs_f64(arguments.minutes * 60.0),
    );
    let mut growth = Growth::default();
    while began.elapsed() < time {
        thread::sleep(Duration::from_millis(500));
        growth.note(began.elapsed(), server.resident());
    }
    over.store(true, Relaxed);
    let mut wrong = Vec::new();
    // The longest that any call of a bot takes, and some more.
    let last = Instant::now() + Duration::from_secs(45);
    while Instant::now() < last && !playing.iter().all(thread::JoinHandle::is_finished) {
        thread::sleep(Duration::from_millis(50));
    }
    let left = playing.iter().filter(|bot| !bot.is_finished()).count();
    if left > 0 {
        wrong.push(format!("{left} bots do not end"));
    }
    println!("{}", tally.report(began.elapsed()));
    println!("faults: {}", network.end());
    wrong.extend(tally.wrong());
    let last = Instant::now() + Duration::from_secs(10);
    while Instant::now() < last && (server.sockets(), server.threads()) != at_start {
        thread::sleep(Duration::from_millis(50));
    }
    let at_end = (server.sockets(), server.threads());
    println!("server: sockets and threads {at_start:?} at the start, {at_end:?} at the end");
    if !server.is_alive() {
        wrong.push("the server has ended".to_owned());
    } else if at_end.0 > at_start.0 || at_end.1 > at_start.1 {
        wrong.push("the server keeps sockets, or threads, of those who have gone".to_owned());
    }
    println!("{growth}");
    wrong.extend(growth.verdict());
    std::fs::write(&arguments.plot, growth.plot().svg).unwrap();
    for wrong in &wrong {
        eprintln!("WRONG: {wrong}");
    }
    wrong.len()
}
