use std::time::Duration;

use tp_game::Game;
use tp_net::server::Server;
use tp_net::{Error, Options, Versions, client::Client, game};

async fn bot(client: &Client) -> Result<(), Error> {
    client.login("guest", "guest").await?;
    client.finish_turn().await?;
    client.wait_for_turn(Duration::from_secs(3600)).await?;
    Ok(())
}

/// With the clock paused, an hour is over at once.
#[tokio::test(start_paused = true)]
async fn the_bot_plays_a_turn_in_each_version() -> Result<(), Box<dyn std::error::Error>> {
    for version in game::VERSIONS {
        let game = Game::new(7);
        let server = Server::builder().start_in_memory(game.clone()).await?;
        let options = Options::default().versions(Versions::only(*version));
        let client = Client::connect_with("tp://game", options, server.connector()).await?;
        bot(&client).await?;
        assert_eq!(game.turn(), 2);
    }
    Ok(())
}
