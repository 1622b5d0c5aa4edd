//! Categories of designs, components and properties.

use tp_frames::reference;
use tp_net::model::{Category, FailReference, Refusal};

use crate::world::{World, free_id};

pub(crate) const SHIPS: u32 = 1;
pub(crate) const HULLS: u32 = 2;
pub(crate) const EQUIPMENT: u32 = 3;
/// Ids up to this one belong to the game.
const LAST_OWN: u32 = EQUIPMENT;

pub(crate) fn create(world: &mut World) {
    for (id, name, description) in [
        (SHIPS, "Ships", "Whatever flies."),
        (HULLS, "Hulls", "What a ship begins with."),
        (EQUIPMENT, "Equipment", "What a hull carries."),
    ] {
        let modtime = world.clock.tick();
        let category = Category {
            id: id.into(),
            modtime,
            name: name.into(),
            description: description.into(),
        };
        world.categories.insert(id, category);
    }
}

pub(crate) fn add(world: &mut World, category: Category) -> Result<Category, Refusal> {
    if category.name.is_empty() {
        return Err(Refusal::frame("a category needs a name"));
    }
    let id = free_id(&world.categories, &world.gone.categories);
    let modtime = world.clock.tick();
    let category = Category {
        id: id.into(),
        modtime,
        ..category
    };
    world.categories.insert(id, category.clone());
    Ok(category)
}

pub(crate) fn remove(world: &mut World, id: u32) -> Result<(), Refusal> {
    let about = FailReference::new(reference::CATEGORY, id);
    if id <= LAST_OWN && world.categories.contains_key(&id) {
        return Err(Refusal::permission_denied("this category belongs to the game").about(about));
    }
    if world
        .designs
        .values()
        .any(|design| design.catlist.contains(&id))
    {
        return Err(Refusal::unavailable_temporarily("designs are in it").about(about));
    }
    if world.categories.remove(&id).is_none() {
        return Err(Refusal::no_such_thing("there is no such category").about(about));
    }
    let modtime = world.clock.tick();
    world.gone.categories.add(id, modtime);
    Ok(())
}
