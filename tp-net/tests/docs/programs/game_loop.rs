use std::time::{Duration, Instant};

use tp_net::{Error, Options, model::Object, polling::Client};

pub fn game_loop(address: &str) -> Result<Vec<Object>, Error> {
    let mut client = Client::connect(address, Options::default())?;
    let login = client.login("guest", "guest")?;
    let objects = client.all_objects()?;
    loop {
        let started = Instant::now();
        while let Some(mut answer) = client.poll() {
            if let Some(said) = answer.redeem(&login) {
                println!("{}", said?);
            } else if let Some(objects) = answer.redeem(&objects) {
                return Ok(objects?.into_iter().flatten().collect());
            }
        }
        // … draw a picture, move the stars …
        std::thread::sleep(Duration::from_millis(16).saturating_sub(started.elapsed()));
    }
}
