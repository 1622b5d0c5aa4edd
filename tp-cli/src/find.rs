//! `tp find`: the games that can be reached.

use std::fmt::Write as _;
use std::io;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use tp_frames::{printable, printable_json};
use tp_net::discovery::metaserver::Metaserver;
use tp_net::discovery::{Browser, Error, Event, GameId};
use tp_net::model::{Game, GameParameterId};
use tp_net::transport::Url;

use crate::args::FindArgs;
use crate::failure::{Failure, complain};
use crate::output::{Format, print};

/// A place, and the games that are announced there.
struct Place {
    name: String,
    games: Result<Vec<Game>, Error>,
}

/// Runs the subcommand.
pub(crate) fn run(args: &FindArgs) -> Result<ExitCode, Failure> {
    let metaservers = args.metaserver.iter().map(|url| Metaserver::new(url));
    let metaservers: Result<Vec<_>, _> = metaservers.collect();
    let metaservers = metaservers.map_err(Failure::misuse)?;
    let places = look(&metaservers, args.timeout);
    let mut shown = String::new();
    let mut code = ExitCode::SUCCESS;
    for place in &places {
        match &place.games {
            Ok(games) if args.output.format == Format::Json => {
                for game in games {
                    let json = json(&place.name, game).to_string();
                    let _ = writeln!(shown, "{}", printable_json(&json));
                }
            }
            Ok(games) => shown.push_str(&text(&place.name, games)),
            Err(error) => {
                complain(format_args!("error: {error}"));
                code = ExitCode::FAILURE;
            }
        }
    }
    print(&shown)?;
    Ok(code)
}

/// Looks everywhere at the same time.
fn look(metaservers: &[Metaserver], timeout: Duration) -> Vec<Place> {
    thread::scope(|scope| {
        let asked: Vec<_> = metaservers
            .iter()
            .map(|metaserver| (metaserver.url(), scope.spawn(|| metaserver.games())))
            .collect();
        let local = Place {
            name: "zeroconf".to_owned(),
            games: local(timeout),
        };
        let asked = asked.into_iter().map(|(url, asked)| Place {
            name: url.to_string(),
            games: asked
                .join()
                .unwrap_or_else(|_| Err(io::Error::other("a thread panicked").into())),
        });
        std::iter::once(local).chain(asked).collect()
    })
}

/// The games of the local network that are there when the time is over.
fn local(timeout: Duration) -> Result<Vec<Game>, Error> {
    let mut browser = Browser::builder().zeroconf().start()?;
    let mut games: Vec<(GameId, Box<Game>)> = Vec::new();
    let start = Instant::now();
    while let Some(event) = browser.wait(timeout.saturating_sub(start.elapsed())) {
        match event {
            Event::Found(id, game) => games.push((id, game)),
            Event::Updated(id, game) => {
                if let Some(known) = games.iter_mut().find(|(known, _)| *known == id) {
                    known.1 = game;
                }
            }
            Event::Gone(id) => games.retain(|(known, _)| *known != id),
            Event::Failed(_, error) => return Err(error),
            _ => {}
        }
    }
    games.sort_by(|one, other| one.0.cmp(&other.0));
    Ok(games.into_iter().map(|(_, game)| *game).collect())
}

fn text(place: &str, games: &[Game]) -> String {
    let place = match place {
        "zeroconf" => "on the local network",
        url => &format!("at {url}"),
    };
    let mut shown = match games.len() {
        0 => format!("no games {place}\n"),
        1 => format!("1 game {place}:\n"),
        count => format!("{count} games {place}:\n"),
    };
    for game in games {
        let line = |text: &str| printable(text.trim()).to_string();
        let name = game.long_name().to_str_lossy();
        let rules = format!("{} {}", game.rule, game.rulever);
        let server = format!("{} {}", game.sertype, game.server);
        let _ = write!(
            shown,
            "  {}: {}, {}",
            line(&name),
            line(&rules),
            line(&server)
        );
        if let Some(turn) = game.number(GameParameterId::TURN) {
            let _ = write!(shown, ", turn {turn}");
        }
        shown.push('\n');
        for url in Url::of_game(game) {
            let _ = writeln!(shown, "    {url}");
        }
    }
    shown
}

fn json(place: &str, game: &Game) -> Value {
    let text = |text: &tp_frames::TpString| Value::from(text.to_str_lossy());
    let mut object = Map::new();
    let urls: Vec<_> = Url::of_game(game)
        .iter()
        .map(|url| Value::from(url.to_string()))
        .collect();
    for (key, value) in [
        ("source", Value::from(place)),
        ("name", text(game.long_name())),
        ("short_name", text(&game.name)),
        ("urls", urls.into()),
        ("tp", game.tp.iter().map(text).collect()),
        ("server", text(&game.server)),
        ("sertype", text(&game.sertype)),
        ("rule", text(&game.rule)),
        ("rulever", text(&game.rulever)),
    ] {
        object.insert(key.to_owned(), value);
    }
    for (key, id) in [
        ("plys", GameParameterId::PLYS),
        ("cons", GameParameterId::CONS),
        ("objs", GameParameterId::OBJS),
        ("next", GameParameterId::NEXT),
        ("turn", GameParameterId::TURN),
        ("prd", GameParameterId::PRD),
    ] {
        if let Some(number) = game.number(id) {
            object.insert(key.to_owned(), number.into());
        }
    }
    for (key, id) in [
        ("admin", GameParameterId::ADMIN),
        ("cmt", GameParameterId::CMT),
    ] {
        if let Some(said) = game.text(id) {
            object.insert(key.to_owned(), text(said));
        }
    }
    object.into()
}
