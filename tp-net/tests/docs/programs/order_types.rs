use tp_net::model::{Object, OrderDesc};
use tp_net::{Error, blocking::Client};

/// What an object can be told to do.
pub fn order_types(client: &mut Client, object: &Object) -> Result<Vec<OrderDesc>, Error> {
    let orders = client.orders_of(object)?;
    println!("it has {} orders", orders.number);
    let mut descs = Vec::new();
    for desc in client.order_descs_of(object)? {
        let desc = desc?;
        println!(
            "{}: {}",
            desc.name.printable(),
            desc.description.printable()
        );
        for parameter in &desc.parameters {
            println!("  {}", parameter.name.printable());
        }
        descs.push(desc);
    }
    Ok(descs)
}
