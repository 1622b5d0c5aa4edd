//! Categories.

use std::sync::Arc;

use tp_frames::{TpString, tp03, tp04};

use super::Source;
use super::across::{Across, packet};

/// A category of designs, components and properties.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Category {
    /// Its id; nothing in a request for a new one.
    pub id: Option<u32>,
    /// When it last changed.
    pub modtime: u64,
    /// Its name.
    pub name: TpString,
    /// What belongs to it.
    pub description: TpString,
    /// The frame it came in.
    pub source: Source<tp03::Category, tp04::Category>,
}

packet!(Category:
    Tp03 tp03::Category { id = id, modtime = modtime, name = name, description = description }
    Tp04 tp04::Category { id = id, modtime = modtime, name = name, description = description }
);
