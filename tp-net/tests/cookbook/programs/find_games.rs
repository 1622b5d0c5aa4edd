use std::time::Duration;

use tp_net::discovery::{Browser, Error, Event};
use tp_net::transport::Url;

/// Looks on the local network, and asks a metaserver.
pub fn find_games(metaserver: &str) -> Result<Vec<Url>, Error> {
    let browser = Browser::builder().zeroconf().metaserver(metaserver);
    let mut browser = browser.start()?;
    let mut best = Vec::new();
    while let Some(event) = browser.wait(Duration::from_secs(2)) {
        match event {
            Event::Found(_, game) => best.extend(Url::of_game(&game).into_iter().next()),
            Event::Failed(place, error) => eprintln!("{place}: {error}"),
            _ => {}
        }
    }
    Ok(best)
}
