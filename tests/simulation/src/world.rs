//! One run: servers, clients and the network between them, from a seed to a verdict.

use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{advance, sleep, timeout};
use tp_net::server::{Builder, Server};

use crate::addresses::{ELSEWHERE, GAME, HOST, OFFICE};
use crate::book::Book;
use crate::clock::{self, Clock, Millis, block_on, millis};
use crate::game::{Deliberate, Game, Office};
use crate::ledger::{Counts, Ledger, Violation};
use crate::network::{Fault, Network, Traffic, Weather};
use crate::player::{Api, IDENTITY, Player, Synchronous, play_asynchronously, play_polling};
use crate::random::Random;
use crate::trace::Trace;

/// So long may the clients of a run play.
const PLAYED: Millis = 4 * 3_600_000;

/// So far the clock jumps at most, but for the last time.
const JUMPED: Millis = 3_600_000;

/// So long may the servers of a run take to let go of the last of them.
const QUIET: Millis = 2 * 3_600_000;

/// So long may the three servers take to end, one after the other.
const SHUTDOWN: Millis = 3 * 6_000;

/// What a run has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// What happened, as one number: the same for every run of the seed.
    pub hash: u64,
    /// How much happened.
    pub steps: u64,
    /// What became of what was asked.
    pub counts: Counts,
    /// What happened on the network.
    pub traffic: Traffic,
    /// Requests that reached a handler, and handlers that panicked.
    pub handled: u64,
    /// Handlers that panicked, as they were told.
    pub panics: u64,
    /// Times that a server was killed and started anew.
    pub restarts: u64,
    /// How long it took in simulated time.
    pub time: Millis,
    /// The first invariant that did not hold, if one did not.
    pub violation: Option<Violation>,
    /// What happened, if it was to be kept.
    pub lines: Vec<String>,
}

/// Runs what a seed says.
#[must_use]
pub fn run(seed: u64, keep_lines: bool) -> Outcome {
    quiet_panics();
    let clock = Clock::start();
    let context = clock.enter();
    let mut world = World::new(seed, keep_lines);
    let ran = catch_unwind(AssertUnwindSafe(|| world.run()));
    if let Err(panic) = ran {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or(panic.downcast_ref::<&str>().copied());
        let text = text.unwrap_or("of unknown kind");
        world.ledger.violated(format!("a panic: {text}"));
    }
    let outcome = world.outcome();
    world.network.end();
    drop(world);
    drop(context);
    drop(clock);
    outcome
}

struct World {
    seed: u64,
    random: Random,
    trace: Trace,
    network: Network,
    book: Book,
    ledger: Ledger,
    fair: bool,
    restarts: u64,
    time: Millis,
}

impl World {
    fn new(seed: u64, keep_lines: bool) -> Self {
        let mut random = Random::new(seed);
        let trace = Trace::new(keep_lines);
        let fair = random.percent(20);
        let weather = match fair {
            true => Weather::fair(),
            false => Weather::foul(&mut random),
        };
        let network = Network::new(random.fork(), weather, trace.clone());
        let book = Book::default();
        let ledger = Ledger::new(trace.clone(), network.clone(), book.clone(), fair);
        Self {
            seed,
            random,
            trace,
            network,
            book,
            ledger,
            fair,
            restarts: 0,
            time: 0,
        }
    }

    fn outcome(&self) -> Outcome {
        let book = self.book.open();
        Outcome {
            seed: self.seed,
            hash: self.trace.hash(),
            steps: self.trace.steps(),
            counts: self.ledger.counts(),
            traffic: self.network.traffic(),
            handled: book.handled,
            panics: book.panics,
            restarts: self.restarts,
            time: self.time,
            violation: self.ledger.first_violation(),
            lines: self.trace.lines(),
        }
    }

    fn run(&mut self) {
        let fair = self.fair;
        let wire = spawn(self.network.clone().carry());
        let storm = Storm {
            random: self.random.fork(),
            network: self.network.clone(),
            ledger: self.ledger.clone(),
            servers: block_on(Servers::start(&self.network, &self.book)),
        };
        let (calm_down, calm) = oneshot::channel();
        let storm = spawn(storm.rage(fair, calm));
        let (players, mut synchronous) = self.players();
        // Whoever waits without end is let go then.
        let end = self.network.clone();
        let ending = spawn(async move {
            sleep(millis(PLAYED)).await;
            end.end();
        });
        while !synchronous.is_empty() {
            let at = self.random.size(0, synchronous.len() - 1);
            let goes_on = synchronous.get_mut(at).is_some_and(Synchronous::step);
            if !goes_on {
                drop(synchronous.swap_remove(at));
            }
        }
        let all = block_on(timeout(millis(PLAYED), self.end_of(players)));
        self.time = clock::now();
        if all.is_err() || ending.is_finished() {
            self.ledger.judge();
            self.ledger.violated("clients play without end");
            return;
        }
        ending.abort();
        self.network.clear_up();
        let _ = calm_down.send(());
        match block_on(storm) {
            Ok(servers) => block_on(self.settle(servers)),
            Err(error) => self.ledger.violated(format!("the storm ended: {error}")),
        }
        let tasks = Handle::current().metrics().num_alive_tasks();
        if tasks != 1 {
            let what = format!("{tasks} tasks are left, and the network is but one");
            self.ledger.violated(what);
        }
        wire.abort();
        self.ledger.judge();
    }

    /// The clients: those that run in tasks, and those that do not.
    fn players(&mut self) -> (JoinSet<()>, Vec<Synchronous>) {
        let mut tasks = JoinSet::new();
        let mut synchronous = Vec::new();
        for index in 0..self.random.size(1, 5) {
            let api = self.random.pick(&[
                Api::Async,
                Api::Async,
                Api::Polling,
                Api::Waiting,
                Api::Blocking,
            ]);
            // Of those that share a thread, one keeps the others waiting.
            let waits = matches!(api, Api::Waiting | Api::Blocking);
            let alone = !self.fair || synchronous.is_empty();
            let api = if waits && !alone { Api::Polling } else { api };
            let (random, network, ledger) = (&mut self.random, &self.network, &self.ledger);
            let player = Player::new(index, api, self.fair, random, network, ledger);
            match api {
                Api::Async => drop(tasks.spawn(play_asynchronously(player))),
                Api::Polling => drop(tasks.spawn(play_polling(player))),
                Api::Waiting | Api::Blocking => synchronous.push(Synchronous::new(player)),
            }
        }
        (tasks, synchronous)
    }

    async fn end_of(&self, mut players: JoinSet<()>) {
        while let Some(task) = players.join_next().await {
            if let Err(error) = task {
                self.ledger.violated(format!("a client panicked: {error}"));
            }
        }
    }

    /// Everybody has left: the servers let go of all, and end.
    async fn settle(&mut self, servers: Servers) {
        self.restarts = servers.starts - 1;
        // Of some connections only their own time limits tell that nobody is there.
        sleep(millis(QUIET)).await;
        let (game, elsewhere) = (servers.game_number(), servers.elsewhere_number());
        for server in [game, elsewhere] {
            let open = self.book.open().open_connections(server);
            if open > 0 {
                let what = format!("server {server} holds {open} connections of clients long gone");
                self.ledger.violated(what);
            }
        }
        let before = clock::now();
        servers.shutdown().await;
        let took = clock::now() - before;
        if took > SHUTDOWN {
            let what = format!("the shutdown took {took} ms, its limit being {SHUTDOWN} ms");
            self.ledger.violated(what);
        }
        sleep(millis(1_000)).await;
        let players = self.book.open().players;
        if players != 0 {
            let what = format!("{players} players are in the game when all have left");
            self.ledger.violated(what);
        }
        let held = self.network.held();
        if held > 0 {
            let what = format!("{held} connections are held when all have left");
            self.ledger.violated(what);
        }
    }
}

/// Starts a task of the run.
fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    tokio::spawn(future)
}

/// The servers of a run.
struct Servers {
    network: Network,
    book: Book,
    /// How often the first machine was started; each server has a number of its own.
    starts: u64,
    machine: Option<[Server; 2]>,
    elsewhere: Server,
}

impl Servers {
    async fn start(network: &Network, book: &Book) -> Self {
        let elsewhere = Game::new(book.clone(), 0, None);
        let elsewhere = builder().start_in_memory(elsewhere).await;
        let elsewhere = elsewhere.expect("a server in memory starts");
        network.listen(ELSEWHERE, GAME, elsewhere.connector());
        let mut servers = Self {
            network: network.clone(),
            book: book.clone(),
            starts: 0,
            machine: None,
            elsewhere,
        };
        servers.boot().await;
        servers
    }

    fn elsewhere_number(&self) -> u64 {
        0
    }

    fn game_number(&self) -> u64 {
        self.starts * 2
    }

    fn office_number(&self) -> u64 {
        self.starts * 2 + 1
    }

    /// Starts the machine with the game and its administration.
    async fn boot(&mut self) {
        self.starts += 1;
        let sent_to = Some(format!("tp://{ELSEWHERE}:{GAME}"));
        let game = Game::new(self.book.clone(), self.game_number(), sent_to);
        let game = builder().start_in_memory(game).await;
        let game = game.expect("a server in memory starts");
        let office = Office::new(self.book.clone(), self.office_number());
        let office = builder().start_admin_in_memory(office).await;
        let office = office.expect("a server in memory starts");
        self.network.listen(HOST, GAME, game.connector());
        self.network.listen(HOST, OFFICE, office.connector());
        self.machine = Some([game, office]);
    }

    /// Kills the machine, or lets it end in peace, and starts it again.
    async fn restart(&mut self, in_peace: bool, down: Millis) {
        if let Some([game, office]) = self.machine.take() {
            if in_peace {
                game.shutdown().await;
                office.shutdown().await;
            }
            self.network.go_down(HOST);
        }
        let servers = [self.game_number(), self.office_number()];
        for server in servers {
            self.book.open().lose(server);
        }
        // The tasks of a server that is dropped end when they have their turn.
        sleep(millis(down)).await;
        for server in servers {
            self.book.open().killed(server);
        }
        self.boot().await;
    }

    async fn shutdown(self) {
        for server in self.machine.into_iter().flatten() {
            server.shutdown().await;
        }
        self.elsewhere.shutdown().await;
    }
}

fn builder() -> Builder {
    Server::builder()
        .name("The simulation")
        .tls(IDENTITY.clone())
}

/// What befalls everybody.
struct Storm {
    random: Random,
    network: Network,
    ledger: Ledger,
    servers: Servers,
}

impl Storm {
    /// Rages until there is to be calm, and hands the servers back.
    async fn rage(mut self, fair: bool, mut calm: oneshot::Receiver<()>) -> Servers {
        if fair {
            let _ = calm.await;
            return self.servers;
        }
        // Some runs have more of it than others.
        let longest = self.random.pick(&[5_000, 30_000, 120_000]);
        let mut jumped = 0;
        loop {
            let pause = millis(self.random.within(100, longest));
            if timeout(pause, &mut calm).await.is_ok() {
                return self.servers;
            }
            match self.random.within(0, 9) {
                0..=4 => self.network.strike(Fault::any(&mut self.random)),
                5 | 6 => self.network.partition(self.random.within(100, 40_000)),
                7 if jumped < JUMPED => {
                    let jump = self.random.pick(&[1_000, 10_000, 60_000, 3_600_000]);
                    let jump = self.random.within(1, jump);
                    jumped += jump;
                    self.ledger.jumped(jump);
                    advance(millis(jump)).await;
                }
                8 | 9 => {
                    let in_peace = self.random.percent(30);
                    if !in_peace {
                        self.wait_for_the_store().await;
                    }
                    let down = self.random.within(1, 30_000);
                    self.servers.restart(in_peace, down).await;
                }
                // A jump where there were enough of them.
                _ => {}
            }
        }
    }

    /// Waits until a change is on its way to the disk, but not for long: there is no worse time to be
    /// killed.
    async fn wait_for_the_store(&mut self) {
        for _ in 0..500 {
            if self.servers.book.open().is_keeping() {
                break;
            }
            sleep(millis(20)).await;
        }
        sleep(millis(self.random.within(0, 400))).await;
    }
}

/// What handlers panic with on purpose is not told.
fn quiet_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let told = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !panic.payload().is::<Deliberate>() {
                told(panic);
            }
        }));
    });
}
