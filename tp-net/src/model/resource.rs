//! Resources.

use std::sync::Arc;

use tp_frames::{TpString, tp03, tp04};

use super::Source;
use super::across::{Across, packet};

/// A kind of resource.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Resource {
    /// Its id.
    pub id: u32,
    /// Its name, of one.
    pub singularname: TpString,
    /// Its name, of several.
    pub pluralname: TpString,
    /// What it is counted in, of one; TP03 calls it `singularunitname`.
    pub singularunit: TpString,
    /// What it is counted in, of several; TP03 calls it `pluralunitname`.
    pub pluralunit: TpString,
    /// What it is.
    pub description: TpString,
    /// Weight of one unit, 0 if that does not apply.
    pub weight: u32,
    /// Size of one unit, 0 if that does not apply.
    pub size: u32,
    /// When it last changed.
    pub modtime: u64,
    /// The frame it came in.
    pub source: Source<tp03::Resource, tp04::Resource>,
}

packet!(Resource:
    Tp03 tp03::Resource {
        id = id, singularname = singularname, pluralname = pluralname,
        singularunitname = singularunit, pluralunitname = pluralunit,
        description = description, weight = weight, size = size, modtime = modtime,
    }
    Tp04 tp04::Resource {
        id = id, singularname = singularname, pluralname = pluralname,
        singularunit = singularunit, pluralunit = pluralunit,
        description = description, weight = weight, size = size, modtime = modtime,
    }
);
