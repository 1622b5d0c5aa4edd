//! Keeps a game registered.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use flume::{Receiver, RecvTimeoutError, Sender};

use super::super::Error;
use super::schedule::{self, Schedule};
use super::{Key, Metaserver, Receipt};
use crate::lock::lock;
use crate::model::Game;

/// A publisher to be.
#[derive(Debug, Clone)]
#[must_use]
pub struct PublisherBuilder {
    metaserver: Metaserver,
    key: Key,
    period: Duration,
    gap: Duration,
}

impl PublisherBuilder {
    /// How often the game is registered again; every 6 minutes by default, and every 5 to 9.
    pub fn period(mut self, period: Duration) -> Self {
        self.period = schedule::period(period);
        self
    }

    /// How much time is between two updates at least, however often the game changes; one minute
    /// by default, and at least one second.
    pub fn gap(mut self, gap: Duration) -> Self {
        self.gap = gap.max(Duration::from_secs(1));
        self
    }

    /// Starts to register the game, on a thread of its own. Returns at once.
    ///
    /// # Errors
    ///
    /// The game has no connection, or the system gives no thread.
    pub fn start(self, game: Game) -> Result<Publisher, Error> {
        if game.connections.is_empty() {
            return Err(Error::NothingToAnnounce);
        }
        let shared = Arc::new(Shared {
            game: Mutex::new(game),
            outcome: Mutex::default(),
        });
        let (notifier, notified) = flume::bounded(1);
        let theirs = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("tp-metaserver".to_owned())
            .spawn(move || run(&self, &theirs, &notified))?;
        Ok(Publisher { shared, notifier })
    }
}

/// Keeps a game registered with a metaserver until dropped.
///
/// It registers again every few minutes, and soon after the game has changed; when the metaserver
/// cannot be reached or refuses, it tries again after ever longer pauses.
///
/// The protocol has no way to withdraw. When the publisher is dropped, it stops to register, and
/// the metaserver forgets the game 10 minutes after the last time.
///
/// ```no_run
/// use tp_net::discovery::metaserver::{Key, Metaserver, Publisher};
/// use tp_net::model::{Game, GameConnection, GameParameterId};
///
/// let mut game = Game {
///     name: "friday".into(),
///     tp: vec!["0.3".into(), "0.4".into()],
///     connections: vec![GameConnection {
///         r#type: "tp".into(),
///         dns: "game.example".into(),
///         port: 6923,
///         ..GameConnection::default()
///     }],
///     ..Game::default()
/// };
/// let metaserver = Metaserver::new("http://metaserver.example/")?;
/// let publisher = Publisher::builder(metaserver, Key::random()?).start(game.clone())?;
/// // … later:
/// game.set_number(GameParameterId::TURN, 2);
/// publisher.set(game);
/// # Ok::<(), tp_net::discovery::Error>(())
/// ```
#[derive(Debug)]
pub struct Publisher {
    shared: Arc<Shared>,
    /// Notified when the game has changed, disconnected when the publisher is dropped.
    notifier: Sender<()>,
}

#[derive(Debug)]
struct Shared {
    game: Mutex<Game>,
    outcome: Mutex<Option<Result<Receipt, Error>>>,
}

impl Publisher {
    /// A publisher to be, of a game with this key.
    pub fn builder(metaserver: Metaserver, key: impl Into<Key>) -> PublisherBuilder {
        PublisherBuilder {
            metaserver,
            key: key.into(),
            period: Duration::from_secs(360),
            gap: Duration::from_secs(60),
        }
    }

    /// What is to be told of the game from now on. Costs nothing if that is nothing new.
    pub fn set(&self, game: Game) {
        let mut current = lock(&self.shared.game);
        if *current == game {
            return;
        }
        *current = game;
        drop(current);
        // An error means that it is notified already, or the thread has ended.
        let _ = self.notifier.try_send(());
    }

    /// How the last update ended, once: nothing until the next one has.
    #[must_use]
    pub fn outcome(&self) -> Option<Result<Receipt, Error>> {
        lock(&self.shared.outcome).take()
    }
}

fn run(of: &PublisherBuilder, shared: &Shared, notified: &Receiver<()>) {
    let mut schedule = Schedule::new(of.period, of.gap, Instant::now());
    loop {
        while Instant::now() < schedule.due() {
            match notified.recv_deadline(schedule.due()) {
                Ok(()) => schedule.changed(Instant::now()),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        if notified.is_disconnected() {
            return;
        }
        let game = lock(&shared.game).clone();
        let outcome = of.metaserver.update(&game, &of.key);
        match &outcome {
            Ok(receipt) => tracing::debug!(confirmed = receipt.confirmed, "registered"),
            Err(error) => tracing::warn!(%error, "not registered"),
        }
        schedule.done(outcome.is_ok(), Instant::now());
        *lock(&shared.outcome) = Some(outcome);
    }
}
