use std::time::{Duration, Instant};

use tp_net::polling::{Answers, Client};
use tp_net::{BatchResult, Error, Options, TpString, model::Object};

/// What the loop is told.
enum Answer {
    Login(Result<TpString, Error>),
    Objects(Result<BatchResult<Object>, Error>),
}

pub fn game_loop(address: &str) -> Result<Vec<Object>, Error> {
    let mut client = Client::connect(address, Options::default())?;
    let mut answers = Answers::new();
    answers.add(client.login("guest", "guest")?, Answer::Login);
    answers.add(client.all_objects()?, Answer::Objects);
    loop {
        let started = Instant::now();
        while let Some(answer) = answers.poll(&mut client) {
            match answer {
                Answer::Login(said) => println!("{}", said?.printable()),
                Answer::Objects(all) => return Ok(all?.into_iter().flatten().collect()),
            }
        }
        while let Some(event) = client.next_event(Duration::ZERO)? {
            println!("{event:?}");
        }
        // … draw a picture, move the stars …
        std::thread::sleep(Duration::from_millis(16).saturating_sub(started.elapsed()));
    }
}
