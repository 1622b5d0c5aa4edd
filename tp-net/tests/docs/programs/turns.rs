use std::time::Duration;

use tp_net::{Error, blocking::Client};

pub fn turns(client: &mut Client) -> Result<(), Error> {
    for _ in 0..3 {
        // … give orders …
        client.finish_turn()?;
        match client.wait_for_turn(Duration::from_secs(60)) {
            Ok(_) => println!("the next turn begins"),
            Err(error) if error.is_timeout() => println!("somebody takes long"),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
