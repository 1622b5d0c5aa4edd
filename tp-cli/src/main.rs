//! `tp`: find games, look at a universe, decode Thousand Parsec traffic, run the demo game, load a
//! server.

mod admin;
mod announce;
mod args;
mod bench;
mod decode;
mod demo;
mod dirs;
mod failure;
mod find;
mod identity;
mod log;
mod metaserver;
mod place;
mod secret_file;
mod serve;
mod shutdown;
mod sighup;
mod trust;
mod universe;

use std::process::ExitCode;

use args::Command;

fn main() -> ExitCode {
    let outcome = match args::parse().command {
        Some(Command::Decode(args)) => decode::run(&args),
        Some(Command::Universe(args)) => universe::run(&args),
        Some(Command::Bench(args)) => bench::run(&args),
        Some(Command::Serve(args)) => serve::run(&args),
        Some(Command::Find(args)) => find::run(&args),
        Some(Command::Metaserver(args)) => metaserver::run(&args),
        Some(Command::Demo) | None => demo::run(),
    };
    outcome.unwrap_or_else(|failure| failure.report())
}
