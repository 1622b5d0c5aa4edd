//! Messages.

use std::sync::Arc;

use tp_frames::{TpString, tp03, tp04};

use super::across::{Across, packet};
use super::{Reference, Source};

/// A message on a board.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Message {
    /// The board's id.
    pub id: u32,
    /// Its place on the board; nothing to append it.
    pub slot: Option<u32>,
    /// Its types, which no known server uses.
    pub msgtypelist: Vec<u32>,
    /// Its heading.
    pub subject: TpString,
    /// Its text.
    pub body: TpString,
    /// The turn it was written in.
    pub turn: u32,
    /// What it is about, in this order.
    pub references: Vec<Reference>,
    /// The frame it came in.
    pub source: Source<tp03::Message, tp04::Message>,
}

packet!(Message:
    Tp03 tp03::Message {
        id = id, slot = slot, msgtypelist = msgtypelist, subject = subject, body = body,
        turn = turn, references = references,
    }
    Tp04 tp04::Message {
        id = id, slot = slot, msgtypelist = msgtypelist, subject = subject, body = body,
        turn = turn, references = references,
    }
);
