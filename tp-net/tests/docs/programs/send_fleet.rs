use tp_net::model::{Object, OrderDesc, OrderDescExt, OrderParams, Vector};
use tp_net::{Error, blocking::Client};

pub fn send_fleet(
    client: &mut Client,
    fleet: &Object,
    descs: &[OrderDesc],
    to: Vector,
) -> Result<(), Box<dyn std::error::Error>> {
    let goes = |it: &&OrderDesc| it.takes(&[OrderParams::ABS_SPACE_COORDS]);
    let Some(travel) = descs.iter().find(goes) else {
        return Ok(());
    };
    // Checked against the description before anything is sent.
    let order = travel.order(fleet).at(to).build()?;
    let probed = client.probe_order(order.clone())?;
    println!("it will take {} turns", probed.turns);
    client.insert_order(order)?;
    Ok(())
}
