use tp_net::model::{Category, Component, Design};
use tp_net::{Error, blocking::Client};

/// A tug with one of each of these components, in the first category that there is.
pub fn add_design(client: &mut Client, parts: &[&str]) -> Result<Design, Error> {
    let components = client.all::<Component>()?.into_iter().flatten();
    let chosen = |it: &Component| parts.iter().any(|name| it.name == *name);
    let mut design = Design::new("Tug");
    for component in components.filter(chosen) {
        design = design.component(component.id, 1);
    }
    if let Some(category) = client.all::<Category>()?.into_iter().flatten().next() {
        design = design.category(category.id);
    }
    let design = client.add_design(design)?;
    println!("{:?}: {}", design.id, design.feedback.printable());
    Ok(design)
}
