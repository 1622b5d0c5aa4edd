use tp_net::discovery::Error;
use tp_net::discovery::metaserver::{Key, Metaserver, Publisher};
use tp_net::model::Game;
use tp_net::server::Server;

/// Keeps a game registered until the publisher is dropped.
pub fn announce_game(server: &Server, metaserver: &str) -> Result<Publisher, Error> {
    let game = Game {
        name: "friday".into(),
        tp: vec!["0.3".into(), "0.4".into()],
        rule: "my rules".into(),
        connections: server.connections().to_vec(),
        ..Game::default()
    };
    let metaserver = Metaserver::new(metaserver)?;
    Publisher::builder(metaserver, Key::random()?).start(game)
}
