//! Bots, who look around, and check what they see.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread::sleep;
use std::time::Duration;

use tokio::runtime::Handle;
use tp_game::ACCOUNTS;
use tp_net::model::Message;
use tp_net::transport::tls::Trust;
use tp_net::{Error, Options, Reconnect, TpString, blocking, game};

use crate::api::{self, Api};

/// How long from one request of a bot to the next.
const PACE: Duration = Duration::from_millis(150);
/// How many requests a bot makes before it goes, and comes again.
const VISIT: usize = 60;

const SCHEMES: [&str; 4] = ["tp", "tps", "tp+http", "tp+https"];
const VERSIONS: [tp_frames::Version; 2] = [game::TP03, game::TP04];

/// What each account sees at the start: objects, by their ids, and their names.
pub(crate) type Known = Vec<BTreeMap<u32, TpString>>;

/// Looks around as each of the players, by no bad network.
pub(crate) fn known(server: SocketAddr) -> Known {
    let look = |(name, password): &(&str, &str)| {
        let mut client = blocking::Client::connect(server, Options::default()).unwrap();
        client.login(*name, *password).unwrap();
        let objects = client.all_objects().unwrap().into_iter();
        objects
            .map(|object| object.unwrap())
            .map(|object| (object.id, object.name))
            .collect()
    };
    ACCOUNTS.iter().map(look).collect()
}

/// What was done, and what was wrong.
#[derive(Default)]
pub(crate) struct Tally {
    answers: AtomicU64,
    visits: AtomicU64,
    /// Errors through the bad network, by what they are.
    errors: Mutex<BTreeMap<String, u64>>,
    wrong: Mutex<Vec<String>>,
}

impl Tally {
    pub(crate) fn wrong(&self) -> Vec<String> {
        let wrong = self.wrong.lock().unwrap();
        let mut told: Vec<String> = wrong.iter().take(10).cloned().collect();
        if wrong.len() > told.len() {
            told.push(format!("and {} more", wrong.len() - told.len()));
        }
        told
    }

    pub(crate) fn report(&self, time: Duration) -> String {
        let (answers, visits) = (self.answers.load(Relaxed), self.visits.load(Relaxed));
        let mut out = format!(
            "{answers} answers on {visits} logins in {:.0} s",
            time.as_secs_f64()
        );
        for (error, count) in self.errors.lock().unwrap().iter() {
            let _ = write!(out, "\n{count:>8} {error}");
        }
        out
    }
}

/// Why a visit ends.
enum Ended {
    Error(Error),
    /// The server answered something that is not so.
    Wrong(String),
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

pub(crate) struct Bot {
    number: usize,
    api: usize,
    scheme: &'static str,
    version: tp_frames::Version,
    account: usize,
    /// Where it connects to.
    place: SocketAddr,
    faulty: bool,
    options: Options,
}

impl Bot {
    /// Bots of all numbers are of all kinds.
    pub(crate) fn new(number: usize, server: SocketAddr, network: SocketAddr) -> Self {
        let mut rest = number;
        let mut next = |kinds: usize| {
            let kind = rest % kinds;
            rest /= kinds;
            kind
        };
        let faulty = next(2) == 1;
        let api = next(api::NUMBER);
        let scheme = SCHEMES[next(SCHEMES.len())];
        let version = VERSIONS[next(VERSIONS.len())];
        let account = number % ACCOUNTS.len();
        let options = Options::default()
            .versions(version)
            .trust(Trust::dangerously_anyone());
        let options = match faulty {
            true => options
                .connect_timeout(Duration::from_secs(3))
                .greeting_timeout(Duration::from_secs(3))
                .reply_timeout(Some(Duration::from_secs(3))),
            false => options,
        };
        // Half of those who meet faults get over them by themselves.
        let options = match faulty && number % 4 == 1 {
            true => options.reconnect(
                Reconnect::default()
                    .first_delay(Duration::from_millis(100))
                    .longest_delay(Duration::from_secs(1))
                    .attempts(Some(3)),
            ),
            false => options,
        };
        Self {
            number,
            api,
            scheme,
            version,
            account,
            place: if faulty { network } else { server },
            faulty,
            options,
        }
    }

    /// Visits the server over and over, until it is over.
    pub(crate) fn play(&self, known: &Known, tally: &Tally, over: &AtomicBool, runtime: &Handle) {
        while !over.load(Relaxed) {
            match self.visit(&known[self.account], tally, over, runtime) {
                Ok(()) => {}
                Err(Ended::Error(error)) if self.faulty => {
                    let text: String = error.to_string().chars().take(60).collect();
                    // Numbers and places would make each an error of its own.
                    let text = text.replace(|it: char| it.is_ascii_digit(), "N");
                    *tally.errors.lock().unwrap().entry(text).or_default() += 1;
                    sleep(PACE);
                }
                Err(Ended::Error(error)) => self.complain(tally, &error.to_string()),
                Err(Ended::Wrong(text)) => self.complain(tally, &text),
            }
        }
    }

    fn complain(&self, tally: &Tally, text: &str) {
        let who = format!(
            "bot {} ({}, {}, {}{})",
            self.number,
            ["blocking", "polling", "async"][self.api],
            self.scheme,
            self.version,
            if self.faulty {
                ", by the bad network"
            } else {
                ""
            }
        );
        tally.wrong.lock().unwrap().push(format!("{who}: {text}"));
        sleep(PACE);
    }

    fn visit(
        &self,
        known: &BTreeMap<u32, TpString>,
        tally: &Tally,
        over: &AtomicBool,
        runtime: &Handle,
    ) -> Result<(), Ended> {
        let options = self.options.clone();
        let mut api = Api::connect(self.api, self.scheme, self.place, options, runtime)?;
        let (name, _) = ACCOUNTS[self.account];
        api.login(name)?;
        tally.visits.fetch_add(1, Relaxed);
        let mut turn = None;
        let ids: Vec<u32> = known.keys().copied().collect();
        for step in 0..VISIT {
            if over.load(Relaxed) {
                break;
            }
            match (step + self.number) % 10 {
                0 => {
                    let me = api.me()?;
                    check(me.name == name, || format!("{name} is {}", me.name))?;
                }
                1 => {
                    let objects = api.all_objects()?;
                    let there = objects.len() >= known.len();
                    check(there, || format!("{} objects are there", objects.len()))?;
                }
                2 => {
                    let text = format!("step {step} of bot {}", self.number);
                    match api.post(Message::new(0, text)) {
                        // There may be enough of them.
                        Err(error) if error.is_refused() => {}
                        posted => drop(posted?),
                    }
                }
                3 | 4 => {
                    let time = api.time_remaining()?;
                    let later = turn.is_none() || time.turn >= turn;
                    check(later, || format!("turn {:?} after {turn:?}", time.turn))?;
                    turn = time.turn;
                }
                _ => {
                    let first = (step * 7 + self.number) % ids.len();
                    let ids = &ids[first..(first + 5).min(ids.len())];
                    let objects = api.objects(ids)?;
                    check(objects.len() == ids.len(), || "a list is short".to_owned())?;
                    for (id, object) in ids.iter().zip(objects) {
                        let object = object?;
                        let right = object.id == *id && known.get(id) == Some(&object.name);
                        check(right, || format!("{id} is {} {}", object.id, object.name))?;
                    }
                }
            }
            tally.answers.fetch_add(1, Relaxed);
            sleep(PACE);
        }
        Ok(())
    }
}

fn check(holds: bool, what: impl FnOnce() -> String) -> Result<(), Ended> {
    match holds {
        true => Ok(()),
        false => Err(Ended::Wrong(what())),
    }
}
