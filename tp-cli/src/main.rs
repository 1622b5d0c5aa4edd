//! `tp`: look into Thousand Parsec games, play, watch, script and record them.

mod admin;
mod announce;
mod args;
mod bench;
mod connection;
mod decode;
mod dirs;
mod failure;
mod find;
mod game;
mod identity;
mod input;
mod log;
mod metaserver;
mod output;
mod packets;
mod prompt;
mod record;
mod replay;
mod secret_file;
mod serve;
mod shell;
mod shutdown;
mod sighup;
mod tour;
mod universe;
mod values;
mod watch;

use std::process::ExitCode;

use args::{Arguments, Command};
use clap::CommandFactory as _;
use game::{account, admin as administration, info, lists, map, messages, objects, orders, turns};

fn main() -> ExitCode {
    let outcome = match args::parse().command {
        None => tour::run(&tour::TourArgs::default()),
        Some(Command::Tour(args)) => tour::run(&args),
        Some(Command::Ping(args)) => info::ping(&args),
        Some(Command::Info(args)) => info::info(&args),
        Some(Command::Objects(args)) => objects::objects(&args),
        Some(Command::Object(args)) => objects::object(&args),
        Some(Command::Map(args)) => map::map(&args),
        Some(Command::Orders(args)) => orders::orders(&args),
        Some(Command::Order(args)) => orders::order(&args),
        Some(Command::Boards(args)) => lists::boards(&args),
        Some(Command::Messages(args)) => messages::messages(&args),
        Some(Command::Post(args)) => messages::post(&args),
        Some(Command::Designs(args)) => lists::designs(&args),
        Some(Command::Components(args)) => lists::components(&args),
        Some(Command::Properties(args)) => lists::properties(&args),
        Some(Command::Categories(args)) => lists::categories(&args),
        Some(Command::Resources(args)) => lists::resources(&args),
        Some(Command::Players(args)) => lists::players(&args),
        Some(Command::Turn(args)) => turns::turn(&args),
        Some(Command::FinishTurn(args)) => turns::finish(&args),
        Some(Command::WaitTurn(args)) => turns::wait(&args),
        Some(Command::Register(args)) => account::register(&args),
        Some(Command::Admin(args)) => administration::run(&args),
        Some(Command::Call(args)) => packets::call(&args),
        Some(Command::List(args)) => packets::list(&args),
        Some(Command::Describe(args)) => packets::describe(&args),
        Some(Command::Watch(args)) => watch::run(&args),
        Some(Command::Record(args)) => record::run(&args),
        Some(Command::Replay(args)) => replay::run(&args),
        Some(Command::Decode(args)) => decode::run(&args),
        Some(Command::Bench(args)) => bench::run(&args),
        Some(Command::Serve(args)) => serve::run(&args),
        Some(Command::Metaserver(args)) => metaserver::run(&args),
        Some(Command::Find(args)) => find::run(&args),
        Some(Command::Profiles(args)) => connection::profiles(&args),
        Some(Command::Completions(args)) => shell::completions(&args, Arguments::command()),
        Some(Command::Man(args)) => shell::man(&args, Arguments::command()),
    };
    outcome.unwrap_or_else(|failure| failure.report())
}
