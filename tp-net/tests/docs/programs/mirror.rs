use std::time::Duration;

use tp_net::mirror::Mirror;
use tp_net::{Error, blocking::Client};

pub fn mirror(client: &mut Client) -> Result<Mirror, Error> {
    let mut mirror = Mirror::new();
    client.refresh(&mut mirror)?;
    for object in mirror
        .me()
        .into_iter()
        .flat_map(|me| mirror.owned_by(me.id))
    {
        let place = mirror.parent(object).map(|it| &it.name);
        println!(
            "{} in {place:?}: {} orders",
            object.name,
            mirror.orders_of(object).len()
        );
    }
    client.finish_turn()?;
    client.wait_for_turn(Duration::from_secs(60))?;
    let changes = client.refresh(&mut mirror)?;
    for object in changes
        .objects
        .changed
        .iter()
        .filter_map(|id| mirror.object(*id))
    {
        println!("{} has changed", object.name);
    }
    for message in changes
        .news
        .iter()
        .filter_map(|(board, slot)| mirror.message(*board, *slot))
    {
        println!("{}", message.subject);
    }
    Ok(mirror)
}
