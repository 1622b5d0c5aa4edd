//! A bot that plays ten turns: every fleet it owns is told to go home, and waits there.
//!
//! `cargo run -p tp-net --example bot -- localhost guest guest`

use std::time::Duration;

use tp_net::client::Client;
use tp_net::game::{OrderParamAbsSpaceCoords, OrderParamAbsSpaceCoordsPos};
use tp_net::model::{Object, Order, OrderDesc, OrderParams};
use tp_net::{Error, Options};

/// The parameter type of an absolute position.
const POSITION: u32 = 0;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |default: &str| arguments.next().unwrap_or_else(|| default.to_owned());
    let (address, user, password) = (argument("localhost"), argument("guest"), argument("guest"));

    let client = Client::connect(&address, Options::default().client_name("bot")).await?;
    println!("{}", client.login(user, password).await?);
    for turn in 1..=10 {
        let sent = play(&client).await?;
        println!("turn {turn}: {sent} fleets sent");
        client.finish_turn().await?;
        client.wait_for_turn(Duration::from_secs(60)).await?;
    }
    Ok(())
}

/// Gives the orders of one turn; gives how many were taken.
async fn play(client: &Client) -> Result<usize, Error> {
    let (players, ids, types) = tokio::try_join!(
        client.players([0]),
        client.object_ids(None),
        client.order_desc_ids(None),
    )?;
    let me = players.into_iter().flatten().next().map(|me| me.id);
    let ids: Vec<u32> = ids.into_iter().map(|it| it.id).collect();
    let types: Vec<u32> = types.into_iter().map(|it| it.id).collect();
    let (objects, types) = tokio::try_join!(client.objects(ids), client.order_descs(types))?;

    let Some(travel) = types.into_iter().flatten().find(goes_somewhere) else {
        return Ok(0);
    };
    let mine: Vec<Object> = objects
        .into_iter()
        .flatten()
        .filter(|it| it.owner() == me)
        .collect();
    let Some(home) = mine.iter().find_map(|it| it.position) else {
        return Ok(0);
    };
    let mut taken = 0_usize;
    for object in &mine {
        let pos = OrderParamAbsSpaceCoordsPos {
            x: home.x,
            y: home.y,
            z: home.z,
        };
        let to = OrderParams::AbsSpaceCoords(OrderParamAbsSpaceCoords { pos });
        let order = Order {
            queue: object.order_queue,
            object: Some(object.id),
            otype: travel.id,
            parameters: vec![to].into(),
            ..Default::default()
        };
        // Planets refuse, and so does what takes no orders at all.
        match client.insert_order(order).await {
            Ok(_) => taken = taken.saturating_add(1),
            Err(Error::Refused(_) | Error::NotInVersion { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(taken)
}

/// Whether an order of this type takes one position and nothing else.
fn goes_somewhere(desc: &OrderDesc) -> bool {
    desc.order_params_types().eq([POSITION])
}
