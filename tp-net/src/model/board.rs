//! Boards.

use std::sync::Arc;

use tp_frames::{TpString, tp03, tp04};

use super::Source;
use super::across::{Across, packet};

/// A board that holds messages.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Board {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: TpString,
    /// What it is for.
    pub description: TpString,
    /// How many messages it holds.
    pub messages: u32,
    /// When it last changed.
    pub modtime: u64,
    /// The frame it came in.
    pub source: Source<tp03::Board, tp04::Board>,
}

packet!(Board:
    Tp03 tp03::Board {
        id = id, name = name, description = description, messages = messages, modtime = modtime,
    }
    Tp04 tp04::Board {
        id = id, name = name, description = description, messages = messages, modtime = modtime,
    }
);
