//! `tp tour`, and `tp` alone: a game from all sides.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use tp_game::Game;
use tp_net::blocking::Client;
use tp_net::model::{Object, ObjectKind, OrderDescExt as _, OrderParams, Vector};
use tp_net::server::Server;
use tp_net::transport::tls::{Identity, Trust};
use tp_net::transport::{Scheme, Url};

use crate::connection::{Connection, ConnectionArgs};
use crate::failure::Failure;
use crate::game::Session;
use crate::game::objects::At;
use crate::game::turns;
use crate::output::{columns, print};
use crate::serve;
use crate::universe::star_map::{self, StarMap};
use crate::universe::{Survey, tree};

/// How wide the map is where nobody knows how wide the terminal is, and how high it is.
const COLUMNS: u16 = 78;
const ROWS: usize = 22;

/// How long it is waited for the end of a turn.
const TURN: Duration = Duration::from_secs(60);

/// Show a game from all sides: how it is reached, what is there, and a turn of it
///
/// Without a URL, the demo game runs in this program, is reached over every transport, and a turn of it
/// is played. With one, that server is looked at, and nothing is changed there.
#[derive(Args, Default)]
#[command(after_help = "\
Examples:
  tp
  tp tour ada@game.example")]
// Without a server it is the demo game's.
#[command(mut_arg("server", |server| server.required(false)))]
pub(crate) struct TourArgs {
    #[command(flatten)]
    connection: Option<ConnectionArgs>,
}

/// Runs the command.
pub(crate) fn run(args: &TourArgs) -> Result<ExitCode, Failure> {
    match &args.connection {
        Some(elsewhere) => visit(elsewhere)?,
        None => demonstrate()?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A tour of another's server.
fn visit(args: &ConnectionArgs) -> Result<(), Failure> {
    // Before anything is printed, somebody may be asked for a password.
    let mut session = args.session()?;
    heading("How it is reached")?;
    print(&reached(&session.connection, None, &mut session.client)?)?;
    let survey = session.ask(Survey::of)?;
    show(&survey)?;
    heading("The turn")?;
    let time = session.ask(Client::time_remaining)?;
    print(&turns::told(&time))?;
    let next = format!(
        "\nWhat to try next:\n  \
         tp object {0} ID       one object, with all that is known of it\n  \
         tp orders {0} ID       what it is told to do, and what it could be told\n",
        session.connection.url
    );
    session.end();
    print(&next)
}

/// A tour of the demo game, which runs here.
fn demonstrate() -> Result<(), Failure> {
    let game = Game::builder().build();
    let identity = Identity::ephemeral(["localhost"]).map_err(Failure::failed)?;
    let fingerprint = identity.fingerprint();
    // Port 0 is any free one; no other machine can reach it.
    let builder = Server::builder().listen("127.0.0.1:0").tls(identity);
    let serving = serve::start(&game, builder)?;
    let address = serving.local_addr();
    let (user, password) = serve::guest();
    heading("How it is reached")?;
    let mut first = None;
    for scheme in [Scheme::Tp, Scheme::Tps, Scheme::TpHttp] {
        let url = Url::new(scheme, &address.ip().to_string()).map_err(Failure::failed)?;
        let url = url.with_port(address.port());
        let trust = Trust::pinned([fingerprint]);
        let connection = Connection::to_own(url, trust, user, password);
        let began = Instant::now();
        let mut client = connection.connect()?;
        print(&reached(&connection, Some(began.elapsed()), &mut client)?)?;
        first = first.or(Some((connection, client)));
    }
    // There are three.
    let Some((connection, mut client)) = first else {
        return Ok(());
    };
    let welcome = client.login(user, password);
    let welcome = welcome.map_err(|error| connection.not_logged_in(&error))?;
    print(&format!("\nlogged in as {user}: {}\n", welcome.printable()))?;
    let mut session = Session { connection, client };
    let before = session.ask(Survey::of)?;
    show(&before)?;
    play(&mut session, &before)?;
    session.end();
    serving.shutdown();
    print(NEXT)
}

const NEXT: &str = "
That was a whole game: a server and clients of it, all in this program. What to try next:
  tp serve                          runs the game for clients of yours, and says how to reach it
  tp objects guest@localhost        what is there, as a tree; then tp object, tp orders, tp messages
  tp order guest@localhost ID       gives an order, and asks for what it needs
  tp call guest@localhost GetPlayer '{\"ids\":[0]}'
                                    any packet of the protocol; tp list and tp describe have them
  tp decode FILE                    captured traffic, for people
  tp --help                         all there is
In a checkout, `cargo run -q --` stands for `tp`; README.md leads on from there.
";

fn heading(what: &str) -> Result<(), Failure> {
    print(&format!("\n── {what} ──\n\n"))
}

/// What client and server have agreed on.
fn reached(
    connection: &Connection,
    took: Option<Duration>,
    client: &mut Client,
) -> Result<String, Failure> {
    let told = |error| connection.not_told(&error);
    let version = client.version().map_err(told)?;
    let features = client.features().map_err(told)?.features.len();
    let encrypted = match connection.url.scheme().is_encrypted() {
        true => "encrypted, the server known by its certificate",
        false => "in the clear",
    };
    let mut text = format!(
        "{}\n  {encrypted}; {version}, {features} features",
        connection.url
    );
    // Memory takes it all.
    if let Some(took) = took {
        let _ = write!(text, "; connected in {:.1} ms", took.as_secs_f64() * 1000.0);
    }
    let greeting = client.greeting();
    if !greeting.is_empty() {
        let _ = write!(text, "\n  it says: {}", greeting.printable());
    }
    text.push('\n');
    Ok(text)
}

/// The universe as a tree, and as a map.
fn show(survey: &Survey) -> Result<(), Failure> {
    heading("What is there")?;
    print(&tree::draw(survey))?;
    heading("Where it is")?;
    // Galaxies lie so far apart that each would be a dot.
    let is_galaxy = |it: &&Object| matches!(it.kind, Some(ObjectKind::Galaxy));
    let galaxies = survey.objects.values().filter(is_galaxy);
    let galaxies = galaxies.map(|galaxy| (galaxy, survey.within(galaxy.id)));
    let owned = |objects: &[&Object]| objects.iter().filter(|it| it.owner().is_some()).count();
    let map = match galaxies.max_by_key(|(_, objects)| owned(objects)) {
        Some((galaxy, objects)) => {
            print(&format!("{}:\n", galaxy.name.printable()))?;
            StarMap::of(objects)
        }
        None => StarMap::of(survey.objects.values()),
    };
    print(&star_map::drawn(&map, columns().unwrap_or(COLUMNS), ROWS))
}

/// Sends a fleet of the player's to another star, and ends the turn.
fn play(session: &mut Session, before: &Survey) -> Result<(), Failure> {
    heading("A turn of it")?;
    let me = session.ask(Client::me)?;
    let is_mine = |it: &&Object| {
        matches!(it.kind, Some(ObjectKind::Fleet { .. })) && it.owner() == Some(me.id)
    };
    let Some(fleet) = before.objects.values().find(is_mine) else {
        return print("no fleet to give an order to\n");
    };
    let at = fleet.position.unwrap_or_default();
    let away = |it: &&Object| {
        matches!(it.kind, Some(ObjectKind::StarSystem)) && !it.contains.contains(&fleet.id)
    };
    let stars = before.objects.values().filter(away);
    let nearest = stars.min_by_key(|it| it.position.map_or(u128::MAX, |it| distance(it, at)));
    let (Some(star), Some(to)) = (nearest, nearest.and_then(|it| it.position)) else {
        return print("no star to fly to\n");
    };
    let descs = session.ask_many(|client| client.order_descs_of(fleet))?;
    let flies = descs
        .iter()
        .find(|it| it.takes(&[OrderParams::ABS_SPACE_COORDS]));
    let Some(desc) = flies else {
        return print("nobody can be told to move\n");
    };
    let order = desc.order(fleet).at(to).build().map_err(Failure::failed)?;
    session.ask(|client| client.insert_order(order))?;
    let (name, star) = (fleet.name.printable(), star.name.printable());
    print(&format!(
        "{name} is told: {} to {star}, {}\n",
        desc.name.printable(),
        At(to)
    ))?;
    let said = session.ask(Client::finish_turn)?;
    print(&format!("the turn is ended: {}\n", said.printable()))?;
    let time = session.ask(|client| client.wait_for_turn(TURN))?;
    print(&turns::told(&time))?;
    let after = session.ask(Survey::of)?;
    for object in after.objects.values() {
        let was = before.objects.get(&object.id).and_then(|it| it.position);
        if let (Some(was), Some(is)) = (was, object.position.filter(|is| was != Some(*is))) {
            let name = object.name.printable();
            print(&format!("{name} moved from {} to {}\n", At(was), At(is)))?;
        }
    }
    Ok(())
}

/// The square of how far two places lie apart.
fn distance(one: Vector, other: Vector) -> u128 {
    let square = |a: i64, b: i64| {
        let apart = u128::from(a.abs_diff(b));
        apart.saturating_mul(apart)
    };
    square(one.x, other.x)
        .saturating_add(square(one.y, other.y))
        .saturating_add(square(one.z, other.z))
}
