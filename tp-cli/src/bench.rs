//! `tp bench`: how many requests a server answers, and how long that takes.

use std::process::ExitCode;

use tokio::runtime::Runtime;
use tp_bench::{Error, Load};

use crate::connection::Connection;
use crate::connection::ConnectionArgs;
use crate::failure::Failure;
use crate::output::OutputArgs;
use crate::output::{Format, print, print_json};
use crate::values::{number, time};
use clap::Args;
use std::time::Duration;
use tp_bench::Mix;

/// Load a server with requests, and tell how many it answers and how long that takes
///
/// So many requests are on their way at once on each connection; the next is asked when one is
/// answered. All connections are made, and logged in, before it begins. Load servers of your own
/// only.
#[derive(Args)]
#[command(after_help = BENCH_EXAMPLES)]
pub(crate) struct BenchArgs {
    /// How many connections at once, 1 to 10,000
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = number(10_000))]
    pub(crate) connections: u64,

    /// How many requests are on their way at once on each connection, 1 to 4,096
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = number(4_096))]
    pub(crate) depth: u64,

    /// What is asked: names with commas between them, each with a weight of 1 to 100 if it is to be
    /// asked more often than the others
    #[arg(long, value_name = "NAME[=N][:WEIGHT],…", default_value = "ping")]
    pub(crate) mix: Mix,

    /// For how long it is asked, 100ms to 60m
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = time)]
    pub(crate) duration: Duration,

    /// How many requests are asked on all connections together, instead of for a time
    #[arg(long, value_name = "N", conflicts_with = "duration", value_parser = number(1_000_000_000))]
    pub(crate) requests: Option<u64>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,
}

const BENCH_EXAMPLES: &str = "\
Examples:
  tp bench guest:guest@localhost
  tp bench tp://guest:guest@localhost --connections 50 --depth 16 --mix ping:9,objects=100
  tp bench tps://guest:guest@localhost --accept-any-certificate --mix mixed --duration 2m
  tp bench tp://guest:guest@localhost --requests 1000 --format json | jq .latency.p99_us

Requests:
  ping         a sign of life; some old servers leave most of these unanswered
  turn         how long the turn lasts
  objects[=N]  N objects that the player sees, 1 to 10,000; 1 if no number is given
  ids[=N]      a list of the ids of N objects, 1 to 80,000; 1,000 if no number is given
  mixed        ping:2,turn:4,objects=10:3,ids=100, what a player's client may ask

JSON: one object on one line, with the keys url, version, connections, depth, mix, seconds, requests, \
requests_per_second, latency (mean_us, p50_us, p90_us, p99_us, p999_us, max_us in microseconds, and \
histogram, a list of up_to_us and count), bytes_sent, bytes_received, and failures (a list of kind, \
count and example). kind is refused, unanswered, timeout, disconnected or malformed.

Exit status: 0 if every request was answered well; 1 if not, or if the server cannot be reached, \
refuses or is none, with the reason.";

/// Runs the command.
pub(crate) fn run(args: &BenchArgs) -> Result<ExitCode, Failure> {
    let connection = args.connection.connection()?;
    let (user, password) = connection.login()?;
    let load = load(args, &connection).map_err(|error| failure(&connection, error))?;
    let load = load.login(user, password);
    let runtime = Runtime::new();
    let runtime = runtime.map_err(|error| Failure::failed(format_args!("no threads: {error}")))?;
    let report = runtime.block_on(load.run());
    let report = report.map_err(|error| failure(&connection, error))?;
    match args.output.format {
        Format::Text => print(&report.to_string())?,
        Format::Json => print_json(&report)?,
    }
    Ok(ExitCode::from(u8::from(report.failed() > 0)))
}

fn load(args: &BenchArgs, connection: &Connection) -> Result<Load, Error> {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let load = Load::new(&connection.url)?
        .options(connection.options.clone())
        .connections(number(args.connections))
        .depth(number(args.depth))
        .mix(args.mix.clone());
    Ok(match args.requests {
        Some(requests) => load.requests(requests),
        None => load.duration(args.duration),
    })
}

fn failure(connection: &Connection, error: Error) -> Failure {
    match error {
        Error::Connecting(error) => connection.not_connected(&error),
        Error::LoggingIn(error) => connection.not_logged_in(&error),
        Error::Asking(error) => connection.not_told(&error),
        error => Failure::failed(format_args!("{}: {error}", connection.url)),
    }
}
