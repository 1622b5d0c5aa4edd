//! What a browser tells.

use std::fmt;
use std::sync::Arc;

use super::Error;
use crate::model::Game;

/// Something about the games that can be reached has changed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event {
    /// A game is new.
    Found(GameId, Box<Game>),
    /// Something about a game is new: its turn, or a way to reach it.
    Updated(GameId, Box<Game>),
    /// A game is no longer announced.
    Gone(GameId),
    /// A place could not be looked at. It is looked at again later; games that were found there
    /// stay.
    Failed(Source, Error),
}

/// Which game an event is about. A game that is announced in two places is told of twice.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GameId {
    pub(super) source: Source,
    /// What names the game at this source.
    pub(super) name: Arc<[String; 2]>,
}

impl GameId {
    /// Where it was found.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }
}

/// Where games are found.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Source {
    /// The local network.
    Zeroconf,
    /// A metaserver.
    Metaserver(
        /// Its URL.
        Arc<str>,
    ),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zeroconf => f.write_str("the local network"),
            Self::Metaserver(url) => f.write_str(url),
        }
    }
}
