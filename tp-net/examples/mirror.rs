//! Keeps a picture of a game for a few turns, prints what changes, and saves it in between.
//!
//! `cargo run -p tp-net --features serde --example mirror -- game.example`. Run again it downloads only
//! what has changed since.

use std::fs;
use std::ops::ControlFlow;
use std::time::Duration;

use tp_net::mirror::Mirror;
use tp_net::{Options, blocking::Client};

/// Where the picture is kept.
const FILE: &str = "mirror.json";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1");
    let mut client = Client::connect(address, Options::default().client_name("mirror"))?;
    client.login("guest", "guest")?;
    let mut mirror: Mirror = match fs::read(FILE) {
        Ok(saved) => serde_json::from_slice(&saved)?,
        Err(_) => Mirror::new(),
    };
    for _ in 0..3 {
        let changes = client.refresh_with(&mut mirror, |progress| {
            eprintln!("{progress}");
            ControlFlow::Continue(())
        })?;
        fs::write(FILE, serde_json::to_vec(&mirror)?)?;
        if let Some(why) = changes.discarded {
            println!("everything is new: {why}");
        }
        for object in changes
            .objects
            .changed
            .iter()
            .filter_map(|id| mirror.object(*id))
        {
            println!("{} at {:?}", object.name, object.position);
        }
        println!("{} objects went", changes.objects.went.len());
        for (board, slot) in changes.news {
            let message = mirror.message(board, slot).map(|it| &it.subject);
            println!("news: {}", message.cloned().unwrap_or_default());
        }
        client.finish_turn()?;
        client.wait_for_turn(Duration::from_secs(60))?;
    }
    Ok(())
}
