//! `tp universe`: everything a player sees of a game, as a tree.

mod survey;
mod tree;

use std::fmt::Write as _;
use std::process::ExitCode;

use tp_frames::printable;

use crate::args::UniverseArgs;
use crate::failure::{Failure, print};
use crate::place::Place;
use survey::{Survey, survey};

/// Runs the subcommand.
pub(crate) fn run(args: &UniverseArgs) -> Result<ExitCode, Failure> {
    let place = args.place.place()?;
    let shown = show(&place)?;
    print(&shown)?;
    Ok(ExitCode::SUCCESS)
}

/// Looks at a game and says what is there.
pub(crate) fn show(place: &Place) -> Result<String, Failure> {
    let survey = survey(place).map_err(|trouble| place.failure(&trouble))?;
    let Survey {
        greeting,
        version,
        features,
        objects,
        ..
    } = &survey;
    let mut text = format!("{} speaks {version}", place.url);
    if !greeting.is_empty() {
        let _ = write!(text, " and says: {}", greeting.printable());
    }
    let names: Vec<String> = features.features.iter().map(ToString::to_string).collect();
    let names = if names.is_empty() {
        "none".into()
    } else {
        names.join(", ")
    };
    let _ = write!(
        text,
        "\nlogged in as {}; features: {names}\n\n",
        printable(&place.user)
    );
    text.push_str(&tree::draw(&survey));
    let objects = match objects.len() {
        1 => "1 object".into(),
        count => format!("{count} objects"),
    };
    let _ = write!(text, "\n{objects}: name, type, id, position\n");
    Ok(text)
}
