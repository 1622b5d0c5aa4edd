//! `tp universe`: everything a player sees of a game, as a tree.

pub(crate) mod survey;
mod tree;

use std::fmt::Write as _;
use std::process::ExitCode;

use tp_frames::printable;
use tp_net::transport::{TransportError, Url};
use tp_net::{Error, Versions, game};

use crate::args::{UniverseArgs, VersionChoice};
use crate::failure::{Failure, print};
use survey::{Place, Survey, Trouble, survey};

/// Runs the subcommand.
pub(crate) fn run(args: &UniverseArgs) -> Result<ExitCode, Failure> {
    let versions = match args.version {
        VersionChoice::Auto => Versions::all(),
        VersionChoice::Tp03 => Versions::only(game::TP03),
        VersionChoice::Tp04 => Versions::only(game::TP04),
    };
    let url: Url = args.server.parse().map_err(Failure::failed)?;
    let user = args.user.clone().or_else(|| url.login_name());
    let password = args.password.as_deref().or(url.password());
    let (Some(user), Some(password)) = (user, password) else {
        return Err(Failure::unusable(
            "who logs in? Give --user and --password, or tp://NAME:PASSWORD@HOST",
        ));
    };
    let place = Place {
        url: url.place(),
        versions,
        user,
        password: password.to_owned(),
        trust: args.trust.trust()?,
    };
    let shown = show(&place)?;
    print(&shown)?;
    Ok(ExitCode::SUCCESS)
}

/// Looks at a game and says what is there.
pub(crate) fn show(place: &Place) -> Result<String, Failure> {
    let survey = survey(place).map_err(|trouble| Failure::failed(explain(place, &trouble)))?;
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

/// What went wrong, and what to do about it, in one line.
fn explain(place: &Place, trouble: &Trouble) -> String {
    let (message, hint) = match trouble {
        // This error tells the address by itself.
        Trouble::Connecting(error @ Error::Unreachable { .. }) => {
            (error.to_string(), connecting(error))
        }
        Trouble::Connecting(error) => (format!("{}: {error}", place.url), connecting(error)),
        Trouble::LoggingIn(error) if error.is_refused() => (
            format!("{} does not log in {}: {error}", place.url, place.user),
            "; check --user and --password",
        ),
        Trouble::LoggingIn(error) => (format!("no answer to the login: {error}"), ""),
        Trouble::Asking(error) => (format!("{} does not tell: {error}", place.url), ""),
    };
    message + hint
}

fn connecting(error: &Error) -> &'static str {
    if error.untrusted().is_some() {
        return " (--fingerprint, --ca, --trust-first-use)";
    }
    if let Some(TransportError::Lookup { .. }) = error.transport() {
        return "; is it spelled right, and is this machine on the network?";
    }
    match error {
        Error::Unreachable { .. } => {
            "; is the server running, and is this its port? Most servers use 6923, and 6924 for tps"
        }
        Error::NotTp(_) | Error::Framing(_) | Error::NotGreeted { .. } => {
            "; is this the port of the game?"
        }
        Error::VersionRefused(_) => "; try --version auto",
        _ => "",
    }
}
