//! `tp bench`: how many requests a server answers, and how long that takes.

use std::process::ExitCode;

use tokio::runtime::Runtime;
use tp_bench::{Error, Load};
use tp_frames::printable_json;

use crate::args::{BenchArgs, Format};
use crate::failure::{Failure, print};
use crate::place::{Place, Trouble};

/// Runs the subcommand.
pub(crate) fn run(args: &BenchArgs) -> Result<ExitCode, Failure> {
    let place = args.place.place()?;
    let load = load(args, &place).map_err(|error| failure(&place, error))?;
    let runtime = Runtime::new();
    let runtime = runtime.map_err(|error| Failure::failed(format_args!("no threads: {error}")))?;
    let report = runtime.block_on(load.run());
    let report = report.map_err(|error| failure(&place, error))?;
    let shown = match args.format {
        Format::Text => report.to_string(),
        Format::Json => {
            let json = serde_json::to_string(&report).map_err(Failure::failed)?;
            format!("{}\n", printable_json(&json))
        }
    };
    print(&shown)?;
    Ok(ExitCode::from(u8::from(report.failed() > 0)))
}

fn load(args: &BenchArgs, place: &Place) -> Result<Load, Error> {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let load = Load::new(&place.url)?
        .options(place.options())
        .login(&*place.user, &*place.password)
        .connections(number(args.connections))
        .depth(number(args.depth))
        .mix(args.mix.clone());
    Ok(match args.requests {
        Some(requests) => load.requests(requests),
        None => load.duration(args.duration),
    })
}

fn failure(place: &Place, error: Error) -> Failure {
    let trouble = match error {
        Error::Connecting(error) => Trouble::Connecting(error),
        Error::LoggingIn(error) => Trouble::LoggingIn(error),
        Error::Asking(error) => Trouble::Asking(error),
        error => return Failure::failed(format_args!("{}: {error}", place.url)),
    };
    place.failure(&trouble)
}
