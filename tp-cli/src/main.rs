//! `tp`: decode Thousand Parsec traffic, look at a universe, run the demo game.

mod args;
mod decode;
mod demo;
mod failure;
mod printable;
mod serve;
mod trust;
mod universe;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Arguments, Command};

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Some(Command::Decode(args)) => decode::run(&args),
        Some(Command::Universe(args)) => universe::run(&args),
        Some(Command::Serve(args)) => serve::run(&args),
        Some(Command::Demo) | None => demo::run(),
    };
    outcome.unwrap_or_else(|failure| failure.report())
}
