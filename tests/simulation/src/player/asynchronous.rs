//! The asynchronous client: many things at once, some given up again.

use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tp_net::client::Client;
use tp_net::{Error, Event};

use super::Player;
use crate::ask::{Ask, Numbers, ask_by};
use crate::clock::millis;
use crate::ledger::{Entry, Ledger};

/// How often a client tries to connect in all.
pub(super) const CONNECTS: u64 = 3;

/// Plays to the end.
pub(crate) async fn play(mut player: Player) {
    for _ in 0..CONNECTS {
        let entry = player.ledger.ask(&player.terms, None, None);
        let connecting =
            Client::connect_with(player.url.as_str(), player.options.clone(), player.way());
        if player.random.percent(5) {
            // Who is impatient gives up at any point.
            let patience = millis(player.random.within(0, 2_000));
            match timeout(patience, connecting).await {
                Ok(Ok(client)) => player.ledger_ended(entry, Ok(Vec::new()), client).await,
                Ok(Err(error)) => player.ledger.ended(entry, Err(error)),
                Err(_) => player.ledger.dropped(entry),
            }
        } else {
            match connecting.await {
                Ok(client) => player.ledger_ended(entry, Ok(Vec::new()), client).await,
                Err(error) => player.ledger.ended(entry, Err(error)),
            }
        }
        if player.rounds == 0 {
            return;
        }
        sleep(millis(player.random.within(100, 20_000))).await;
    }
}

impl Player {
    async fn ledger_ended(&mut self, entry: Entry, result: Result<Numbers, Error>, client: Client) {
        self.ledger.ended(entry, result);
        let mut tasks = JoinSet::new();
        tasks.spawn(listen(self.index, client.clone(), self.ledger.clone()));
        if !self.log_in(&client).await {
            return;
        }
        while self.rounds > 0 {
            self.rounds -= 1;
            for _ in 0..self.random.size(1, 6) {
                let asked = self.ask(&client);
                tasks.spawn(asked);
            }
            // Some only ask on when all is answered.
            if self.random.percent(60) {
                while tasks.len() > 1 {
                    ended(tasks.join_next().await, &self.ledger);
                }
            }
            sleep(millis(self.pause())).await;
            if self.random.percent(2) {
                client.disconnect();
            }
            let is_over = matches!(timeout(millis(0), client.version()).await, Ok(Err(_)));
            // Whoever is not yet answered holds the connection open.
            if is_over || self.random.percent(3) {
                break;
            }
        }
        match self.random.within(0, 2) {
            0 => client.disconnect(),
            1 => tasks.abort_all(),
            _ => {}
        }
        drop(client);
        while let Some(task) = tasks.join_next().await {
            ended(Some(task), &self.ledger);
        }
    }

    async fn log_in(&mut self, client: &Client) -> bool {
        let entry = self.ledger.ask(&self.terms, Some(&Ask::Ping), None);
        let login = client.login(self.name.as_str(), "password").await;
        let is_in = login.is_ok();
        self.ledger.ended(entry, login.map(|_| Vec::new()));
        if is_in && self.padded {
            let entry = self.ledger.ask(&self.terms, Some(&Ask::Ping), None);
            let padded = client.enable_padding().await;
            self.ledger.ended(entry, padded.map(|_| Vec::new()));
        }
        is_in
    }

    /// Asks something, perhaps with a time limit, or for a while only.
    fn ask(&mut self, client: &Client) -> impl Future<Output = ()> + Send + use<> {
        let ask = self.next_ask();
        let limit = self
            .random
            .percent(20)
            .then(|| self.random.within(1, 20_000));
        // Without a connection there is less of it.
        let away = self.network.seen(self.index).open == 0;
        let patience = self.random.percent(if away { 50 } else { 15 }).then(|| {
            match self.random.percent(50) {
                true => 0,
                false => self.random.within(1, 4_000),
            }
        });
        let client = match limit {
            Some(limit) => client.with_deadline(millis(limit)),
            None => client.clone(),
        };
        let (terms, ledger) = (self.terms.clone(), self.ledger.clone());
        async move {
            let entry = ledger.ask(&terms, Some(&ask), limit);
            // A task may be aborted in its midst.
            let mut given_up = GivenUp(Some((entry, ledger.clone())));
            let asking = asked(&client, &ask);
            let result = match patience {
                Some(patience) => match timeout(millis(patience), asking).await {
                    Ok(result) => result,
                    Err(_) => return,
                },
                None => asking.await,
            };
            given_up.0 = None;
            ledger.ended(entry, result);
        }
    }
}

/// What was asked is given up, if this is dropped.
struct GivenUp(Option<(Entry, Ledger)>);

impl Drop for GivenUp {
    fn drop(&mut self) {
        if let Some((entry, ledger)) = self.0.take() {
            ledger.dropped(entry);
        }
    }
}

async fn asked(client: &Client, ask: &Ask) -> Result<Numbers, Error> {
    macro_rules! run {
        ($asked:expr, $numbers:expr) => {
            $asked.await.map($numbers)
        };
    }
    ask_by!(client, ask, run)
}

async fn listen(index: usize, client: Client, ledger: Ledger) {
    let mut events = client.events();
    drop(client);
    while let Some(event) = events.next().await {
        hear(index, &event, &ledger);
    }
}

/// Notes what comes unasked, if it has a number.
pub(super) fn hear(index: usize, event: &Event, ledger: &Ledger) {
    match event {
        // The time is the number, in every version.
        Event::TurnTime(time) | Event::TurnEnded(time) => ledger.heard(index, time.time),
        Event::Reconnected | Event::Log(_) | Event::Missed(_) => {}
        // A server that ends a connection says why.
        Event::Refused(_) => {}
        other => ledger.violated(format!(
            "client {index} was told {other:?}, which nobody sent"
        )),
    }
}

fn ended(task: Option<Result<(), tokio::task::JoinError>>, ledger: &Ledger) {
    if let Some(Err(error)) = task
        && error.is_panic()
    {
        ledger.violated(format!("a client panicked: {error}"));
    }
}
