//! Components.

use std::sync::Arc;

use tp_frames::{TpString, tp03, tp04};

use super::Source;
use super::across::{Across, packet, record};

/// A component that designs are made of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Component {
    /// Its id.
    pub id: u32,
    /// When it last changed.
    pub modtime: u64,
    /// The categories it belongs to; TP04 calls them `catlist`.
    pub categories: Vec<u32>,
    /// Its name.
    pub name: TpString,
    /// What it is.
    pub description: TpString,
    /// The function that says whether a design may have it, in the protocol's Scheme dialect.
    pub requirements: TpString,
    /// What it adds to the design's properties.
    pub properties: Vec<ComponentProperty>,
    /// The frame it came in.
    pub source: Source<tp03::Component, tp04::Component>,
}

/// What a component adds to one property.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ComponentProperty {
    /// The property's id.
    pub id: u32,
    /// The function that says how much, in the protocol's Scheme dialect.
    pub valuefunc: TpString,
}

record!(ComponentProperty:
    tp03::ComponentProperty { id = id, valuefunc = valuefunc }
    tp04::ComponentProperty { propertyid = id, valuefunc = valuefunc }
);

packet!(Component:
    Tp03 tp03::Component {
        id = id, modtime = modtime, categories = categories, name = name,
        description = description, requirements = requirements, properties = properties,
    }
    Tp04 tp04::Component {
        id = id, modtime = modtime, catlist = categories, name = name,
        description = description, requirements = requirements, properties = properties,
    }
);
