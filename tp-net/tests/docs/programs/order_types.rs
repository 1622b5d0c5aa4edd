use tp_net::model::{Object, OrderDesc};
use tp_net::{Error, blocking::Client};

/// What an object can be told to do.
pub fn order_types(client: &mut Client, object: &Object) -> Result<Vec<OrderDesc>, Error> {
    println!(
        "{} has {} orders",
        object.name,
        client.orders_of(object)?.number
    );
    let descs: Vec<OrderDesc> = client
        .order_descs_of(object)?
        .into_iter()
        .flatten()
        .collect();
    for desc in &descs {
        println!("{}: {}", desc.name, desc.description);
        for parameter in &desc.parameters {
            println!("  {}: {}", parameter.name, parameter.description);
        }
    }
    Ok(descs)
}
