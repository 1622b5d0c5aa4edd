//! Our publisher with our metaserver.

use std::time::{Duration, Instant};

use tp_net::discovery::Error;
use tp_net::discovery::metaserver::{Metaserver, Publisher, Receipt};
use tp_net::model::{Game, GameConnection, GameParameterId};

use super::PATIENCE;
use super::server::Running;

pub(crate) fn game(name: &str, turn: u32) -> Game {
    let connection = GameConnection {
        r#type: "tp".into(),
        port: 6923,
        ..GameConnection::default()
    };
    let mut game = Game {
        name: name.into(),
        connections: vec![connection],
        ..Game::default()
    };
    game.set_number(GameParameterId::TURN, turn);
    game
}

fn outcome(publisher: &Publisher) -> Result<Receipt, Error> {
    let start = Instant::now();
    loop {
        if let Some(outcome) = publisher.outcome() {
            return outcome;
        }
        assert!(start.elapsed() < PATIENCE, "no update");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn turns(metaserver: &Metaserver) -> Vec<Option<u32>> {
    let games = metaserver.games().unwrap();
    games
        .iter()
        .map(|game| game.number(GameParameterId::TURN))
        .collect()
}

#[test]
fn a_game_is_registered_and_its_changes_are_told() {
    let running = Running::start();
    let metaserver = running.metaserver();
    let publisher = Publisher::builder(metaserver.clone(), "secret")
        .gap(Duration::ZERO)
        .start(game("a", 1))
        .unwrap();
    assert!(outcome(&publisher).unwrap().confirmed);
    assert!(publisher.outcome().is_none(), "once");
    assert_eq!(turns(&metaserver), [Some(1)]);
    // Nothing new, so nothing is sent; then something.
    publisher.set(game("a", 1));
    publisher.set(game("a", 2));
    assert!(outcome(&publisher).unwrap().confirmed);
    assert_eq!(turns(&metaserver), [Some(2)]);

    let thief = Publisher::builder(metaserver.clone(), "guess")
        .start(game("a", 9))
        .unwrap();
    let refused = outcome(&thief).unwrap_err();
    assert!(
        refused.to_string().contains("registered with another key"),
        "{refused}"
    );
    assert_eq!(turns(&metaserver), [Some(2)]);
    let where_we_are = &metaserver.games().unwrap()[0].connections[0].ip;
    assert_eq!(where_we_are, &"127.0.0.1");
}

#[test]
fn a_metaserver_that_is_not_there_is_told() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let metaserver = Metaserver::new(&format!("http://{free}/")).unwrap();
    let publisher = Publisher::builder(metaserver, "secret")
        .start(game("a", 1))
        .unwrap();
    let error = outcome(&publisher).unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
}

#[test]
fn a_game_that_nobody_reaches_is_not_registered() {
    let metaserver = Metaserver::new("http://127.0.0.1:1/").unwrap();
    let unreachable = Publisher::builder(metaserver, "secret").start(Game::default());
    assert!(matches!(unreachable, Err(Error::NothingToAnnounce)));
}
