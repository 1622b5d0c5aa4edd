use tp_net::blocking::Client;
use tp_net::model::{Object, OrderDesc, OrderDescExt};

pub fn build_ships(
    client: &mut Client,
    planet: &Object,
    build: &OrderDesc,
    design: u32,
) -> Result<(), Box<dyn std::error::Error>> {
    let order = build
        .order(planet)
        .set("Ships", [(design, 2)])
        .set("Name", "First fleet")
        .build()?;
    client.insert_order(order)?;
    Ok(())
}
