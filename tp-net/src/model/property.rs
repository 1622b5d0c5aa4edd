//! Properties.

use std::sync::Arc;

use tp_frames::{TpString, tp03, tp04};

use super::Source;
use super::across::{Across, packet};

/// A property that designs have.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Property {
    /// Its id.
    pub id: u32,
    /// When it last changed.
    pub modtime: u64,
    /// The categories it belongs to; TP04 calls them `catlist`.
    pub categories: Vec<u32>,
    /// When it is calculated: lower ranks first.
    pub rank: u32,
    /// Its name in functions.
    pub name: TpString,
    /// Its name for people.
    pub displayname: TpString,
    /// What it is.
    pub description: TpString,
    /// The function that calculates and shows it, in the protocol's Scheme dialect.
    pub calculatefunc: TpString,
    /// The function that says whether a design may have this value.
    pub requirementfunc: TpString,
    /// The frame it came in.
    pub source: Source<tp03::Property, tp04::Property>,
}

packet!(Property:
    Tp03 tp03::Property {
        id = id, modtime = modtime, categories = categories, rank = rank, name = name,
        displayname = displayname, description = description, calculatefunc = calculatefunc,
        requirementfunc = requirementfunc,
    }
    Tp04 tp04::Property {
        id = id, modtime = modtime, catlist = categories, rank = rank, name = name,
        displayname = displayname, description = description, calculatefunc = calculatefunc,
        requirementfunc = requirementfunc,
    }
);
