use tp_net::mirror::Mirror;
use tp_net::{Error, blocking::Client};

pub fn mirror(client: &mut Client) -> Result<Mirror, Error> {
    let mut mirror = Mirror::new();
    client.refresh(&mut mirror)?;
    if let Some(universe) = mirror.object(0) {
        for child in mirror.children(universe.id) {
            println!("{}", child.name);
        }
    }
    client.finish_turn()?;
    client.wait_for_turn(std::time::Duration::from_secs(60))?;
    let changes = client.refresh(&mut mirror)?;
    println!("{changes:?}");
    Ok(mirror)
}
