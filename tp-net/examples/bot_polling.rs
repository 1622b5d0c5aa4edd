//! A bot that plays ten turns, with several requests on their way at once: every fleet it owns is
//! sent to the middle of the universe, and the news is read.
//!
//! `cargo run -p tp-net --example bot_polling -- localhost guest guest`

use tp_net::model::{Board, OrderDescExt, OrderParams, Vector};
use tp_net::{Options, polling::Client};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let argument = |nth, default: &str| std::env::args().nth(nth).unwrap_or(default.to_owned());
    let mut client = Client::connect(argument(1, "localhost"), Options::default())?;
    let login = client.login(argument(2, "guest"), argument(3, "guest"))?;
    let me = client.me()?;
    client.wait_for(&login)?;
    let me = client.wait_for(&me)?.id;
    for turn in 1..=10 {
        let objects = client.all_objects()?;
        let mut mine: Vec<_> = client.wait_for(&objects)?.into_iter().flatten().collect();
        mine.retain(|it| it.owner() == Some(me));
        let asked: Result<Vec<_>, _> = mine.iter().map(|it| client.order_descs_of(it)).collect();
        for (object, descs) in mine.iter().zip(asked?) {
            let descs = client.wait_for(&descs)?.into_iter().flatten();
            for desc in descs.filter(|it| it.takes(&[OrderParams::ABS_SPACE_COORDS])) {
                let order =
                    client.insert_order(desc.order(object).at(Vector::default()).build()?)?;
                client.wait_for(&order)?;
                println!("turn {turn}: {} is sent", object.name.printable());
            }
        }
        client.finish_turn()?;
        client.wait_for_turn(std::time::Duration::from_secs(60))?;
        let boards = client.all::<Board>()?;
        for board in client.wait_for(&boards)?.into_iter().flatten() {
            let messages = client.all_messages(board.id)?;
            for message in client.wait_for(&messages)?.into_iter().flatten() {
                println!("{}", message.subject.printable());
            }
        }
    }
    Ok(())
}
