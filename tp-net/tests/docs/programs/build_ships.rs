use tp_net::blocking::Client;
use tp_net::model::{Object, OrderDesc, OrderDescExt};

/// Builds ships of a design, as many as the server says that there may be.
pub fn build_ships(
    client: &mut Client,
    planet: &Object,
    build: &OrderDesc,
    design: u32,
) -> Result<(), Box<dyn std::error::Error>> {
    let limits = client.probe_order(build.order(planet).unchosen().build()?)?;
    let order = build
        .order(planet)
        .set("Ships", [(design, 1)])
        .set("Name", "First fleet")
        .within(&limits)
        .build()?;
    client.insert_order(order)?;
    Ok(())
}
