//! A game loop that talks to a server between two pictures, without ever waiting for it: it looks at
//! everything there is, ends the turn, and leaves when the next one begins.
//!
//! `cargo run -p tp-net --example game_loop -- localhost guest guest`

use std::time::{Duration, Instant};

use tp_frames::TpString;
use tp_net::model::Object;
use tp_net::polling::{Answers, Client};
use tp_net::{BatchResult, Error, Event, Options};

/// How long a picture lasts.
const PICTURE: Duration = Duration::from_millis(16);

/// What is asked.
enum Answered {
    Login(Result<TpString, Error>),
    Objects(Result<BatchResult<Object>, Error>),
    FinishTurn(Result<TpString, Error>),
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let argument = |nth, default: &str| std::env::args().nth(nth).unwrap_or(default.to_owned());

    // Nothing here waits; what is asked goes out as soon as there is a connection.
    let options = Options::default().client_name("game loop");
    let mut client = Client::connect(argument(1, "localhost"), options)?;
    let mut answers = Answers::new();
    let login = client.login(argument(2, "guest"), argument(3, "guest"))?;
    answers.add(login, Answered::Login);
    answers.add(client.all_objects()?, Answered::Objects);

    for picture in 0_u32.. {
        let started = Instant::now();
        while let Some(answer) = answers.poll(&mut client) {
            match answer {
                Answered::Login(said) => println!("picture {picture}: {}", said?.printable()),
                Answered::Objects(objects) => {
                    for object in objects?.into_iter().flatten() {
                        let name = object.name.printable();
                        println!("picture {picture}: {name} {:?}", object.position);
                    }
                    answers.add(client.finish_turn()?, Answered::FinishTurn);
                }
                Answered::FinishTurn(said) => println!("picture {picture}: {}", said?.printable()),
            }
        }
        while let Some(event) = client.next_event(Duration::ZERO)? {
            match event {
                Event::TurnTime(time) => println!("picture {picture}: {} s are left", time.time),
                Event::TurnEnded(_) => {
                    println!("picture {picture}: the turn is over");
                    return Ok(());
                }
                _ => {}
            }
        }
        std::thread::sleep(PICTURE.saturating_sub(started.elapsed()));
    }
    Ok(())
}
