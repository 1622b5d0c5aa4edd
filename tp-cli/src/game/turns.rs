//! The turn: how long it lasts, and its end.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use tp_frames::TpString;
use tp_net::blocking::Client;
use tp_net::model::TimeRemaining;

use super::{AskArgs, listed};
use crate::failure::Failure;
use crate::values;

/// How long it is waited for the end of a turn.
#[derive(Args)]
pub(crate) struct WaitArgs {
    #[command(flatten)]
    ask: AskArgs,

    /// How long to wait at most, 100ms to 60m
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = values::time)]
    limit: Duration,
}

/// Whether it is waited for the end of the turn.
#[derive(Args)]
pub(crate) struct FinishArgs {
    #[command(flatten)]
    ask: AskArgs,

    /// Wait for the end of the turn as well, for so long at most, 100ms to 60m
    #[arg(long, value_name = "TIME", value_parser = values::time)]
    wait: Option<Duration>,
}

/// `tp turn`.
pub(crate) fn turn(args: &AskArgs) -> Result<ExitCode, Failure> {
    let mut session = args.connection.session()?;
    let time = session.ask(Client::time_remaining)?;
    session.end();
    args.output.print([&time], || told(&time))
}

/// `tp finish-turn`.
pub(crate) fn finish(args: &FinishArgs) -> Result<ExitCode, Failure> {
    let mut session = args.ask.connection.session()?;
    let said = session.ask(Client::finish_turn)?;
    // Its end may have come already: the client keeps it.
    let time = args
        .wait
        .map(|limit| session.ask(|client| client.wait_for_turn(limit)));
    let time = time.transpose()?;
    session.end();
    let line = Finished {
        said: &said,
        time: &time,
    };
    args.ask.output.print([&line], || {
        let time = time.as_ref().map(told).unwrap_or_default();
        format!("{}\n{time}", said.printable())
    })
}

/// What is said at the end of a turn.
#[derive(serde::Serialize)]
struct Finished<'a> {
    said: &'a TpString,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: &'a Option<TimeRemaining>,
}

/// `tp wait-turn`.
pub(crate) fn wait(args: &WaitArgs) -> Result<ExitCode, Failure> {
    let mut session = args.ask.connection.session()?;
    let time = session.ask(|client| client.wait_for_turn(args.limit))?;
    session.end();
    args.ask.output.print([&time], || told(&time))
}

/// How long the turn lasts, in a line.
pub(crate) fn told(time: &TimeRemaining) -> String {
    let mut text = String::new();
    // Memory takes it all.
    if let Some(turn) = time.turn {
        let _ = write!(text, "turn {turn}");
        if let Some(name) = time.turnname.as_ref().filter(|it| !it.is_empty()) {
            let _ = write!(text, " ({})", name.printable());
        }
        text.push_str(", ");
    }
    let _ = match time.time {
        // Servers without a timer say so in either way.
        0 | u32::MAX => write!(text, "it ends when all are done"),
        1 => write!(text, "1 second is left"),
        left => write!(text, "{left} seconds are left"),
    };
    if let Some(waiting) = time.waiting.as_ref().filter(|it| !it.is_empty()) {
        let _ = write!(text, "; not done: players {}", listed(waiting));
    }
    text.push('\n');
    text
}
