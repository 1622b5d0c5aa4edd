use tp_net::{Error, blocking::Client, model::Object};

/// Removes every order of an object, and tells how many turns they would have taken.
pub fn remove_orders(client: &mut Client, object: &Object) -> Result<u32, Error> {
    let orders = client.orders_of(object)?;
    let slots: Vec<u32> = (0..orders.number).collect();
    let mut turns = 0;
    for order in client.orders(orders.queue, slots.clone())? {
        let order = order?;
        println!("{:?}: {:?}", order.slot, order.parameters);
        turns += order.turns;
    }
    client.remove_orders(orders.queue, slots)?; // the highest first, so that none moves under another
    Ok(turns)
}
