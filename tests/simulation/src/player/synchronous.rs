//! The blocking client, and the polling one where it waits: they run outside of tasks, and all else
//! goes on while they wait.

use tp_net::polling::{self, Answers};
use tp_net::{Error, blocking};

use super::asynchronous::hear;
use super::polling::Told;
use super::{Api, Player};
use crate::ask::{Ask, Numbers, ask_by};
use crate::clock::{block_on, millis};

/// A client that waits in the caller's time.
#[derive(Debug)]
pub(crate) struct Synchronous {
    player: Player,
    client: Client,
    connects: u32,
}

#[derive(Debug)]
enum Client {
    None,
    Blocking(blocking::Client),
    Waiting(polling::Client, Answers<Told>),
}

impl Synchronous {
    /// One that has not begun.
    #[must_use]
    pub(crate) fn new(player: Player) -> Self {
        Self {
            player,
            client: Client::None,
            connects: 0,
        }
    }

    /// Does the next thing; returns `false` if there is nothing more to do.
    pub(crate) fn step(&mut self) -> bool {
        let pause = self.player.pause();
        block_on(tokio::time::sleep(millis(pause)));
        if self.player.rounds == 0 {
            self.leave();
            return false;
        }
        self.player.rounds -= 1;
        let goes_on = match &mut self.client {
            Client::None => return self.connect(),
            Client::Blocking(client) => blocking_round(&mut self.player, client),
            Client::Waiting(client, answers) => waiting_round(&mut self.player, client, answers),
        };
        if !goes_on || self.player.random.percent(3) {
            self.leave();
        }
        true
    }

    fn connect(&mut self) -> bool {
        self.connects += 1;
        let player = &mut self.player;
        let (url, options, way) = (player.url.clone(), player.options.clone(), player.way());
        if player.api == Api::Waiting {
            match polling::Client::connect_with(url.as_str(), options, way) {
                Ok(mut client) => {
                    let mut answers = Answers::new();
                    player.begin(&mut client, &mut answers);
                    self.client = Client::Waiting(client, answers);
                }
                Err(error) => player.ledger.violated(format!("no client: {error}")),
            }
            return true;
        }
        let entry = player.ledger.ask(&player.terms, None, None);
        match blocking::Client::connect_with(url.as_str(), options, way) {
            Err(error) => player.ledger.ended(entry, Err(error)),
            Ok(mut client) => {
                player.ledger.ended(entry, Ok(Vec::new()));
                let entry = player.ledger.ask(&player.terms, Some(&Ask::Ping), None);
                let login = client.login(player.name.as_str(), "password");
                player.ledger.ended(entry, login.map(|_| Vec::new()));
                if player.padded {
                    let entry = player.ledger.ask(&player.terms, Some(&Ask::Ping), None);
                    let padded = client.enable_padding();
                    player.ledger.ended(entry, padded.map(|_| Vec::new()));
                }
                self.client = Client::Blocking(client);
            }
        }
        self.connects < 3
    }

    fn leave(&mut self) {
        match std::mem::replace(&mut self.client, Client::None) {
            Client::None => {}
            Client::Blocking(client) => client.disconnect(),
            Client::Waiting(client, answers) => self.player.give_up(client, answers),
        }
    }
}

/// Returns `false` if the connection is over.
fn blocking_round(player: &mut Player, client: &mut blocking::Client) -> bool {
    for _ in 0..player.random.size(1, 3) {
        let ask = player.next_ask();
        let entry = player.ledger.ask(&player.terms, Some(&ask), None);
        let result = asked(client, &ask);
        player.ledger.ended(entry, result);
    }
    let limit = player.random.within(0, 500);
    loop {
        match client.next_event(millis(limit)) {
            Ok(Some(event)) => hear(player.index, &event, &player.ledger),
            none => return none.is_ok(),
        }
    }
}

fn waiting_round(
    player: &mut Player,
    client: &mut polling::Client,
    answers: &mut Answers<Told>,
) -> bool {
    for _ in 0..player.random.size(1, 5) {
        let ask = player.next_ask();
        player.queue(client, answers, &ask);
    }
    if player.random.percent(80) {
        while let Ok((entry, result)) = answers.wait(client) {
            player.ledger.ended(entry, result);
        }
    }
    while let Ok(Some(event)) = client.next_event(millis(0)) {
        hear(player.index, &event, &player.ledger);
    }
    client.error().is_none()
}

fn asked(client: &mut blocking::Client, ask: &Ask) -> Result<Numbers, Error> {
    macro_rules! run {
        ($asked:expr, $numbers:expr) => {
            $asked.map($numbers)
        };
    }
    ask_by!(client, ask, run)
}
