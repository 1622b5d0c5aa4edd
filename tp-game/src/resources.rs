//! What planets hold and ships carry.

use tp_net::model::Resource;

/// All resources.
pub(crate) const IDS: [u32; 3] = [METAL, FUEL, FOOD];
/// Ships are made of it.
pub(crate) const METAL: u32 = 1;
/// Ships fly with it.
pub(crate) const FUEL: u32 = 2;
/// People live on it.
pub(crate) const FOOD: u32 = 3;

pub(crate) fn resource(id: u32) -> Option<Resource> {
    let (name, names, unit, units, description, weight, size) = match id {
        METAL => (
            "metal",
            "metals",
            "ton",
            "tons",
            "What ships are made of.",
            10,
            1,
        ),
        FUEL => (
            "fuel",
            "fuels",
            "barrel",
            "barrels",
            "What ships fly with.",
            2,
            3,
        ),
        FOOD => (
            "food",
            "foods",
            "crate",
            "crates",
            "What people live on.",
            1,
            2,
        ),
        _ => return None,
    };
    Some(Resource {
        id,
        singularname: name.into(),
        pluralname: names.into(),
        singularunit: unit.into(),
        pluralunit: units.into(),
        description: description.into(),
        weight,
        size,
        modtime: 1,
    })
}
