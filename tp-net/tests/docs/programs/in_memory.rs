use tp_game::Game;
use tp_net::server::Server;
use tp_net::{Options, Versions, client::Client, game};

/// A test of `play`, with `#[tokio::test(start_paused = true)]`: in each version, without a socket, and
/// what waits for an hour is over at once.
pub async fn in_memory<F>(play: impl Fn(Client) -> F) -> Result<(), Box<dyn std::error::Error>>
where
    F: Future<Output = Result<(), tp_net::Error>>,
{
    for version in game::VERSIONS {
        let game = Game::new(7);
        let server = Server::builder().start_in_memory(game.clone()).await?;
        let options = Options::default().versions(Versions::only(*version));
        let client = Client::connect_with("tp://game", options, server.connector()).await?;
        play(client).await?;
        assert_eq!(game.turn(), 2);
    }
    Ok(())
}
