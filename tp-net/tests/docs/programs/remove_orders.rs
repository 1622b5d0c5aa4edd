use tp_net::{Error, blocking::Client, model::Object};

/// Takes back all orders of an object, and tells how many turns they would have taken.
pub fn remove_orders(client: &mut Client, object: &Object) -> Result<u32, Error> {
    let mut turns = 0;
    for order in client.all_orders(object.clone())? {
        let order = order?;
        println!("{:?}: {:?}", order.slot, order.parameters);
        turns += order.turns;
    }
    let orders = client.orders_of(object)?;
    let slots: Vec<u32> = (0..orders.number).collect();
    client.remove_orders(orders.queue, slots)?; // of several, none moves under another
    Ok(turns)
}
