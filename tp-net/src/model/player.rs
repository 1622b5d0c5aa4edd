//! Players.

use std::sync::Arc;

use tp_frames::{TpString, tp03, tp04};

use super::Source;
use super::across::{Across, packet};

/// A player.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Player {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: TpString,
    /// The race it plays.
    pub race: TpString,
    /// When it last changed. The descriptions do not have it, some servers send it, and some
    /// clients cannot bear it: a server leaves it out.
    pub modtime: Option<u64>,
    /// The frame it came in.
    pub source: Source<tp03::Player, tp04::Player>,
}

packet!(Player:
    Tp03 tp03::Player { id = id, name = name, race = race, modtime = modtime }
    Tp04 tp04::Player { id = id, name = name, race = race, modtime = modtime }
);
