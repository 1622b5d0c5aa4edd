//! A bot that plays ten turns, on tokio: every fleet it owns is sent to the middle of the
//! universe, and the news is read.
//!
//! `cargo run -p tp-net --example bot -- localhost guest guest`

use std::time::Duration;

use tp_net::model::{Board, Object, OrderDescExt, OrderParams, Vector};
use tp_net::{Options, client::Client};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let argument = |nth, default: &str| std::env::args().nth(nth).unwrap_or(default.to_owned());
    let client = Client::connect(argument(1, "localhost"), Options::default()).await?;
    client
        .login(argument(2, "guest"), argument(3, "guest"))
        .await?;
    let me = client.me().await?;
    for turn in 1..=10 {
        let objects: Vec<Object> = client.all_objects().await?.into_iter().flatten().collect();
        let mine = || objects.iter().filter(|it| it.owner() == Some(me.id));
        for object in mine() {
            for desc in client.order_descs_of(object).await?.into_iter().flatten() {
                if desc.takes(&[OrderParams::ABS_SPACE_COORDS]) {
                    client
                        .insert_order(desc.order(object).at(Vector::default()).build()?)
                        .await?;
                    println!("turn {turn}: {} is sent", object.name.printable());
                }
            }
        }
        client.finish_turn().await?;
        client.wait_for_turn(Duration::from_secs(60)).await?;
        for board in client.all::<Board>().await?.into_iter().flatten() {
            for message in client.all_messages(board.id).await?.into_iter().flatten() {
                println!("{}", message.subject.printable());
            }
        }
    }
    Ok(())
}
