//! A game loop that talks to a server between two pictures, without ever waiting for it.
//!
//! `cargo run -p tp-net --example game_loop -- localhost guest guest`

use std::time::{Duration, Instant};

use tp_net::polling::Client;
use tp_net::{Event, Options};

/// How long a picture lasts.
const PICTURE: Duration = Duration::from_millis(16);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |default: &str| arguments.next().unwrap_or_else(|| default.to_owned());
    let (address, user, password) = (argument("localhost"), argument("guest"), argument("guest"));

    // Nothing here waits; what is asked goes out as soon as there is a connection.
    let mut client = Client::connect(&address, Options::default().client_name("game loop"))?;
    let login = client.login(user, password)?;
    let ids = client.object_ids(None)?;
    let mut objects = None;
    let mut pictures = 0_u32;

    loop {
        let started = Instant::now();
        while let Some(mut answer) = client.poll() {
            if let Some(said) = answer.redeem(&login) {
                println!("picture {pictures}: {}", said?);
            } else if let Some(ids) = answer.redeem(&ids) {
                let ids: Vec<u32> = ids?.iter().map(|it| it.id).collect();
                println!("picture {pictures}: {} objects to fetch", ids.len());
                objects = Some(client.objects(ids)?);
            } else if let Some(found) = objects.as_ref().and_then(|it| answer.redeem(it)) {
                for object in found?.into_iter().flatten() {
                    println!("picture {pictures}: {} {:?}", object.name, object.position);
                }
                client.disconnect();
                return Ok(());
            }
        }
        while let Some(event) = client.next_event(Duration::ZERO)? {
            match event {
                Event::TurnTime(time) => println!("picture {pictures}: {} s are left", time.time),
                Event::TurnEnded(_) => println!("picture {pictures}: a new turn"),
                _ => {}
            }
        }
        pictures = pictures.wrapping_add(1);
        std::thread::sleep(PICTURE.saturating_sub(started.elapsed()));
    }
}
