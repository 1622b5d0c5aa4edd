//! A load, from where it goes to what came of it.

use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tp_frames::Version;
use tp_net::client::{AsyncConnector, AsyncStream, Client, Opened as Opening};
use tp_net::transport::Url;
use tp_net::{IdListQuery, IntoUrl, Options, TpString, game};

use crate::asking::{Asking, Template, WINDOWS, first_ids};
use crate::error::Error;
use crate::frames::Frames;
use crate::mix::{Ask, Mix};
use crate::opening::{self, Account};
use crate::pipeline::Pipeline;
use crate::report::{FailureKind, Latency, Report};
use crate::tally::{End, Tally};

/// Connections, and requests on each of them at once, that are allowed.
const CONNECTIONS: u64 = 10_000;
const DEPTH: u64 = 4_096;

/// Connections that are made at the same time.
const OPENING: usize = 64;

/// How a load asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Through {
    /// By frames that were made once; of the answers no more is read than how many there are.
    #[default]
    Frames,
    /// By the asynchronous client, which reads all of them.
    Client,
}

/// A load to be.
///
/// By default one connection asks one `ping` at a time for ten seconds.
#[derive(Clone)]
#[must_use = "it does nothing unless it is run"]
pub struct Load {
    url: Url,
    options: Options,
    connector: Shared,
    account: Option<Account>,
    connections: usize,
    depth: usize,
    mix: Mix,
    duration: Duration,
    requests: Option<Requests>,
    patience: Duration,
    through: Through,
}

/// How many requests are asked.
#[derive(Debug, Clone, Copy)]
enum Requests {
    /// On all connections together.
    Together(u64),
    /// On each of them.
    Each(u64),
}

/// One connector for all connections.
#[derive(Clone)]
struct Shared(Arc<dyn AsyncConnector>);

impl AsyncConnector for Shared {
    fn open<'a>(&'a self, url: &'a Url, timeout: Duration) -> Opening<'a> {
        self.0.open(url, timeout)
    }
}

impl Load {
    /// A load on this server. A user and a password in the URL are not used: see
    /// [`login`](Self::login).
    ///
    /// # Errors
    ///
    /// The URL cannot be read.
    pub fn new(url: impl IntoUrl) -> Result<Self, Error> {
        let url = url.into_url().map_err(Error::Url)?;
        let options = Options::default().client_name(opening::NAME);
        Ok(Self {
            url: url.place(),
            connector: Shared(Arc::new(options.dialer())),
            options,
            account: None,
            connections: 1,
            depth: 1,
            mix: Mix::default(),
            duration: Duration::from_secs(10),
            requests: None,
            patience: Duration::from_secs(30),
            through: Through::default(),
        })
    }

    /// Whom to trust, which versions to speak, and whatever else clients are told; connections are
    /// made as these options say.
    pub fn options(mut self, options: Options) -> Self {
        self.connector = Shared(Arc::new(options.dialer()));
        self.options = options.client_name(opening::NAME);
        self
    }

    /// Makes connections by this, such as one to a server
    /// [in memory](tp_net::server::Server::connector). Call it after [`options`](Self::options).
    pub fn connector(mut self, connector: impl AsyncConnector) -> Self {
        self.connector = Shared(Arc::new(connector));
        self
    }

    /// Logs in on each connection, before it is measured.
    pub fn login(mut self, user: impl Into<TpString>, password: impl Into<TpString>) -> Self {
        self.account = Some(Account {
            user: user.into(),
            password: password.into(),
        });
        self
    }

    /// How many connections at once, 1 to 10,000; servers have limits of their own.
    pub fn connections(mut self, number: usize) -> Self {
        self.connections = number;
        self
    }

    /// How many requests are on their way at once on each connection, 1 to 4,096.
    pub fn depth(mut self, depth: usize) -> Self {
        self.depth = depth;
        self
    }

    /// What is asked.
    pub fn mix(mut self, mix: impl Into<Mix>) -> Self {
        self.mix = mix.into();
        self
    }

    /// For how long requests are asked. What is on its way then is waited for.
    pub fn duration(mut self, time: Duration) -> Self {
        self.duration = time;
        self.requests = None;
        self
    }

    /// How many requests are asked on all connections together, however long that takes.
    pub fn requests(mut self, number: u64) -> Self {
        self.requests = Some(Requests::Together(number));
        self
    }

    /// How many requests are asked on each connection, however long that takes.
    pub fn requests_each(mut self, number: u64) -> Self {
        self.requests = Some(Requests::Each(number));
        self
    }

    /// How long a connection may be made or wait without any answer, 30 seconds by default; then it
    /// is given up.
    pub fn patience(mut self, time: Duration) -> Self {
        self.patience = time;
        self
    }

    /// How it asks.
    pub fn through(mut self, through: Through) -> Self {
        self.through = through;
        self
    }

    /// Makes all connections, and logs in on them.
    ///
    /// # Errors
    ///
    /// A number is out of its range; the server cannot be reached, refuses, or has nothing of what
    /// the mix asks for; or it does not take so many connections.
    pub async fn connect(self) -> Result<Ready, Error> {
        in_range(
            "the number of connections",
            self.connections as u64,
            CONNECTIONS,
        )?;
        in_range("the depth", self.depth as u64, DEPTH)?;
        let (Requests::Together(requests) | Requests::Each(requests)) =
            self.requests.unwrap_or(Requests::Together(1));
        in_range("the number of requests", requests, u64::MAX)?;
        self.mix.check()?;
        let client = self.client().await.map_err(Error::Connecting)?;
        self.log_in(&client).await.map_err(Error::LoggingIn)?;
        let version = client.version().await.map_err(Error::Connecting)?;
        let objects = self.objects(&client).await?;
        drop(client);
        let asking = Asking::new(&self.mix, &objects, version);
        let asking = asking.map_err(|error| Error::Asking(tp_net::Error::Encode(error)))?;
        let asking = Arc::new(asking);
        let connections = self.open_all(version, &asking).await?;
        Ok(Ready {
            load: self,
            version,
            asking,
            connections,
        })
    }

    /// Makes all connections, and loads the server; as [`connect`](Self::connect) and
    /// [`Ready::run`].
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub async fn run(self) -> Result<Report, Error> {
        let mut ready = self.connect().await?;
        Ok(ready.run().await)
    }

    async fn client(&self) -> Result<Client, tp_net::Error> {
        let options = self.options.clone();
        let options = options
            .max_outstanding(self.depth.max(1))
            .reply_timeout(Some(self.patience));
        Client::connect_with(&self.url, options, self.connector.clone()).await
    }

    async fn log_in(&self, client: &Client) -> Result<(), tp_net::Error> {
        if let Some(Account { user, password }) = self.account.clone() {
            client.login(user, password).await?;
        }
        Ok(())
    }

    /// The ids of as many objects as are asked for.
    async fn objects(&self, client: &Client) -> Result<Vec<u32>, Error> {
        let numbers = self.mix.parts().iter().map(|(ask, _)| match ask {
            Ask::Objects(number) => *number,
            _ => 0,
        });
        let most = numbers.max().unwrap_or(0);
        if most == 0 {
            return Ok(Vec::new());
        }
        let windows = u32::try_from(WINDOWS).unwrap_or(1);
        let list = IdListQuery::<game::Object>::new().page_size(most.saturating_mul(windows));
        let page = client.id_page(list).await.map_err(Error::Asking)?;
        if page.ids.is_empty() {
            return Err(Error::NoObjects);
        }
        Ok(page.ids.iter().map(|it| it.id).collect())
    }

    async fn open_all(
        &self,
        version: Version,
        asking: &Arc<Asking>,
    ) -> Result<Vec<Connection>, Error> {
        let turns = Arc::new(Semaphore::new(OPENING));
        let mut opening = JoinSet::new();
        for number in 1..=self.connections {
            let (load, turns) = (self.clone(), Arc::clone(&turns));
            let asking = Arc::clone(asking);
            opening.spawn(async move {
                let _turn = turns.acquire_owned().await;
                let opened = load.open(version, asking, number).await;
                opened.map_err(|source| Error::Connection {
                    number,
                    all: load.connections,
                    source,
                })
            });
        }
        let mut connections = Vec::with_capacity(self.connections);
        while let Some(opened) = opening.join_next().await {
            // A task that panicked has said so already.
            if let Ok(opened) = opened {
                connections.push(opened?);
            }
        }
        Ok(connections)
    }

    async fn open(
        &self,
        version: Version,
        asking: Arc<Asking>,
        number: usize,
    ) -> Result<Connection, tp_net::Error> {
        match self.through {
            Through::Frames => {
                let (url, account) = (&self.url, self.account.as_ref());
                let connector = &*self.connector.0;
                let opened = opening::open(connector, url, version, account, self.patience).await?;
                let frames = Frames::new(asking, number, opened.sequence);
                Ok(Connection::Frames(opened.stream, frames, opened.received))
            }
            Through::Client => {
                let client = self.client().await?;
                self.log_in(&client).await?;
                Ok(Connection::Client(client))
            }
        }
    }
}

impl std::fmt::Debug for Load {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Load")
            .field("url", &self.url)
            .field("connections", &self.connections)
            .field("depth", &self.depth)
            .field("mix", &self.mix)
            .field("duration", &self.duration)
            .field("requests", &self.requests)
            .field("through", &self.through)
            .finish_non_exhaustive()
    }
}

fn in_range(what: &'static str, value: u64, most: u64) -> Result<(), Error> {
    match (1..=most).contains(&value) {
        true => Ok(()),
        false => Err(Error::OutOfRange { what, value, most }),
    }
}

enum Connection {
    /// With what came behind the last answer.
    Frames(Box<dyn AsyncStream>, Frames, BytesMut),
    Client(Client),
}

/// A load whose connections are made.
#[must_use = "it does nothing unless it is run"]
pub struct Ready {
    load: Load,
    version: Version,
    asking: Arc<Asking>,
    connections: Vec<Connection>,
}

impl Ready {
    /// How many connections there are.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.len()
    }

    /// Loads the server until the end that was set. Can be done again, on the connections that are
    /// left then: those that were cut or given up are not made anew.
    pub async fn run(&mut self) -> Report {
        let tally = Arc::new(Tally::default());
        let start = Instant::now();
        let requests = self.load.requests;
        let of_all = Arc::new(match requests {
            Some(Requests::Together(number)) => End::requests(number),
            _ => End::after(self.load.duration),
        });
        let mut running = JoinSet::new();
        for (number, connection) in self.connections.drain(..).enumerate() {
            let end = match requests {
                Some(Requests::Each(number)) => Arc::new(End::requests(number)),
                _ => Arc::clone(&of_all),
            };
            let tally = Arc::clone(&tally);
            match connection {
                Connection::Frames(stream, frames, early) => {
                    let (depth, patience) = (self.load.depth, self.load.patience);
                    let mut pipeline = Pipeline::new(stream, frames, depth, patience, end, tally);
                    running.spawn(async move {
                        // Nothing is asked yet, so that none of it is an answer.
                        match pipeline.take(&early) {
                            Ok(()) => (&mut pipeline).await,
                            Err(error) => pipeline.give_up(FailureKind::Malformed, &error.0),
                        }
                        let (stream, frames) = pipeline.into_parts()?;
                        Some(Connection::Frames(stream, frames, BytesMut::new()))
                    });
                }
                Connection::Client(client) => {
                    let (depth, asking) = (self.load.depth, Arc::clone(&self.asking));
                    running.spawn(async move {
                        ask_at_once(&client, number, depth, asking, end, tally).await;
                        Some(Connection::Client(client))
                    });
                }
            }
        }
        while let Some(connection) = running.join_next().await {
            // A task that panicked has said so already.
            self.connections.extend(connection.ok().flatten());
        }
        report(&self.load, self.version, start, &tally)
    }
}

impl std::fmt::Debug for Ready {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ready")
            .field("load", &self.load)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Asks so many requests at once on one connection, until the end.
async fn ask_at_once(
    client: &Client,
    number: usize,
    depth: usize,
    asking: Arc<Asking>,
    end: Arc<End>,
    tally: Arc<Tally>,
) {
    let mut running = JoinSet::new();
    for place in 0..depth {
        let (client, asking) = (client.clone(), Arc::clone(&asking));
        let (end, tally) = (Arc::clone(&end), Arc::clone(&tally));
        let place = number.wrapping_add(place);
        running.spawn(async move {
            ask_all(&client, &asking, (place, depth), &end, &tally).await;
        });
    }
    while running.join_next().await.is_some() {}
}

/// Asks one request after the other, each `step` further on in what is asked.
async fn ask_all(
    client: &Client,
    asking: &Asking,
    (mut place, step): (usize, usize),
    end: &End,
    tally: &Tally,
) {
    while end.take(1, Instant::now()) == 1 {
        let Some(template) = asking.template(place) else {
            return;
        };
        place = place.wrapping_add(step);
        let asked = Instant::now();
        let answer = ask(client, template).await;
        let now = Instant::now();
        tally.lock(|counts| match &answer {
            Ok(()) => counts.answer(asked, now),
            Err(error) => counts.fail(1, kind(error), &error.to_string()),
        });
        if answer.is_err_and(|error| error.is_disconnected()) {
            return;
        }
    }
}

async fn ask(client: &Client, template: &Template) -> Result<(), tp_net::Error> {
    match template.ask {
        Ask::Ping => client.request(game::Ping {}).await.map(drop),
        Ask::Turn => client.time_remaining().await.map(drop),
        Ask::Objects(_) => {
            let objects = client.objects(template.ids.clone()).await?;
            objects.into_iter().try_for_each(|it| it.map(drop))
        }
        Ask::Ids(number) => client.request(first_ids(number)).await.map(drop),
    }
}

fn kind(error: &tp_net::Error) -> FailureKind {
    match error {
        tp_net::Error::Incomplete { .. } => FailureKind::Unanswered,
        error if error.is_refused() => FailureKind::Refused,
        error if error.is_timeout() => FailureKind::Timeout,
        error if error.is_disconnected() => FailureKind::Disconnected,
        _ => FailureKind::Malformed,
    }
}

fn report(load: &Load, version: Version, start: Instant, tally: &Tally) -> Report {
    tally.lock(|counts| {
        let last = counts.last.unwrap_or(start);
        let seconds = last.saturating_duration_since(start).as_secs_f64();
        #[allow(clippy::cast_precision_loss, reason = "it is a rate")]
        let rate = match seconds > 0.0 {
            true => counts.answered as f64 / seconds,
            false => 0.0,
        };
        Report {
            url: load.url.to_string(),
            version: version.to_string(),
            connections: load.connections,
            depth: load.depth,
            mix: load.mix.to_string(),
            seconds,
            requests: counts.answered,
            requests_per_second: rate,
            latency: counts.latency.as_ref().map(Latency::of).unwrap_or_default(),
            bytes_sent: counts.sent,
            bytes_received: counts.received,
            failures: counts.failures.values().cloned().collect(),
        }
    })
}
