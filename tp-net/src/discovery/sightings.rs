//! What has been seen, and what of it has been told.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use flume::{Receiver, Sender, TrySendError};

use super::{Error, Event, GameId, Source};
use crate::model::Game;

/// Games that one browser knows at once; announcements of any more are passed over.
pub(super) const GAMES: usize = 4096;

/// What the threads that look write down, and the browser reads. It holds each game once, however
/// often it changes before anybody asks.
pub(super) struct Sightings {
    state: Mutex<State>,
    /// Holds at most one ring: something has changed.
    bell: Sender<()>,
}

#[derive(Default)]
struct State {
    games: HashMap<GameId, Sighting>,
    /// What is to be told, each game once.
    news: VecDeque<News>,
}

#[derive(Default)]
struct Sighting {
    game: Option<Box<Game>>,
    /// Whether the game was told of.
    told: bool,
    /// Whether it is in the news.
    new: bool,
}

enum News {
    Game(GameId),
    Failure(Source, Error),
}

impl Sightings {
    pub(super) fn new() -> (Self, Receiver<()>) {
        let (bell, rings) = flume::bounded(1);
        let state = Mutex::default();
        (Self { state, bell }, rings)
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
            .news
            .retain(|news| !matches!(news, News::Failure(of, _) if *of == source));
        state.news.push_back(News::Failure(source, error));
        self.ring();
    }

    /// What to tell next.
    pub(super) fn next(&self) -> Option<Event> {
        let mut state = self.state();
        while let Some(news) = state.news.pop_front() {
            let id = match news {
                News::Game(id) => id,
                News::Failure(source, error) => return Some(Event::Failed(source, error)),
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
            state.news.push_back(News::Game(id));
        }
        self.ring();
    }

    fn ring(&self) {
        match self.bell.try_send(()) {
            // It rings already, or nobody listens any more.
            Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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

    fn told(sightings: &Sightings) -> Vec<String> {
        std::iter::from_fn(|| sightings.next())
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
        let (sightings, rings) = Sightings::new();
        sightings.set(id("a"), game("1"));
        sightings.set(id("b"), game("1"));
        assert_eq!(rings.len(), 1);
        assert_eq!(told(&sightings), ["+a 1", "+b 1"]);
        sightings.set(id("a"), game("1"));
        assert_eq!(told(&sightings), [""; 0]);
        sightings.set(id("a"), game("2"));
        sightings.remove(id("b"));
        sightings.remove(id("c"));
        assert_eq!(told(&sightings), ["=a 2", "-b"]);
        sightings.set(id("b"), game("3"));
        assert_eq!(told(&sightings), ["+b 3"]);
    }

    #[test]
    fn what_nobody_asks_for_takes_no_memory() {
        let (sightings, _rings) = Sightings::new();
        for turn in 0..1000 {
            sightings.set(id("a"), game(&turn.to_string()));
            sightings.set(id("b"), game("1"));
            sightings.remove(id("b"));
        }
        assert_eq!(sightings.state().news.len(), 2);
        assert_eq!(told(&sightings), ["+a 999"]);
        for game_ in 0..2 * GAMES {
            sightings.set(id(&game_.to_string()), game("1"));
        }
        assert_eq!(told(&sightings).len(), GAMES - 1);
    }
}
