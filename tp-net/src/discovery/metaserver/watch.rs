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
    let name = [game.long_name(), &game.name].map(|name| name.to_str_lossy().into_owned());
    GameId {
        source: source.clone(),
        name: Arc::new(name),
    }
}
