//! A bot that plays ten turns, waiting for each answer: every fleet it owns is sent to the middle of
//! the universe, and the news is read.
//!
//! `cargo run -p tp-net --example bot_blocking -- localhost guest guest`

use std::time::Duration;

use tp_net::model::{Board, Object, OrderDescExt, OrderParams, Vector};
use tp_net::{Options, blocking::Client};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let argument = |nth, default: &str| std::env::args().nth(nth).unwrap_or(default.to_owned());
    let mut client = Client::connect(argument(1, "localhost"), Options::default())?;
    client.login(argument(2, "guest"), argument(3, "guest"))?;
    let me = client.me()?;
    for turn in 1..=10 {
        let objects: Vec<Object> = client.all_objects()?.into_iter().flatten().collect();
        let mine = || objects.iter().filter(|it| it.owner() == Some(me.id));
        for object in mine() {
            for desc in client.order_descs_of(object)?.into_iter().flatten() {
                if desc.takes(&[OrderParams::ABS_SPACE_COORDS]) {
                    client.insert_order(desc.order(object).at(Vector::default()).build()?)?;
                    println!("turn {turn}: {} is sent", object.name.printable());
                }
            }
        }
        client.finish_turn()?;
        client.wait_for_turn(Duration::from_secs(60))?;
        for board in client.all::<Board>()?.into_iter().flatten() {
            for message in client.all_messages(board.id)?.into_iter().flatten() {
                println!("{}", message.subject.printable());
            }
        }
    }
    Ok(())
}
