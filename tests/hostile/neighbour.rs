//! Honest clients of each kind, who play while their server is attacked.
//!
//! Each asks at set times. While it waits for an answer, others like it would have asked at theirs and
//! waited as well: a server that stands still for a second delays two hundred requests, not one. Options
//! and limits are the default ones.

use std::io;
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tp_net::discovery::metaserver::Metaserver;
use tp_net::{Error, Options, blocking, client, polling};

/// How long from one request of a client to the next.
const PACE: Duration = Duration::from_millis(5);
/// The same for the list of a metaserver, for which a client connects each time and reads all of it.
const LIST_PACE: Duration = Duration::from_millis(100);
/// How long from one newcomer to the next.
const ARRIVALS: Duration = Duration::from_millis(200);
/// How long a newcomer may take to be let in.
const ENTRY: Duration = Duration::from_secs(10);

/// What a neighbour saw since it was last asked.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// How long each request took, in nanoseconds.
    nanos: Vec<u64>,
    /// Newcomers who were let in, and the longest that took one, in seconds.
    pub(crate) newcomers: u64,
    pub(crate) entry: f64,
    pub(crate) errors: Vec<String>,
}

impl Seen {
    /// So many of 100 took no longer.
    pub(crate) fn percentile(&self, of: usize) -> Duration {
        let mut nanos = self.nanos.clone();
        nanos.sort_unstable();
        let at = (nanos.len() * of / 100).min(nanos.len().saturating_sub(1));
        Duration::from_nanos(nanos.get(at).copied().unwrap_or(0))
    }

    pub(crate) fn requests(&self) -> usize {
        self.nanos.len()
    }
}

type Book = Arc<Mutex<Seen>>;

/// Plays until standard input ends; tells what was seen at each line of it.
pub(crate) fn run(kind: &str, address: &str) {
    let book = Book::default();
    let clients: &[fn(&str, Turns)] = match kind {
        "players" => &[with_blocking, with_polling, with_async, newcomers],
        "onlooker" => &[onlooker],
        _ => &[browser],
    };
    let ready = Arc::new(Barrier::new(clients.len() + 1));
    for play in clients {
        let (address, book, ready) = (address.to_owned(), Arc::clone(&book), Arc::clone(&ready));
        thread::spawn(move || {
            play(&address, Turns::new(Arc::clone(&book), ready));
        });
    }
    ready.wait();
    println!("ready");
    for _ in io::stdin().lines() {
        let seen = std::mem::take(&mut *book.lock().unwrap());
        println!("{}", serde_json::to_string(&seen).unwrap());
    }
}

/// When to ask, and what became of it.
struct Turns {
    book: Book,
    ready: Option<Arc<Barrier>>,
    pace: Duration,
    next: Instant,
}

impl Turns {
    fn new(book: Book, ready: Arc<Barrier>) -> Self {
        Self {
            book,
            ready: Some(ready),
            pace: PACE,
            next: Instant::now(),
        }
    }

    /// The client is there; waits for the others.
    fn begin(&mut self) {
        if let Some(ready) = self.ready.take() {
            ready.wait();
            self.next = Instant::now();
        }
    }

    /// Waits until it is time for the next request; returns when that is.
    fn turn(&mut self) -> Instant {
        let now = Instant::now();
        let due = self.next.max(now);
        self.next = due + self.pace;
        thread::sleep(due.saturating_duration_since(now));
        due
    }

    /// A request was answered, or not; and so were those that others would have asked meanwhile.
    fn done<E: std::fmt::Display>(&self, who: &str, due: Instant, result: Result<(), E>) {
        let mut book = self.book.lock().unwrap();
        match result {
            Ok(()) => {
                let mut waited = Some(due.elapsed());
                while let Some(took) = waited {
                    book.nanos.push(took.as_nanos() as u64);
                    waited = took.checked_sub(self.pace);
                }
            }
            Err(error) => book.errors.push(format!("{who}: {error}")),
        }
    }

    /// The client cannot go on: it is tried again in a while.
    fn failed(&mut self, who: &str, error: &Error) {
        self.begin();
        let text = format!("{who}: {error}");
        self.book.lock().unwrap().errors.push(text);
        thread::sleep(Duration::from_millis(500));
        self.next = Instant::now();
    }
}

/// What the clients ask, one after the other.
macro_rules! asked {
    ($number:expr, $client:ident $($waited:tt)*) => {
        match $number % 4 {
            0 => $client.time_remaining() $($waited)* .map(drop),
            1 => $client.object(0) $($waited)* .map(drop),
            2 => $client.objects([1, 2, 3, 4, 5, 6, 7, 8]) $($waited)* .map(drop),
            _ => $client.me() $($waited)* .map(drop),
        }
    };
}

fn with_blocking(address: &str, mut turns: Turns) {
    loop {
        let play = |turns: &mut Turns| -> Result<(), Error> {
            let mut client = blocking::Client::connect(address, Options::default())?;
            client.login("alice", "alice")?;
            turns.begin();
            for number in 0_u64.. {
                let due = turns.turn();
                asked!(number, client)?;
                turns.done::<Error>("blocking", due, Ok(()));
            }
            Ok(())
        };
        if let Err(error) = play(&mut turns) {
            turns.failed("blocking", &error);
        }
    }
}

fn with_polling(address: &str, mut turns: Turns) {
    loop {
        let play = |turns: &mut Turns| -> Result<(), Error> {
            let mut client = polling::Client::connect(address, Options::default())?;
            let login = client.login("bob", "bob").unwrap();
            client.wait_for(&login)?;
            turns.begin();
            for number in 0_u64.. {
                let due = turns.turn();
                match number % 4 {
                    0 => {
                        let ticket = client.time_remaining().unwrap();
                        client.wait_for(&ticket).map(drop)
                    }
                    1 => {
                        let ticket = client.object(0).unwrap();
                        client.wait_for(&ticket).map(drop)
                    }
                    2 => {
                        let ticket = client.objects([1, 2, 3, 4, 5, 6, 7, 8]).unwrap();
                        client.wait_for(&ticket).map(drop)
                    }
                    _ => {
                        let ticket = client.me().unwrap();
                        client.wait_for(&ticket).map(drop)
                    }
                }?;
                turns.done::<Error>("polling", due, Ok(()));
            }
            Ok(())
        };
        if let Err(error) = play(&mut turns) {
            turns.failed("polling", &error);
        }
    }
}

fn with_async(address: &str, mut turns: Turns) {
    let runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = { runtime }.worker_threads(1).enable_all().build().unwrap();
    loop {
        let play = async |turns: &mut Turns| -> Result<(), Error> {
            let client = client::Client::connect(address, Options::default()).await?;
            client.login("bob", "bob").await?;
            turns.begin();
            for number in 0_u64.. {
                // The client's own task has a thread of its own.
                let due = turns.turn();
                asked!(number, client.await)?;
                turns.done::<Error>("async", due, Ok(()));
            }
            Ok(())
        };
        if let Err(error) = runtime.block_on(play(&mut turns)) {
            turns.failed("async", &error);
        }
    }
}

/// Players who come, look, and go.
fn newcomers(address: &str, mut turns: Turns) {
    turns.begin();
    loop {
        let began = Instant::now();
        let arrive = || -> Result<(), Error> {
            let mut client = blocking::Client::connect(address, Options::default())?;
            client.login("bob", "bob")?;
            client.object(0)?;
            client.disconnect();
            Ok(())
        };
        let arrived = arrive();
        let mut book = turns.book.lock().unwrap();
        let took = began.elapsed();
        match arrived {
            Ok(()) if took <= ENTRY => {
                book.newcomers += 1;
                book.entry = book.entry.max(took.as_secs_f64());
            }
            Ok(()) => book.errors.push(format!("newcomer: let in after {took:?}")),
            Err(error) => book.errors.push(format!("newcomer: {error}")),
        }
        drop(book);
        thread::sleep(ARRIVALS);
    }
}

/// Nobody who has logged in.
fn onlooker(address: &str, mut turns: Turns) {
    loop {
        let watch = |turns: &mut Turns| -> Result<(), Error> {
            let mut client = blocking::Client::connect(address, Options::default())?;
            client.ping()?;
            turns.begin();
            loop {
                let due = turns.turn();
                client.ping()?;
                turns.done::<Error>("onlooker", due, Ok(()));
            }
        };
        if let Err(error) = watch(&mut turns) {
            turns.failed("onlooker", &error);
        }
    }
}

/// Who asks a metaserver for its list.
fn browser(address: &str, mut turns: Turns) {
    let metaserver = Metaserver::new(&format!("http://{address}/")).unwrap();
    turns.pace = LIST_PACE;
    turns.begin();
    loop {
        let due = turns.turn();
        turns.done("browser", due, metaserver.games().map(drop));
    }
}
