//! `tp find`: the games that can be reached.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::{Map, Value};
use tp_frames::printable;
use tp_net::blocking::Client;
use tp_net::discovery::metaserver::Metaserver;
use tp_net::discovery::{Browser, Error, Event};
use tp_net::model::{Game, GameParameterId};
use tp_net::transport::Url;
use tp_net::transport::tls::Trust;

use crate::connection::options;
use crate::failure::{Failure, complain};
use crate::output::{Format, OutputArgs, print, print_json};
use crate::values::in_range;

/// List the games on the local network, and those of metaservers
#[derive(Args)]
#[command(after_help = "\
Examples:
  tp find
  tp find --metaserver http://meta.example/ --timeout 1
  tp find --format json | jq -r '.urls[0]'

JSON: each line is an object with the keys source (\"zeroconf\" or the metaserver's URL), name, \
short_name, urls (best first), tp (versions of the protocol), server, sertype, rule, rulever, and as \
far as the game tells them plys, cons, objs, admin, cmt, next, turn, prd. With --check, answers is the \
version in which it does, or null beside error.

Games are printed as they are found, so Ctrl-C loses none of them.

Exit status: 0, also if there is no game; 1 if a place could not be looked at, with the reason.")]
pub(crate) struct FindArgs {
    /// Ask this metaserver too; can be given more than once
    #[arg(long, value_name = "URL")]
    pub(crate) metaserver: Vec<String>,

    /// Look whether each game answers, without logging in
    #[arg(long)]
    pub(crate) check: bool,

    /// How long to listen on the local network, in seconds, 0.1 to 3600; metaservers have 15
    #[arg(long, value_name = "S", default_value = "3", value_parser = seconds)]
    pub(crate) timeout: Duration,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

fn seconds(text: &str) -> Result<Duration, &'static str> {
    let seconds: f64 = text.parse().map_err(|_| "it is no number of seconds")?;
    in_range(seconds).ok_or("it is not from 0.1 to 3600")
}

/// How long a game may take to answer that is only looked at.
const ANSWER: Duration = Duration::from_secs(3);

/// What is heard from the places that are looked at.
enum News {
    Found {
        place: String,
        game: Box<Game>,
        /// Whether it answers, if that was asked for.
        answer: Option<Answer>,
    },
    /// Nothing more comes from there.
    Done {
        place: String,
        games: Result<usize, Error>,
    },
}

/// Whether a listed game is there.
enum Answer {
    /// It speaks this version.
    Speaks(String),
    /// Why it was not reached.
    Silent(String),
}

/// Runs the command. What is found is printed at once, so that nothing of it is lost when somebody has
/// seen enough.
pub(crate) fn run(args: &FindArgs) -> Result<ExitCode, Failure> {
    let metaservers = args.metaserver.iter().map(|url| Metaserver::new(url));
    let metaservers: Result<Vec<_>, _> = metaservers.collect();
    let metaservers = metaservers.map_err(Failure::misuse)?;
    let (teller, news) = mpsc::channel();
    // They are left behind if nobody reads on: each of them ends by itself.
    let check = args.check;
    let here = (teller.clone(), args.timeout);
    thread::spawn(move || local(&here.0, here.1, check));
    for metaserver in metaservers {
        let teller = teller.clone();
        thread::spawn(move || listed(&teller, &metaserver, check));
    }
    drop(teller);
    let mut code = ExitCode::SUCCESS;
    let mut last = String::new();
    let is_text = args.output.format == Format::Text;
    for news in news {
        match news {
            News::Found {
                place,
                game,
                answer,
            } if is_text => {
                let mut text = String::new();
                if place != last {
                    // Memory takes it all.
                    let _ = writeln!(text, "games {}:", described(&place));
                    last = place;
                }
                text.push_str(&shown(&game, answer.as_ref()));
                print(&text)?;
            }
            News::Found {
                place,
                game,
                answer,
            } => print_json(&json(&place, &game, answer.as_ref()))?,
            News::Done {
                place,
                games: Ok(0),
            } if is_text => print(&format!("no games {}\n", described(&place)))?,
            News::Done { games: Ok(_), .. } => {}
            News::Done {
                games: Err(error), ..
            } => {
                complain(format_args!("error: {error}"));
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

/// Where games were found, as it stands behind them.
fn described(place: &str) -> String {
    match place {
        ZEROCONF => "on the local network".to_owned(),
        url => format!("at {url}"),
    }
}

/// The place of games that announce themselves.
const ZEROCONF: &str = "zeroconf";

/// Tells the games of the local network, until the time is over.
fn local(teller: &Sender<News>, timeout: Duration, check: bool) {
    let browsed = Browser::builder().zeroconf().start();
    let games = browsed.and_then(|mut browser| {
        let start = Instant::now();
        // One that tells more of itself later is the same game.
        let mut known = HashSet::new();
        while let Some(event) = browser.wait(timeout.saturating_sub(start.elapsed())) {
            match event {
                Event::Found(id, game) => {
                    let is_new = known.insert(id);
                    if is_new {
                        found(teller, ZEROCONF, *game, check);
                    }
                }
                Event::Failed(_, error) => return Err(error),
                _ => {}
            }
        }
        Ok(known.len())
    });
    let place = ZEROCONF.to_owned();
    // Nobody may listen any more.
    let _ = teller.send(News::Done { place, games });
}

/// Tells the games of a metaserver.
fn listed(teller: &Sender<News>, metaserver: &Metaserver, check: bool) {
    let place = metaserver.url().to_string();
    let games = metaserver.games().map(|games| {
        let count = games.len();
        games
            .into_iter()
            .for_each(|game| found(teller, &place, game, check));
        count
    });
    let _ = teller.send(News::Done { place, games });
}

/// Tells a game. If it is to be looked at first, others are told meanwhile.
fn found(teller: &Sender<News>, place: &str, game: Game, check: bool) {
    let (teller, place, game) = (teller.clone(), place.to_owned(), Box::new(game));
    let tell = move |game: Box<Game>, answer: Option<Answer>| {
        // Nobody may listen any more.
        let _ = teller.send(News::Found {
            place,
            game,
            answer,
        });
    };
    match check {
        true => drop(thread::spawn(move || {
            let answer = answer(&game);
            tell(game, Some(answer));
        })),
        false => tell(game, None),
    }
}

/// Whether the game answers at one of its addresses.
fn answer(game: &Game) -> Answer {
    let mut why = "it tells no address".to_owned();
    for url in Url::of_game(game) {
        // Nobody logs in, so it does not matter who it is.
        let options = options()
            .connect_timeout(ANSWER)
            .greeting_timeout(ANSWER)
            .trust(Trust::dangerously_anyone());
        let connected = Client::connect(&url, options);
        match connected.and_then(|mut client| client.version()) {
            Ok(version) => return Answer::Speaks(version.to_string()),
            Err(error) => why = error.to_string(),
        }
    }
    Answer::Silent(why)
}

/// A game in lines.
fn shown(game: &Game, answer: Option<&Answer>) -> String {
    let line = |text: &str| printable(text.trim()).to_string();
    let name = line(&game.long_name().to_str_lossy());
    let rules = line(&format!("{} {}", game.rule, game.rulever));
    let server = line(&format!("{} {}", game.sertype, game.server));
    let mut shown = format!("  {name}: {rules}, {server}");
    // Memory takes it all.
    if let Some(turn) = game.number(GameParameterId::TURN) {
        let _ = write!(shown, ", turn {turn}");
    }
    match answer {
        Some(Answer::Speaks(version)) => {
            let _ = write!(shown, "; it answers, in {version}");
        }
        Some(Answer::Silent(why)) => {
            let _ = write!(shown, "; it does not answer: {}", printable(why));
        }
        None => {}
    }
    shown.push('\n');
    for url in Url::of_game(game) {
        let _ = writeln!(shown, "    {url}");
    }
    shown
}

fn json(place: &str, game: &Game, answer: Option<&Answer>) -> Value {
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
    match answer {
        Some(Answer::Speaks(version)) => {
            object.insert("answers".to_owned(), version.as_str().into());
        }
        Some(Answer::Silent(why)) => {
            object.insert("answers".to_owned(), Value::Null);
            object.insert("error".to_owned(), why.as_str().into());
        }
        None => {}
    }
    object.into()
}
