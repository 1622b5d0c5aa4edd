//! The games that have been seen, and which events about them are pending.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use flume::{Receiver, Sender};

use super::{Error, Event, GameId, Source};
use crate::lock::lock;
use crate::model::Game;

/// Games that one browser knows at once; announcements of any more are passed over.
pub(super) const GAMES: usize = 4096;

/// What the threads that look write down, and the browser reads. It holds each game once, however
/// often it changes before anybody asks.
pub(super) struct GameRegistry {
    state: Mutex<State>,
    /// Holds at most one notification: something has changed.
    notifier: Sender<()>,
}

#[derive(Default)]
struct State {
    games: HashMap<GameId, KnownGame>,
    /// What is to be told, each game once.
    pending: VecDeque<PendingEvent>,
}

#[derive(Default)]
struct KnownGame {
    game: Option<Box<Game>>,
    /// Whether the game was told of.
    told: bool,
    /// Whether it is pending.
    new: bool,
}

enum PendingEvent {
    Game(GameId),
    Failure(Source, Error),
}

impl GameRegistry {
    pub(super) fn new() -> (Self, Receiver<()>) {
        let (notifier, notified) = flume::bounded(1);
        let state = Mutex::default();
        (Self { state, notifier }, notified)
    }

    /// A game is there.
    pub(super) fn set(&self, id: GameId, game: Game) {
        let mut state = self.state();
        if state.games.len() >= GAMES && !state.games.contains_key(&id) {
            tracing::debug!(?id, "passed over, too many games");
            return;
        }
        let seen = state.games.entry(id.clone()).or_default();
        if seen.game.as_deref() != Some(&game) {
            seen.game = Some(Box::new(game));
            self.tell(&mut state, id);
        }
    }

    /// A game is gone.
    pub(super) fn remove(&self, id: GameId) {
        let mut state = self.state();
        if let Some(seen) = state.games.get_mut(&id) {
            seen.game = None;
            self.tell(&mut state, id);
        }
    }

    /// These are all games of a source.
    #[cfg(feature = "metaserver")]
    pub(super) fn replace(&self, source: &Source, games: HashMap<GameId, Game>) {
        let gone: Vec<GameId> = {
            let state = self.state();
            let here = state.games.keys().filter(|id| id.source == *source);
            here.filter(|id| !games.contains_key(*id))
                .cloned()
                .collect()
        };
        for id in gone {
            self.remove(id);
        }
        for (id, game) in games {
            self.set(id, game);
        }
    }

    /// A source cannot be looked at.
    pub(super) fn fail(&self, source: Source, error: Error) {
        let mut state = self.state();
        // The last word of a source is enough.
        state
            .pending
            .retain(|event| !matches!(event, PendingEvent::Failure(of, _) if *of == source));
        state
            .pending
            .push_back(PendingEvent::Failure(source, error));
        self.notify();
    }

    /// What to tell next.
    pub(super) fn next(&self) -> Option<Event> {
        let mut state = self.state();
        while let Some(event) = state.pending.pop_front() {
            let id = match event {
                PendingEvent::Game(id) => id,
                PendingEvent::Failure(source, error) => return Some(Event::Failed(source, error)),
            };
            let Some(seen) = state.games.get_mut(&id) else {
                continue;
            };
            seen.new = false;
            let told = seen.told;
            match seen.game.clone() {
                Some(game) => {
                    seen.told = true;
                    return Some(if told {
                        Event::Updated(id, game)
                    } else {
                        Event::Found(id, game)
                    });
                }
                None => {
                    state.games.remove(&id);
                    if told {
                        return Some(Event::Gone(id));
                    }
                }
            }
        }
        None
    }

    fn tell(&self, state: &mut State, id: GameId) {
        if let Some(seen) = state.games.get_mut(&id)
            && !seen.new
        {
            seen.new = true;
            state.pending.push_back(PendingEvent::Game(id));
        }
        self.notify();
    }

    fn notify(&self) {
        // An error means that it is notified already, or nobody listens any more.
        let _ = self.notifier.try_send(());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn id(name: &str) -> GameId {
        GameId {
            source: Source::Zeroconf,
            name: Arc::new([name.to_owned(), String::new()]),
        }
    }

    fn game(rule: &str) -> Game {
        Game {
            rule: rule.into(),
            ..Game::default()
        }
    }

    fn told(registry: &GameRegistry) -> Vec<String> {
        std::iter::from_fn(|| registry.next())
            .map(|event| match event {
                Event::Found(id, game) => format!("+{} {}", id.name[0], game.rule),
                Event::Updated(id, game) => format!("={} {}", id.name[0], game.rule),
                Event::Gone(id) => format!("-{}", id.name[0]),
                Event::Failed(source, error) => format!("!{source} {error}"),
            })
            .collect()
    }

    #[test]
    fn each_change_is_told_once() {
        let (registry, notified) = GameRegistry::new();
        registry.set(id("a"), game("1"));
        registry.set(id("b"), game("1"));
        assert_eq!(notified.len(), 1);
        assert_eq!(told(&registry), ["+a 1", "+b 1"]);
        registry.set(id("a"), game("1"));
        assert_eq!(told(&registry), [""; 0]);
        registry.set(id("a"), game("2"));
        registry.remove(id("b"));
        registry.remove(id("c"));
        assert_eq!(told(&registry), ["=a 2", "-b"]);
        registry.set(id("b"), game("3"));
        assert_eq!(told(&registry), ["+b 3"]);
    }

    #[test]
    fn what_nobody_asks_for_takes_no_memory() {
        let (registry, _notified) = GameRegistry::new();
        for turn in 0..1000 {
            registry.set(id("a"), game(&turn.to_string()));
            registry.set(id("b"), game("1"));
            registry.remove(id("b"));
        }
        assert_eq!(registry.state().pending.len(), 2);
        assert_eq!(told(&registry), ["+a 999"]);
        for game_ in 0..2 * GAMES {
            registry.set(id(&game_.to_string()), game("1"));
        }
        assert_eq!(told(&registry).len(), GAMES - 1);
    }
}
