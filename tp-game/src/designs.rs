//! Designs of ships, with properties calculated from their components.

use std::collections::BTreeSet;

use tp_frames::reference;
use tp_net::model::{Design, DesignComponent, DesignProperty, FailReference, Refusal};

use crate::categories;
use crate::components::{self, CARGO_BAY, ENGINE, LARGE_HULL, LASER, SENSOR, SMALL_HULL};
use crate::limits::{self, Holder};
use crate::properties::{self, Values};
use crate::world::{World, free_id};

pub(crate) const SCOUT: u32 = 1;
pub(crate) const FREIGHTER: u32 = 2;
pub(crate) const FRIGATE: u32 = 3;

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
        put(world, id, judged(design));
    }
}

fn put(world: &mut World, id: u32, design: Design) {
    let owner = design.owner.get();
    if let Some(player) = owner {
        let cost = limits::cost_of_design(&design);
        world.stored.add(Holder::Player(player), cost);
    }
    categories::count(world, &design.catlist, true);
    world.designs_of.entry(owner).or_default().insert(id);
    world.designs.insert(id, design);
}

/// Takes a design away.
fn take(world: &mut World, id: u32) {
    let Some(design) = world.designs.remove(&id) else {
        return;
    };
    let owner = design.owner.get();
    if let Some(player) = owner {
        let cost = limits::cost_of_design(&design);
        world.stored.remove(Holder::Player(player), cost);
    }
    categories::count(world, &design.catlist, false);
    if let Some(own) = world.designs_of.get_mut(&owner) {
        own.remove(&id);
    }
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

/// The design, and whether it can be built.
fn judged(design: Design) -> Design {
    let hulls = values(&design.components).get(&properties::HULLS).copied();
    Design {
        inuse: (hulls == Some(1))
            .then_some(design.inuse.get().unwrap_or_default())
            .into(),
        ..design
    }
}

/// The design with what follows from its components: its properties, and what the player should
/// know.
fn shown(design: &Design) -> Design {
    let values = values(&design.components);
    let hulls = values.get(&properties::HULLS).copied().unwrap_or_default();
    let feedback = match hulls {
        0 => "A ship needs a hull.",
        1 => "",
        _ => "A ship has one hull.",
    };
    let properties = values.iter().map(|(id, value)| DesignProperty {
        propertyid: *id,
        displaystring: value.to_string().into(),
    });
    Design {
        feedback: feedback.into(),
        properties: properties.collect(),
        ..design.clone()
    }
}

/// What is stored of a design that a player sends, with each category and component named once; or
/// what is wrong with it.
fn checked(world: &World, player: u32, design: &Design) -> Result<Design, Refusal> {
    if design.name.is_empty() {
        return Err(Refusal::frame("a design needs a name"));
    }
    let what = "the name of a design";
    limits::fits(what, design.name.len(), limits::NAME, "bytes")?;
    let (what, length) = ("the description of a design", design.description.len());
    limits::fits(what, length, limits::DESCRIPTION, "bytes")?;
    let (number, most) = (design.catlist.len(), limits::DESIGN_CATEGORIES);
    limits::fits("a design", number, most, "categories")?;
    let (number, most) = (design.components.len(), limits::DESIGN_COMPONENTS);
    limits::fits("a design", number, most, "entries of components")?;

    let mut checked = Design {
        id: design.id,
        name: design.name.clone(),
        description: design.description.clone(),
        owner: player.into(),
        ..Design::default()
    };
    for category in &design.catlist {
        if !world.categories.contains_key(category) {
            let about = FailReference::new(reference::CATEGORY, *category);
            return Err(Refusal::no_such_thing("there is no such category").about(about));
        }
        if !checked.catlist.contains(category) {
            checked.catlist.push(*category);
        }
    }
    for part in &design.components {
        let about = FailReference::new(reference::COMPONENT, part.componentid);
        if components::adds(part.componentid).is_none() {
            return Err(Refusal::no_such_thing("there is no such component").about(about));
        }
        let mut before = checked.components.iter_mut();
        let sum = match before.find(|it| it.componentid == part.componentid) {
            Some(same) => {
                same.compquant = same.compquant.saturating_add(part.compquant);
                same.compquant
            }
            None => {
                checked.components.push(*part);
                part.compquant
            }
        };
        if sum > limits::COMPONENT_AMOUNT {
            let most = limits::COMPONENT_AMOUNT;
            let text = format!("a design has at most {most} of a component");
            return Err(Refusal::unavailable_permanently(text).about(about));
        }
    }
    checked.catlist.shrink_to_fit();
    checked.components.shrink_to_fit();
    Ok(judged(checked))
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

fn seen(world: &World, player: u32, id: u32) -> Result<&Design, Refusal> {
    world
        .designs
        .get(&id)
        .filter(|design| sees(design, player))
        .ok_or_else(|| no_design(id))
}

/// A design as a player is shown it.
pub(crate) fn design(world: &World, player: u32, id: u32) -> Result<Design, Refusal> {
    seen(world, player, id).map(shown)
}

/// Whether a player can build ships of a design.
pub(crate) fn can_build(world: &World, player: u32, id: u32) -> bool {
    let design = seen(world, player, id);
    design.is_ok_and(|design| !design.inuse.is_none())
}

pub(crate) fn add(world: &mut World, player: u32, design: Design) -> Result<Design, Refusal> {
    let design = checked(world, player, &design)?;
    let own = world.designs_of.get(&Some(player));
    let own = own.map_or(0, BTreeSet::len);
    limits::one_more("a player", own, limits::DESIGNS, "designs")?;
    let cost = limits::cost_of_design(&design);
    world.stored.check(Holder::Player(player), cost)?;

    let id = free_id(&world.designs, &world.gone.designs);
    let design = Design {
        id: id.into(),
        modtime: world.clock.tick(),
        ..design
    };
    let reply = shown(&design);
    put(world, id, design);
    Ok(reply)
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
    let before = limits::cost_of_design(own(world, player, id)?);
    let design = checked(world, player, &design)?;
    let more = limits::cost_of_design(&design).saturating_sub(before);
    if more > 0 {
        world.stored.check(Holder::Player(player), more)?;
    }

    let design = Design {
        modtime: world.clock.tick(),
        ..design
    };
    let reply = shown(&design);
    take(world, id);
    put(world, id, design);
    Ok(reply)
}

pub(crate) fn remove(world: &mut World, player: u32, id: u32) -> Result<(), Refusal> {
    own(world, player, id)?;
    take(world, id);
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
