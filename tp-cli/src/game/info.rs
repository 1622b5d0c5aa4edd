//! `tp ping` and `tp info`: whether a server is there, and what it is. Nobody logs in for that.

use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;
use tp_frames::{TpString, Version};
use tp_net::model::{Game, TimeRemaining};
use tp_net::{Error, game};

use super::objects::in_columns;
use super::{AskArgs, listed};
use crate::connection::{Connection, ConnectionArgs, visible};
use crate::failure::Failure;
use crate::output::{Format, OutputArgs, print, print_json};
use crate::values;

/// How often, and how far apart.
#[derive(Args)]
pub(crate) struct PingArgs {
    #[command(flatten)]
    connection: ConnectionArgs,

    /// How often to ask, 1 to 1,000,000
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = values::number(1_000_000))]
    count: u64,

    /// How long to wait before asking again, 100ms to 60m
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = values::time)]
    interval: Duration,

    #[command(flatten)]
    output: OutputArgs,
}

/// A line of JSON.
#[derive(Serialize)]
struct Pong {
    answered: bool,
    seconds: f64,
}

/// `tp ping`.
pub(crate) fn ping(args: &PingArgs) -> Result<ExitCode, Failure> {
    let connection = args.connection.connection()?;
    let began = Instant::now();
    let mut client = connection.connect()?;
    let connected = began.elapsed();
    let version = client
        .version()
        .map_err(|error| connection.not_told(&error))?;
    if args.output.format == Format::Text {
        let (url, seconds) = (&connection.url, Milliseconds(connected));
        print(&format!("{url} speaks {version}, connected in {seconds}\n"))?;
    }
    let mut all_answered = true;
    for number in 0..args.count {
        if number > 0 {
            sleep(args.interval);
        }
        let began = Instant::now();
        let answered = client.ping().map_err(|error| connection.not_told(&error))?;
        let took = began.elapsed();
        all_answered &= answered;
        match (args.output.format, answered) {
            (Format::Json, _) => print_json(&Pong {
                answered,
                seconds: took.as_secs_f64(),
            })?,
            (Format::Text, true) => print(&format!("answered in {}\n", Milliseconds(took)))?,
            (Format::Text, false) => {
                print(&format!(
                    "not answered in {}; some servers never do\n",
                    Milliseconds(took)
                ))?;
            }
        }
    }
    client.disconnect();
    Ok(ExitCode::from(u8::from(!all_answered)))
}

/// Shown as milliseconds.
struct Milliseconds(Duration);

impl std::fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} ms", self.0.as_secs_f64() * 1000.0)
    }
}

/// What a server says of itself.
#[derive(Serialize)]
struct Info {
    url: String,
    /// The fingerprint of its certificate, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
    greeting: TpString,
    /// The versions that it speaks, the newest first.
    versions: Vec<String>,
    features: Vec<String>,
    games: Vec<Game>,
    /// How long the turn lasts, as far as it is told who is not logged in.
    turn: Option<TimeRemaining>,
}

/// `tp info`.
pub(crate) fn info(args: &AskArgs) -> Result<ExitCode, Failure> {
    let connection = args.connection.connection()?;
    let info = Info::of(&connection)?;
    args.output.print([&info], || info.shown())
}

impl Info {
    fn of(connection: &Connection) -> Result<Self, Failure> {
        let mut client = connection.connect()?;
        let told = |error: &Error| connection.not_told(error);
        let version = client.version().map_err(|error| told(&error))?;
        // What a server says only to players, it refuses here.
        let features = optional(client.features()).map_err(|error| told(&error))?;
        let games = optional(client.games().and_then(visible)).map_err(|error| told(&error))?;
        let turn = optional(client.time_remaining()).map_err(|error| told(&error))?;
        let greeting = client.greeting();
        client.disconnect();
        let mut versions = vec![version.to_string()];
        let others = game::VERSIONS
            .iter()
            .rev()
            .filter(|other| **other != version);
        let spoken = others.filter(|other| connection.speaks(**other));
        versions.extend(spoken.map(Version::to_string));
        let features = features.into_iter().flat_map(|it| it.features);
        Ok(Self {
            url: connection.url.to_string(),
            certificate: connection.certificate().map(|it| it.to_string()),
            greeting,
            versions,
            features: features.map(|it| it.to_string()).collect(),
            games: games.unwrap_or_default(),
            turn,
        })
    }

    fn shown(&self) -> String {
        let mut lines = vec![
            ("Server", self.url.clone()),
            ("Greeting", self.greeting.printable().to_string()),
            ("Speaks", listed(&self.versions)),
            ("Features", listed(&self.features)),
        ];
        if let Some(fingerprint) = &self.certificate {
            lines.push(("Certificate", fingerprint.clone()));
        }
        for game in &self.games {
            let (name, rule, server) = (&game.name, &game.rule, &game.server);
            let name = format!(
                "{} ({}, {})",
                name.printable(),
                rule.printable(),
                server.printable()
            );
            lines.push(("Game", name));
        }
        if let Some(turn) = &self.turn {
            lines.push(("Turn", super::turns::told(turn).trim_end().to_owned()));
        }
        in_columns(&lines)
    }
}

/// What was answered; `None` if it was refused.
fn optional<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Err(Error::Refused(_) | Error::NotInVersion { .. }) => Ok(None),
        answer => answer.map(Some),
    }
}
