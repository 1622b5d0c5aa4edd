use std::time::Duration;

use tp_net::discovery::{Browser, Error, Event};
use tp_net::transport::Url;

/// Where the first game is that a metaserver knows: tell this to a client.
pub fn find_game(metaserver: &str) -> Result<Option<Url>, Error> {
    let mut browser = Browser::builder().metaserver(metaserver).start()?;
    while let Some(event) = browser.wait(Duration::from_secs(30)) {
        match event {
            Event::Found(_, game) => return Ok(Url::of_game(&game).into_iter().next()),
            Event::Failed(place, error) => eprintln!("{place}: {error}"),
            _ => {} // games change and go
        }
    }
    Ok(None)
}
