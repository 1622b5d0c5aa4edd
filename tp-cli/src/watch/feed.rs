//! What the server tells, brought by a thread of its own: the screen never waits for the network.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use tp_net::blocking::Client;
use tp_net::mirror::Mirror;
use tp_net::model::TimeRemaining;
use tp_net::{Error, Event, Reconnect};

use crate::connection::Connection;
use crate::failure::Failure;

/// How long it is listened before it is looked for what the person wants.
const PAUSE: Duration = Duration::from_millis(100);

/// Something new.
pub(super) enum News {
    /// What is there now.
    Picture(Box<Mirror>),
    /// How long the turn lasts.
    Turn(TimeRemaining),
    /// What is going on, in a few words.
    Status(String),
    /// It cannot go on, and why.
    Over(Failure),
}

/// The thread's two ends.
pub(super) struct Feed {
    name: String,
    news: Receiver<News>,
    wishes: Sender<()>,
}

impl Feed {
    /// Connects and logs in, and then goes on by itself.
    pub(super) fn start(mut connection: Connection) -> Result<Self, Failure> {
        let again = Reconnect::default()
            .attempts(None)
            .longest_delay(Duration::from_secs(10));
        connection.options = connection.options.reconnect(again);
        let client = connection.log_in()?;
        let name = connection.url.to_string();
        let (teller, news) = mpsc::channel();
        let (wishes, wanted) = mpsc::channel();
        let worker = thread::Builder::new().name("feed".to_owned());
        let started = worker.spawn(move || {
            Worker {
                connection,
                client,
                teller,
                wanted,
            }
            .run()
        });
        started.map_err(|error| Failure::failed(format_args!("no thread: {error}")))?;
        Ok(Self { name, news, wishes })
    }

    /// Where the game is.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The next news that are there; `None` if there are none now.
    pub(super) fn next(&self) -> Option<News> {
        self.news.try_recv().ok()
    }

    /// Asks again what there is.
    pub(super) fn refresh(&self) {
        // If nobody is there any more, its last news said so.
        let _ = self.wishes.send(());
    }
}

/// Who asks the server.
struct Worker {
    connection: Connection,
    client: Client,
    teller: Sender<News>,
    wanted: Receiver<()>,
}

/// Nobody looks any more.
struct Unwatched;

impl Worker {
    fn run(mut self) {
        let mut mirror = Mirror::new();
        let end = loop {
            match self.step(&mut mirror) {
                Ok(Ok(())) => {}
                Ok(Err(Unwatched)) => break None,
                Err(error) => break Some(error),
            }
        };
        if let Some(error) = end {
            let _ = self
                .teller
                .send(News::Over(self.connection.not_told(&error)));
        }
        self.client.disconnect();
    }

    /// Looks what there is, and waits until that may have changed.
    fn step(&mut self, mirror: &mut Mirror) -> Result<Result<(), Unwatched>, Error> {
        let _ = self.teller.send(News::Status("asking …".to_owned()));
        self.client.refresh(mirror)?;
        let time = self.client.time_remaining()?;
        if self
            .tell([News::Picture(Box::new(mirror.clone())), News::Turn(time)])
            .is_err()
        {
            return Ok(Err(Unwatched));
        }
        loop {
            match self.wanted.recv_timeout(Duration::ZERO) {
                Ok(()) => return Ok(Ok(())),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(Err(Unwatched)),
            }
            let told = match self.client.next_event(PAUSE)? {
                None => continue,
                Some(Event::TurnEnded(_) | Event::Reconnected | Event::Missed(_)) => {
                    return Ok(Ok(()));
                }
                Some(Event::TurnTime(time)) => self.tell([News::Turn(time)]),
                Some(_) => continue,
            };
            if told.is_err() {
                return Ok(Err(Unwatched));
            }
        }
    }

    fn tell<const N: usize>(&self, news: [News; N]) -> Result<(), Unwatched> {
        let mut news = news.into_iter();
        let told = news.try_for_each(|it| self.teller.send(it));
        let told = told.and_then(|()| self.teller.send(News::Status(String::new())));
        told.map_err(|_| Unwatched)
    }
}
