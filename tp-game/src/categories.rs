//! Categories of designs, components and properties.

use tp_frames::reference;
use tp_net::model::{self, FailReference, Refusal};

use crate::limits::{self, Holder};
use crate::world::{Category, World, free_id};

pub(crate) const SHIPS: u32 = 1;
pub(crate) const HULLS: u32 = 2;
pub(crate) const EQUIPMENT: u32 = 3;

pub(crate) fn create(world: &mut World) {
    for (id, name, description) in [
        (SHIPS, "Ships", "Whatever flies."),
        (HULLS, "Hulls", "What a ship begins with."),
        (EQUIPMENT, "Equipment", "What a hull carries."),
    ] {
        let modtime = world.clock.tick();
        let frame = model::Category {
            id: id.into(),
            modtime,
            name: name.into(),
            description: description.into(),
        };
        let category = Category {
            owner: None,
            designs: 0,
            frame,
        };
        world.categories.insert(id, category);
    }
}

pub(crate) fn add(
    world: &mut World,
    player: u32,
    category: model::Category,
) -> Result<model::Category, Refusal> {
    if category.name.is_empty() {
        return Err(Refusal::frame("a category needs a name"));
    }
    let what = "the name of a category";
    limits::fits(what, category.name.len(), limits::NAME, "bytes")?;
    let (what, length) = ("the description of a category", category.description.len());
    limits::fits(what, length, limits::DESCRIPTION, "bytes")?;
    let made = world.categories.values();
    let made = made.filter(|it| it.owner.is_some());
    let own = made.clone().filter(|it| it.owner == Some(player)).count();
    limits::one_more("a player", own, limits::CATEGORIES, "categories")?;
    let (what, most) = ("the game", limits::GAME_CATEGORIES);
    limits::one_more(what, made.count(), most, "categories of players")?;
    let cost = limits::cost_of_category(&category);
    world.stored.check(Holder::Player(player), cost)?;

    world.stored.add(Holder::Player(player), cost);
    let id = free_id(&world.categories, &world.gone.categories);
    let frame = model::Category {
        id: id.into(),
        modtime: world.clock.tick(),
        ..category
    };
    let category = Category {
        owner: Some(player),
        designs: 0,
        frame: frame.clone(),
    };
    world.categories.insert(id, category);
    Ok(frame)
}

pub(crate) fn remove(world: &mut World, player: u32, id: u32) -> Result<(), Refusal> {
    let about = FailReference::new(reference::CATEGORY, id);
    let Some(category) = world.categories.get(&id) else {
        return Err(Refusal::no_such_thing("there is no such category").about(about));
    };
    if category.owner != Some(player) {
        let text = match category.owner {
            None => "this category belongs to the game",
            Some(_) => "this category is not yours",
        };
        return Err(Refusal::permission_denied(text).about(about));
    }
    if category.designs > 0 {
        return Err(Refusal::unavailable_temporarily("designs are in it").about(about));
    }
    let cost = limits::cost_of_category(&category.frame);
    world.stored.remove(Holder::Player(player), cost);
    world.categories.remove(&id);
    let modtime = world.clock.tick();
    world.gone.categories.add(id, modtime);
    Ok(())
}

/// A design is put into these categories, or taken out of them.
pub(crate) fn count(world: &mut World, categories: &[u32], is_in: bool) {
    for id in categories {
        if let Some(category) = world.categories.get_mut(id) {
            category.designs = match is_in {
                true => category.designs.saturating_add(1),
                false => category.designs.saturating_sub(1),
            };
        }
    }
}
