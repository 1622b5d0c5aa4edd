use tp_net::blocking::Client;
use tp_net::model::{Object, OrderDesc, OrderDescExt, OrderParams, Vector};

pub fn send_fleet(
    client: &mut Client,
    fleet: &Object,
    descs: &[OrderDesc],
    to: Vector,
) -> Result<(), Box<dyn std::error::Error>> {
    let goes = |it: &&OrderDesc| it.takes(&[OrderParams::ABS_SPACE_COORDS]);
    let travel = descs.iter().find(goes).ok_or("it goes nowhere")?;
    let order = travel.order(fleet).at(to).build()?; // nothing is sent yet
    let probed = client.probe_order(order.clone())?;
    println!("it will take {} turns", probed.turns);
    client.insert_order(order)?; // at the end; `.before(0)` makes it the first
    Ok(())
}
