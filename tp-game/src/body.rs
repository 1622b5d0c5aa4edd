//! Objects: the universe, and what is in it.

use std::collections::{BTreeMap, BTreeSet};

use tp_frames::TpString;
use tp_net::model::Vector;

/// An object.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Body {
    pub(crate) id: u32,
    pub(crate) name: TpString,
    pub(crate) parent: u32,
    pub(crate) contains: BTreeSet<u32>,
    pub(crate) position: Vector,
    pub(crate) size: u64,
    /// When it last changed for everybody.
    pub(crate) modtime: u64,
    /// When it last changed for its owner.
    pub(crate) owner_modtime: u64,
    pub(crate) kind: Kind,
}

/// What an object is.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) enum Kind {
    Universe,
    Galaxy,
    StarSystem,
    Planet(Planet),
    Fleet(Fleet),
    /// Leads to another wormhole.
    Wormhole(u32),
}

#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Planet {
    pub(crate) owner: Option<u32>,
    /// Place among the planets of its system.
    pub(crate) orbit: i32,
    pub(crate) population: u32,
    pub(crate) stock: BTreeMap<u32, Stock>,
    pub(crate) queue: u32,
}

/// How much of a resource a planet has.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Stock {
    pub(crate) stored: u32,
    pub(crate) minable: u32,
    pub(crate) unavailable: u32,
}

#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Fleet {
    pub(crate) owner: Option<u32>,
    /// How many of which design.
    pub(crate) ships: BTreeMap<u32, u32>,
    pub(crate) damage: u32,
    pub(crate) velocity: Vector,
    pub(crate) acceleration: Vector,
    /// In percent of what its ships can do.
    pub(crate) throttle: u32,
    pub(crate) cargo: BTreeMap<u32, u32>,
    pub(crate) queue: u32,
}

impl Kind {
    pub(crate) fn owner(&self) -> Option<u32> {
        match self {
            Self::Planet(planet) => planet.owner,
            Self::Fleet(fleet) => fleet.owner,
            _ => None,
        }
    }

    pub(crate) fn queue(&self) -> Option<u32> {
        match self {
            Self::Planet(planet) => Some(planet.queue),
            Self::Fleet(fleet) => Some(fleet.queue),
            _ => None,
        }
    }
}

impl Body {
    pub(crate) fn planet(&self) -> Option<&Planet> {
        match &self.kind {
            Kind::Planet(planet) => Some(planet),
            _ => None,
        }
    }

    pub(crate) fn planet_mut(&mut self) -> Option<&mut Planet> {
        match &mut self.kind {
            Kind::Planet(planet) => Some(planet),
            _ => None,
        }
    }

    pub(crate) fn fleet(&self) -> Option<&Fleet> {
        match &self.kind {
            Kind::Fleet(fleet) => Some(fleet),
            _ => None,
        }
    }

    pub(crate) fn fleet_mut(&mut self) -> Option<&mut Fleet> {
        match &mut self.kind {
            Kind::Fleet(fleet) => Some(fleet),
            _ => None,
        }
    }
}
