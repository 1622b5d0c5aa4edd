//! `tp bench`: how many requests a server answers, and how long that takes.

use std::process::ExitCode;

use tokio::runtime::Runtime;
use tp_bench::{Error, Load};

use crate::args::BenchArgs;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::output::{Format, print, print_json};

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
