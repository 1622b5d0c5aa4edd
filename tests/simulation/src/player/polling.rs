//! The polling client in an event loop, which waits for the network as programs do by select.

use tokio::time::{sleep, timeout};
use tp_net::Error;
use tp_net::polling::{Answers, Client};

use super::Player;
use super::asynchronous::{CONNECTS, hear};
use crate::ask::{Ask, Numbers, ask_by};
use crate::clock::millis;
use crate::ledger::Entry;

/// What comes of something that was asked.
pub(super) type Told = (Entry, Result<Numbers, Error>);

/// Plays to the end.
pub(crate) async fn play(mut player: Player) {
    for _ in 0..CONNECTS {
        play_once(&mut player).await;
        if player.rounds == 0 {
            return;
        }
        sleep(millis(player.random.within(100, 20_000))).await;
    }
}

async fn play_once(player: &mut Player) {
    let (url, options, way) = (player.url.clone(), player.options.clone(), player.way());
    let mut client = match Client::connect_with(url.as_str(), options, way) {
        Ok(client) => client,
        Err(error) => return player.ledger.violated(format!("no client: {error}")),
    };
    let mut answers = Answers::new();
    player.begin(&mut client, &mut answers);
    while player.rounds > 0 {
        player.rounds -= 1;
        for _ in 0..player.random.size(1, 6) {
            let ask = player.next_ask();
            player.queue(&mut client, &mut answers, &ask);
        }
        let patience = match player.random.percent(10) {
            true => player.random.within(0, 2_000),
            false => u64::from(u32::MAX),
        };
        let _ = timeout(millis(patience), player.drain(&mut client, &mut answers)).await;
        if client.error().is_some() || player.random.percent(3) {
            break;
        }
        sleep(millis(player.pause())).await;
    }
    if player.random.percent(50) {
        client.disconnect();
        player.drain(&mut client, &mut answers).await;
    }
    player.give_up(client, answers);
}

impl Player {
    /// Whatever comes first on a connection.
    pub(super) fn begin(&mut self, client: &mut Client, answers: &mut Answers<Told>) {
        let entry = self.ledger.ask(&self.terms, None, None);
        match client.connected() {
            Ok(ticket) => answers.add(ticket, move |it| (entry, it.map(|_| Vec::new()))),
            Err(full) => self.ledger.violated(format!("{full}")),
        }
        let entry = self.ledger.ask(&self.terms, Some(&Ask::Ping), None);
        match client.login(self.name.as_str(), "password") {
            Ok(ticket) => answers.add(ticket, move |it| (entry, it.map(|_| Vec::new()))),
            Err(full) => self.ledger.violated(format!("{full}")),
        }
        if self.padded {
            let entry = self.ledger.ask(&self.terms, Some(&Ask::Ping), None);
            match client.enable_padding() {
                Ok(ticket) => answers.add(ticket, move |it| (entry, it.map(|_| Vec::new()))),
                Err(full) => self.ledger.violated(format!("{full}")),
            }
        }
    }

    /// Asks something.
    pub(super) fn queue(&mut self, client: &mut Client, answers: &mut Answers<Told>, ask: &Ask) {
        let entry = self.ledger.ask(&self.terms, Some(ask), None);
        macro_rules! run {
            ($asked:expr, $numbers:expr) => {
                match $asked {
                    Ok(ticket) => answers.add(ticket, move |it| (entry, it.map($numbers))),
                    Err(_) => self.ledger.ended(entry, Err(Error::Full(0))),
                }
            };
        }
        ask_by!(client, ask, run);
    }

    /// Takes all answers, as they come.
    async fn drain(&mut self, client: &mut Client, answers: &mut Answers<Told>) {
        loop {
            while let Some((entry, result)) = answers.poll(client) {
                self.ledger.ended(entry, result);
            }
            while let Ok(Some(event)) = client.next_event(millis(0)) {
                hear(self.index, &event, &self.ledger);
            }
            if answers.is_empty() {
                return;
            }
            let ready = self.network.ready(self.index, client.wants_write());
            match client.next_timeout() {
                Some(pause) => drop(timeout(pause, ready).await),
                None => ready.await,
            }
        }
    }

    /// What is not answered yet never will be.
    pub(super) fn give_up(&mut self, mut client: Client, mut answers: Answers<Told>) {
        // These are there already.
        while let Some((entry, result)) = answers.poll(&mut client) {
            self.ledger.ended(entry, result);
        }
        drop(client);
        for entry in self.ledger.open_of(self.index) {
            self.ledger.dropped(entry);
        }
    }
}
