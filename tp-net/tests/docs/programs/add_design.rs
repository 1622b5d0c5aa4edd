use tp_net::model::{Component, Design};
use tp_net::{Error, blocking::Client, game};

/// A design of one of each of the first two components, in their categories.
pub fn add_design(client: &mut Client) -> Result<Design, Error> {
    let components = client.all::<game::Component>()?;
    let parts: Vec<Component> = components.into_iter().flatten().take(2).collect();
    let mut design = Design::named("Scout");
    for part in &parts {
        design = design.with(part, 1);
    }
    let design = client.add_design(design)?;
    println!("{}: {}", design.name, design.feedback);
    Ok(design)
}
