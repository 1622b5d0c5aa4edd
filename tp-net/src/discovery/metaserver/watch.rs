//! Looks at the list of a metaserver again and again.

use std::sync::Arc;
use std::time::Duration;

use flume::{RecvTimeoutError, Sender};

use super::super::game_registry::GameRegistry;
use super::super::{Error, GameId, Source};
use super::Metaserver;
use crate::model::Game;

/// Looks until dropped.
pub(crate) struct Watch {
    notifier: Sender<()>,
}

impl Watch {
    pub(crate) fn start(
        metaserver: Metaserver,
        period: Duration,
        registry: &Arc<GameRegistry>,
    ) -> Result<Self, Error> {
        let registry = Arc::clone(registry);
        let (notifier, notified) = flume::bounded(1);
        std::thread::Builder::new()
            .name("tp-metaserver".to_owned())
            .spawn(move || {
                let source = Source::Metaserver(Arc::clone(metaserver.url()));
                loop {
                    match metaserver.games() {
                        Ok(games) => {
                            let games = games.into_iter().map(|game| (id(&source, &game), game));
                            registry.replace(&source, games.collect());
                        }
                        Err(error) => registry.fail(source.clone(), error),
                    }
                    match notified.recv_timeout(period) {
                        Ok(()) | Err(RecvTimeoutError::Timeout) => {}
                        Err(RecvTimeoutError::Disconnected) => return,
                    }
                }
            })?;
        Ok(Self { notifier })
    }

    pub(crate) fn refresh(&self) {
        // An error means that it is notified already.
        let _ = self.notifier.try_send(());
    }
}

/// A metaserver tells games apart by their names.
fn id(source: &Source, game: &Game) -> GameId {
    // Every byte counts, also where it is no text.
    let name = [game.long_name(), &game.name].map(|name| format!("{name:?}"));
    GameId {
        source: source.clone(),
        name: Arc::new(name),
    }
}

#[cfg(test)]
mod tests {
    use tp_frames::TpString;

    use super::*;

    #[test]
    fn names_that_are_no_text_are_told_apart() {
        let id = |name: &[u8]| {
            let name = TpString::from_bytes(name.to_vec());
            let game = Game {
                name,
                ..Game::default()
            };
            id(&Source::Metaserver("http://127.0.0.1/".into()), &game)
        };
        let names: [&[u8]; 5] = [b"\xff", b"\xfe", "\u{fffd}".as_bytes(), b"a", b"a\0"];
        for (index, name) in names.iter().enumerate() {
            for other in &names[..index] {
                assert_ne!(id(name), id(other), "{name:?} and {other:?}");
            }
            assert_eq!(id(name), id(name));
        }
    }
}
