//! The game, as clients of every version see it.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod limits;
mod old_clients;
mod orders;
mod requests;
#[cfg(feature = "store")]
mod store;
mod turns;
mod world;

use std::time::Duration;

use tp_frames::game;
use tp_game::{Game, PasswordCost, Serving};
use tp_net::server::{Limits, Server};
use tp_test_components::Client;

/// A test with a client of each version, each in a game of its own.
fn in_each_version(test: impl Fn(Client, Serving)) {
    for version in game::VERSIONS {
        // Shown if the test fails.
        println!("{version}");
        let game = Game::builder().password_cost(PasswordCost::LEAST).build();
        // Names are tried, and wrong passwords, by the dozen.
        let limits = Limits::default().login_delay(Duration::ZERO);
        let server = Server::builder().limits(limits).listen("127.0.0.1:0");
        let game = game.serve_by(server).unwrap();
        test(Client::login(game.local_addr(), *version, "guest"), game);
    }
}

/// Everything that the player sees.
fn everything(client: &mut Client) -> Vec<game::Object> {
    let list = client.ask(game::GetObjectIDs::default()).unwrap();
    assert_eq!(list.remaining.get(), Some(0));
    let ids = list.modtimes.iter().map(|id| id.id).collect();
    let objects = client.ask_all(game::GetObjectsByID { ids }).into_iter();
    objects.map(|object| object.unwrap()).collect()
}
