//! Designs of ships, with properties calculated from their components.

use std::collections::BTreeSet;

use tp_frames::{Semi32, reference};
use tp_net::model::{Design, DesignComponent, DesignProperty, FailReference, Refusal};

use crate::categories;
use crate::components::{self, CARGO_BAY, ENGINE, LARGE_HULL, LASER, SENSOR, SMALL_HULL};
use crate::properties::{self, Values};
use crate::world::{World, free_id};

pub(crate) const SCOUT: u32 = 1;
pub(crate) const FREIGHTER: u32 = 2;
pub(crate) const FRIGATE: u32 = 3;

/// Most components of one type in a design.
const MOST: u32 = 100;
/// Most designs of one player.
const MOST_DESIGNS: usize = 100;

pub(crate) fn create(world: &mut World) {
    let scout = [(SMALL_HULL, 1), (ENGINE, 2), (SENSOR, 1)];
    let freighter = [(LARGE_HULL, 1), (ENGINE, 4), (CARGO_BAY, 10)];
    let frigate = [(SMALL_HULL, 1), (ENGINE, 2), (LASER, 3)];
    for (id, name, description, parts) in [
        (SCOUT, "Scout", "Sees far.", scout),
        (FREIGHTER, "Freighter", "Carries much.", freighter),
        (FRIGATE, "Frigate", "Shoots.", frigate),
    ] {
        let empty = Design {
            id: id.into(),
            modtime: world.clock.tick(),
            description: description.into(),
            ..Design::new(name).category(categories::SHIPS)
        };
        let parts = parts.into_iter();
        let design = parts.fold(empty, |design, (part, number)| {
            design.component(part, number)
        });
        put(world, id, calculated(design));
    }
}

fn put(world: &mut World, id: u32, design: Design) {
    let owner = design.owner.get();
    world.designs_of.entry(owner).or_default().insert(id);
    world.designs.insert(id, design);
}

/// What a design of these components has of each property.
pub(crate) fn values(components: &[DesignComponent]) -> Values {
    let mut values = Values::new();
    for part in components {
        for (property, amount) in components::adds(part.componentid).unwrap_or_default() {
            let sum = values.entry(*property).or_default();
            *sum = sum.saturating_add(amount.saturating_mul(part.compquant.into()));
        }
    }
    properties::complete(&mut values);
    values
}

/// What a design has of one property.
pub(crate) fn value(world: &World, design: u32, property: u32) -> u64 {
    let design = world.designs.get(&design);
    let values = design
        .map(|design| values(&design.components))
        .unwrap_or_default();
    values.get(&property).copied().unwrap_or_default()
}

/// The design with its properties, whether it can be built, and what the player should know.
fn calculated(design: Design) -> Design {
    let values = values(&design.components);
    let hulls = values.get(&properties::HULLS).copied().unwrap_or_default();
    let feedback = match hulls {
        0 => "A ship needs a hull.",
        1 => "",
        _ => "A ship has one hull.",
    };
    let shown = values.iter().map(|(id, value)| DesignProperty {
        propertyid: *id,
        displaystring: value.to_string().into(),
    });
    Design {
        inuse: (hulls == 1)
            .then_some(design.inuse.get().unwrap_or_default())
            .into(),
        feedback: feedback.into(),
        properties: shown.collect(),
        ..design
    }
}

fn check(world: &World, design: &Design) -> Result<(), Refusal> {
    if design.name.is_empty() {
        return Err(Refusal::frame("a design needs a name"));
    }
    for category in &design.catlist {
        if !world.categories.contains_key(category) {
            let about = FailReference::new(reference::CATEGORY, *category);
            return Err(Refusal::no_such_thing("there is no such category").about(about));
        }
    }
    for part in &design.components {
        let about = FailReference::new(reference::COMPONENT, part.componentid);
        if components::adds(part.componentid).is_none() {
            return Err(Refusal::no_such_thing("there is no such component").about(about));
        }
        if part.compquant > MOST {
            let text = format!("a design has at most {MOST} of a component");
            return Err(Refusal::unavailable_permanently(text).about(about));
        }
    }
    Ok(())
}

/// The designs that a player sees, the game's own first.
pub(crate) fn all_seen(world: &World, player: u32) -> impl Iterator<Item = (u32, &Design)> {
    let owners = [None, Some(player)].into_iter();
    let ids = owners.filter_map(|owner| world.designs_of.get(&owner));
    let ids = ids.flatten().copied();
    ids.filter_map(|id| Some((id, world.designs.get(&id)?)))
}

/// Whether a player may see a design: the game's own, and the player's.
fn sees(design: &Design, player: u32) -> bool {
    design.owner.get().is_none_or(|owner| owner == player)
}

fn no_design(id: u32) -> Refusal {
    let about = FailReference::new(reference::DESIGN, id);
    Refusal::no_such_thing("there is no such design").about(about)
}

pub(crate) fn seen(world: &World, player: u32, id: u32) -> Result<&Design, Refusal> {
    world
        .designs
        .get(&id)
        .filter(|design| sees(design, player))
        .ok_or_else(|| no_design(id))
}

pub(crate) fn add(world: &mut World, player: u32, design: Design) -> Result<Design, Refusal> {
    check(world, &design)?;
    let own = world.designs_of.get(&Some(player));
    if own.map_or(0, BTreeSet::len) >= MOST_DESIGNS {
        let text = format!("a player has at most {MOST_DESIGNS} designs");
        return Err(Refusal::unavailable_permanently(text));
    }
    let id = free_id(&world.designs, &world.gone.designs);
    let design = calculated(Design {
        id: id.into(),
        modtime: world.clock.tick(),
        inuse: Semi32::NONE,
        owner: player.into(),
        ..design
    });
    put(world, id, design.clone());
    Ok(design)
}

/// The player's own design that may be changed: one of which no ship was built.
fn own(world: &World, player: u32, id: u32) -> Result<&Design, Refusal> {
    let design = seen(world, player, id)?;
    let about = FailReference::new(reference::DESIGN, id);
    if design.owner != player.into() {
        return Err(Refusal::permission_denied("this design is not yours").about(about));
    }
    if design.inuse.get().is_some_and(|ships| ships > 0) {
        return Err(Refusal::unavailable_temporarily("ships were built of it").about(about));
    }
    Ok(design)
}

pub(crate) fn modify(world: &mut World, player: u32, design: Design) -> Result<Design, Refusal> {
    let Some(id) = design.id.get() else {
        return Err(Refusal::no_such_thing("which design?"));
    };
    own(world, player, id)?;
    check(world, &design)?;
    let design = calculated(Design {
        modtime: world.clock.tick(),
        inuse: Semi32::NONE,
        owner: player.into(),
        ..design
    });
    world.designs.insert(id, design.clone());
    Ok(design)
}

pub(crate) fn remove(world: &mut World, player: u32, id: u32) -> Result<(), Refusal> {
    own(world, player, id)?;
    world.designs.remove(&id);
    if let Some(own) = world.designs_of.get_mut(&Some(player)) {
        own.remove(&id);
    }
    let modtime = world.clock.tick();
    world.gone.designs.add(id, modtime);
    Ok(())
}

/// Ships of a design were built.
pub(crate) fn built(world: &mut World, id: u32, number: u32) {
    let modtime = world.clock.tick();
    if let Some(design) = world.designs.get_mut(&id) {
        let inuse = design.inuse.get();
        design.inuse = inuse.map(|ships| ships.saturating_add(number)).into();
        design.modtime = modtime;
    }
}
