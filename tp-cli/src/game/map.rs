//! `tp map`: where things are.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use clap::builder::RangedU64ValueParser;
use serde::Serialize;

use super::lists::all_players;
use crate::connection::ConnectionArgs;
use crate::failure::Failure;
use crate::output::{OutputArgs, columns};
use crate::universe::Survey;
use crate::universe::star_map::{self, StarMap};
use crate::universe::svg::{self, Legend};

/// How wide and high the map is where no terminal says.
const COLUMNS: u16 = 78;
const ROWS: u16 = 24;

/// A map, for a terminal or as a file.
#[derive(Args)]
pub(crate) struct MapArgs {
    #[command(flatten)]
    connection: ConnectionArgs,

    /// Only what is in this object, such as a galaxy: its id, or its name if no other object has it
    #[arg(long = "in", value_name = "OBJECT")]
    within: Option<String>,

    /// Write a picture to this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,

    /// Write a page to this file, to zoom and to find things in with a browser; it needs no other file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,

    /// How many columns wide, 20 to 500; as wide as the terminal if not given
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<u16>::new().range(20..=500))]
    width: Option<u16>,

    /// How many rows high, 5 to 500
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<u16>::new().range(5..=500))]
    height: Option<u16>,

    #[command(flatten)]
    output: OutputArgs,
}

/// Something on the map, as a line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    id: u32,
    name: &'a str,
    r#type: &'static str,
    owner: Option<u32>,
    position: [i64; 3],
}

/// Runs `tp map`.
pub(crate) fn map(args: &MapArgs) -> Result<ExitCode, Failure> {
    let mut session = args.connection.session()?;
    let survey = session.ask(Survey::of)?;
    let players = all_players(&mut session)?;
    let greeting = session.client.greeting();
    let title = match greeting.is_empty() {
        true => session.connection.url.to_string(),
        false => greeting.printable().to_string(),
    };
    let within = args.within.as_deref();
    let within = within.map(|named| session.object(named)).transpose()?;
    session.end();
    let map = match within {
        Some(object) => StarMap::of(survey.within(object.id)),
        None => StarMap::of(survey.objects.values()),
    };
    let players = players
        .iter()
        .map(|it| (it.id, it.name.printable().to_string()));
    let legend = Legend {
        title,
        players: players.collect(),
    };
    if let Some(file) = &args.svg {
        write(file, &svg::picture(&map, &legend))?;
    }
    if let Some(file) = &args.html {
        write(file, &svg::page(&map, &legend))?;
    }
    if args.svg.is_some() || args.html.is_some() {
        return Ok(ExitCode::SUCCESS);
    }
    let lines = map.points.iter().map(|it| Line {
        id: it.id,
        name: &it.name,
        r#type: it.mark.name(),
        owner: it.owner,
        position: [it.at.x, it.at.y, it.at.z],
    });
    args.output.print(lines, || {
        let columns = args.width.or_else(columns).unwrap_or(COLUMNS);
        star_map::drawn(&map, columns, args.height.unwrap_or(ROWS).into())
    })
}

/// Writes the file; one that is there is written over.
fn write(file: &Path, text: &str) -> Result<(), Failure> {
    fs::write(file, text)
        .map_err(|error| Failure::misuse(format_args!("cannot write {}: {error}", file.display())))
}
