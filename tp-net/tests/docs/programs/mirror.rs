use std::time::Duration;

use tp_net::mirror::Mirror;
use tp_net::{Error, blocking::Client};

pub fn mirror(client: &mut Client) -> Result<Mirror, Error> {
    let mut mirror = Mirror::new();
    client.refresh(&mut mirror)?;
    for object in mirror.mine() {
        let place = mirror.parent(&object).map(|it| it.name);
        let orders = mirror.orders_of(&object).len();
        println!("{:?} in {place:?} has {orders} orders", object.name);
    }
    client.finish_turn()?;
    client.wait_for_turn(Duration::from_secs(60))?;
    let changes = client.refresh(&mut mirror)?;
    for id in changes.objects.changed {
        println!("{:?} is another", mirror.object(id).map(|it| it.name));
    }
    for (board, slot) in changes.news {
        println!("{:?}", mirror.message(board, slot).map(|it| &it.subject));
    }
    Ok(mirror)
}
