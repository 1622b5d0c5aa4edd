//! What a case has to work with.

use std::cell::Cell;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};
use tp_net::transport::{Scheme, Stream, Url};
use tp_tests::report::Journal;

use crate::connection::{Connection, Lost, Patience};
use crate::outcome::{Outcome, Step as _, Stop, require};
use crate::target::{Account, Target};
use tp_tests::frame::Version;

/// The longest that a case may take.
const LONGEST: Duration = Duration::from_secs(30);

pub(crate) struct Context<'a> {
    pub(crate) target: &'a Target,
    pub(crate) version: Version,
    pub(crate) journal: Journal,
    patience: Patience,
    connections: Cell<u32>,
    /// Whether there was a connection at all.
    pub(crate) reached: Cell<bool>,
    /// Whether the server ended a connection, or took none.
    pub(crate) lost: Lost,
}

impl<'a> Context<'a> {
    pub(crate) fn new(target: &'a Target, version: Version) -> Self {
        let now = Instant::now();
        let patience = Patience {
            answer: target.patience,
            deadline: now.checked_add(LONGEST).unwrap_or(now),
        };
        Self {
            target,
            version,
            journal: Journal::new(target.show_secrets),
            patience,
            connections: Cell::new(0),
            reached: Cell::new(false),
            lost: Lost::default(),
        }
    }

    /// A connection on which nothing was said yet.
    pub(crate) fn open(&self) -> Outcome<Connection> {
        self.open_by(&self.target.url)
    }

    /// A connection to the same port by another way: with TLS, without anything.
    pub(crate) fn open_as(&self, scheme: Scheme) -> Outcome<Connection> {
        let url = Url::new(scheme, self.target.url.host());
        let url = url.map_err(|error| Stop::Fail(error.to_string()))?;
        self.open_by(&url.with_port(self.target.url.port_or_default()))
    }

    fn open_by(&self, url: &Url) -> Outcome<Connection> {
        let number = self.connections.get().saturating_add(1);
        self.connections.set(number);
        let stream = self.dial(url).map_err(|error| {
            self.journal
                .event(number, format!("no connection: {error}"));
            self.lost.store(true, Ordering::Relaxed);
            Stop::Unreachable(format!("the server accepts no connection: {error}"))
        })?;
        self.reached.set(true);
        let journal = self.journal.clone();
        let mut connection = Connection::new(stream, self.version, number, journal, self.patience);
        connection.lost = Lost::clone(&self.lost);
        Ok(connection)
    }

    /// A stream on which frames can be sent: connected, and with what the URL wants over TCP.
    fn dial(&self, url: &Url) -> io::Result<Box<dyn Stream>> {
        let patience = self.patience.answer;
        let began = Instant::now();
        let mut stream = self.target.connector.open(url, patience)?;
        while !stream.handshake()? {
            let left = patience.saturating_sub(began.elapsed());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            stream.wait(false, Some(left))?;
        }
        Ok(stream)
    }

    /// A connection on which Connect was answered.
    pub(crate) fn connect(&self) -> Outcome<Connection> {
        let mut connection = self.open()?;
        connection.greet()?;
        Ok(connection)
    }

    /// A connection of the first player.
    pub(crate) fn login(&self) -> Outcome<Connection> {
        self.login_as(self.first()?)
    }

    /// A connection of another player.
    pub(crate) fn login_other(&self) -> Outcome<Connection> {
        self.login_as(self.second()?)
    }

    fn login_as(&self, account: &Account) -> Outcome<Connection> {
        let mut connection = self.connect()?;
        connection.log_in(account)?;
        Ok(connection)
    }

    pub(crate) fn first(&self) -> Outcome<&'a Account> {
        self.target.accounts.first().ok_or_else(|| {
            Stop::Skip("needs an account: --user and --password, or --register".into())
        })
    }

    pub(crate) fn second(&self) -> Outcome<&'a Account> {
        self.target.accounts.get(1).ok_or_else(|| {
            let text = "needs a second account: --other-user and --other-password, or --register";
            Stop::Skip(text.into())
        })
    }

    /// Skips the case unless it may make accounts that stay.
    pub(crate) fn may_register(&self) -> Outcome {
        require!(
            self.target.register,
            "makes an account that nobody can remove; --register allows it"
        );
        Ok(())
    }

    /// That new clients are let in and answered.
    pub(crate) fn still_serves(&self) -> Outcome {
        let mut connection = self.connect()?;
        connection.still_works()
    }

    /// Whether `GetFeatures` names this feature.
    pub(crate) fn offers(&self, feature: &str) -> Outcome<bool> {
        let mut connection = self.connect().needed("1.1")?;
        let features = connection.ask_one("GetFeatures", Value::Null, "Features");
        Ok(features
            .needed("7.1")?
            .list("features")?
            .contains(&json!(feature)))
    }
}

/// A name that nothing and nobody else has.
pub(crate) fn unique(what: &str) -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let time = time.unwrap_or_default().as_micros();
    format!("{what}-{:x}-{number}", time & 0xffff_ffff_ffff)
}
