//! What the network layer costs, beside a bare loop and redis, and how that grows:
//! `cargo bench -p tp-tests`.
//!
//! Servers run in processes of their own, each on one thread, on 127.0.0.1; what loads them runs
//! here. [`docs/benchmarks.md`](../../docs/benchmarks.md) says how to read the tables, and `--write`
//! puts them there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    reason = "a measurement that panics has failed"
)]

#[cfg(target_os = "linux")]
mod child;
#[cfg(target_os = "linux")]
mod clients;
#[cfg(target_os = "linux")]
mod effort;
#[cfg(target_os = "linux")]
mod network;
#[cfg(target_os = "linux")]
mod page;
#[cfg(target_os = "linux")]
mod redis;
#[cfg(target_os = "linux")]
mod scale;
#[cfg(target_os = "linux")]
mod subject;

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("CPU time and memory of other processes are read from Linux' /proc");
}

#[cfg(target_os = "linux")]
fn main() {
    use clap::Parser as _;

    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(tp_tests::process::CHILD) {
        return child::run(&arguments.collect::<Vec<_>>());
    }
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(run(&arguments));
}

/// Measures what the network layer costs, and how that grows.
#[cfg(target_os = "linux")]
#[derive(clap::Parser)]
#[command(name = "cargo bench -p tp-tests --bench network --")]
struct Arguments {
    /// Which tables: ping, objects, clients, players, turns, ids, fetch; all if none is named
    #[arg(value_parser = TABLES)]
    tables: Vec<String>,

    /// One short round instead of five, and small worlds: to see that it works
    #[arg(long)]
    quick: bool,

    /// Puts tables and plots into docs/benchmarks.md and docs/benchmarks/
    #[arg(long, conflicts_with = "quick")]
    write: bool,

    /// What cargo says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
}

#[cfg(target_os = "linux")]
const TABLES: [&str; 7] = [
    "ping", "objects", "clients", "players", "turns", "ids", "fetch",
];

#[cfg(target_os = "linux")]
async fn run(arguments: &Arguments) {
    let effort = match arguments.quick {
        true => effort::Effort::QUICK,
        false => effort::Effort::FULL,
    };
    for name in TABLES {
        let wanted = arguments.tables.is_empty() || arguments.tables.iter().any(|it| it == name);
        if !wanted {
            continue;
        }
        let result = match name {
            "ping" => network::ping(effort).await,
            "objects" => network::objects(effort).await,
            "clients" => clients::clients(effort).await,
            "players" => scale::players(effort).await,
            "turns" => scale::turns(effort).await,
            "ids" => scale::ids(effort),
            _ => scale::fetch(effort),
        };
        println!("\n## {name}\n\n{}", result.table);
        if arguments.write {
            page::write(name, &result);
        }
    }
}
