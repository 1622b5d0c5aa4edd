//! Designs.

use std::sync::Arc;

use tp_frames::{Semi32, TpString, tp03, tp04};

use super::Source;
use super::across::{Across, packet, record};

/// A design: components put together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Design {
    /// Its id; nothing in a request for a new one.
    pub id: Option<u32>,
    /// When it last changed.
    pub modtime: u64,
    /// The categories it belongs to; TP04 calls them `catlist`.
    pub categories: Vec<u32>,
    /// Its name.
    pub name: TpString,
    /// What it is.
    pub description: TpString,
    /// How many exist, nothing if it cannot be built; TP04 calls it `inuse`.
    pub usage: Option<u32>,
    /// Who made it, if that is known.
    pub owner: Option<u32>,
    /// What it is made of.
    pub components: Vec<DesignComponent>,
    /// What the server says to the player about it, such as why it cannot be built.
    pub feedback: TpString,
    /// What the server calculated for it.
    pub properties: Vec<DesignProperty>,
    /// The frame it came in.
    pub source: Source<tp03::Design, tp04::Design>,
}

/// Some components of one type in a design.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct DesignComponent {
    /// The component's id.
    pub id: u32,
    /// How many.
    pub number: u32,
}

/// A property of a design.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DesignProperty {
    /// The property's id.
    pub id: u32,
    /// Its value, to be shown.
    pub value: TpString,
}

record!(DesignComponent:
    tp03::DesignComponent { componentid = id, componentnum = number }
    tp04::DesignComponent { componentid = id, compquant = number }
);

record!(DesignProperty:
    tp03::DesignProperty { id = id, value = value }
    tp04::DesignProperty { propertyid = id, displaystring = value }
);

/// TP03 writes the id unsigned, and "a new one" as all bits set all the same.
impl Across<Option<u32>> for u32 {
    fn across(self) -> Option<u32> {
        Semi32::from_bits(self).get()
    }
}

impl Across<u32> for Option<u32> {
    fn across(self) -> u32 {
        Semi32::from(self).to_bits()
    }
}

packet!(Design:
    Tp03 tp03::Design {
        id = id, modtime = modtime, categories = categories, name = name,
        description = description, usage = usage, owner = owner, components = components,
        feedback = feedback, properties = properties,
    }
    Tp04 tp04::Design {
        id = id, modtime = modtime, catlist = categories, name = name,
        description = description, inuse = usage, owner = owner, components = components,
        feedback = feedback, properties = properties,
    }
);
