//! Clients whose connection is cut and that connect again.

mod bounds;
mod everywhere;
mod fates;
mod game;
mod model;
mod network;

use std::time::Duration;

use tp_net::client::Client;
use tp_net::{Options, Reconnect};

use model::Model;
use network::{Cut, Fate, Network};

/// Pauses without chance: 1, 2, 4, 8, 10, 10 … seconds.
fn steady() -> Reconnect {
    Reconnect::default()
        .jitter(0.0)
        .longest_delay(Duration::from_secs(10))
}

fn options(how: Reconnect) -> Options {
    Options::default().reconnect(how)
}

/// A connection whose server hangs up when so many bytes came from it.
fn cut_down(down: usize) -> Fate {
    Fate::Cut(Cut {
        up: usize::MAX / 4,
        lost: 0,
        down,
        reset: false,
    })
}

/// A client that has logged in at the model, over a network with these fates.
async fn playing(model: &Model, fates: &[Fate], how: Reconnect) -> (Client, Network) {
    let serving = model.clone();
    let network = Network::new(fates.to_vec(), move |_, stream| {
        serving.serve(stream);
    });
    let client = Client::connect_with("game.example", options(how), network.clone());
    let client = client.await.unwrap();
    client.login("ada", "s3cret").await.unwrap();
    (client, network)
}
