use std::collections::HashMap;

use tp_net::model::Object;
use tp_net::{Error, blocking::Client};

/// Draws what is in what.
pub fn walk_universe(client: &mut Client) -> Result<String, Error> {
    let objects = client.all_objects()?.into_iter().flatten();
    let mut objects: HashMap<u32, Object> = objects.map(|it| (it.id, it)).collect();
    let mut drawn = String::new();
    let mut left = vec![(0, 0)];
    while let Some((id, depth)) = left.pop() {
        // Each once, and only what this player sees.
        let Some(object) = objects.remove(&id) else {
            continue;
        };
        drawn += &format!("{:depth$}{}\n", "", object.name.printable());
        left.extend(object.contains.iter().map(|id| (*id, depth + 2)));
    }
    Ok(drawn)
}
