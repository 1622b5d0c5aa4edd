//! A network of connections that carries bytes late, in pieces, or not at all, as chance will have
//! it; and what opens connections on it for every kind of client.

mod connection;
mod connector;
mod end;
mod fault;
mod weather;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::sync::Notify;
use tokio::time::timeout;
use tp_net::server::MemoryConnector;

use connection::{Connection, Stage};
pub(crate) use connector::Way;
use end::End;
pub(crate) use fault::{Fault, Knows};
pub(crate) use weather::Weather;

use crate::clock::{self, Millis, millis};
use crate::random::Random;
use crate::trace::Trace;

/// How often streams may be asked for something in one run. Who asks more often does so without end.
const MOST_CALLS: u64 = 20_000_000;

/// Silences that are shorter are nobody's fault.
const LONG: Millis = 20_000;

/// One of the two ends of a connection, and the pipe that it writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Client => 0,
            Self::Server => 1,
        }
    }
}

/// What has happened on the network, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Connections that were asked for.
    pub connections: u64,
    /// Of these, such as could not be opened.
    pub refused: u64,
    /// Bytes that have arrived.
    pub bytes: u64,
    /// Connections that were reset in their midst.
    pub resets: u64,
    /// Connections whose stream ended early in one direction.
    pub cuts: u64,
    /// Connections of which one end, or neither, learned that they are gone.
    pub half_open: u64,
    /// Times that nothing came through for a while, on one connection.
    pub stalls: u64,
    /// The same on all connections.
    pub partitions: u64,
}

/// The network. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Network(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    random: Random,
    trace: Trace,
    weather: Weather,
    /// Who listens, by host and port.
    places: BTreeMap<(String, u16), MemoryConnector>,
    connections: Vec<Connection>,
    /// What happens next: when, in which order, and to which connection.
    events: BinaryHeap<Reverse<(Millis, u64, usize, Event)>>,
    last_event: u64,
    /// Something is due earlier than it was.
    sooner: Arc<Notify>,
    /// Until when nothing comes through anywhere.
    partitioned_until: Millis,
    /// What each client has seen of it.
    clients: BTreeMap<usize, Seen>,
    calls: u64,
    /// The run is over, and nothing happens any more.
    over: bool,
    traffic: Traffic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Open,
    Deliver(usize),
    Fault(Fault),
}

/// What a client has seen of the network.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// When anything was last carried to it or taken from it, a connection changed, or something ended
    /// that it had asked.
    pub last: Millis,
    /// From when to when there was nothing of that for long.
    pub silences: Vec<(Millis, Millis)>,
    /// How many connections were ever opened for it.
    pub opened: u64,
    /// How many are open.
    pub open: u64,
}

impl Network {
    /// A network in this weather.
    #[must_use]
    pub(crate) fn new(random: Random, weather: Weather, trace: Trace) -> Self {
        Self(Arc::new(Mutex::new(State {
            random,
            trace,
            weather,
            places: BTreeMap::new(),
            connections: Vec::new(),
            events: BinaryHeap::new(),
            last_event: 0,
            sooner: Arc::default(),
            partitioned_until: 0,
            clients: BTreeMap::new(),
            calls: 0,
            over: false,
            traffic: Traffic::default(),
        })))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on this server is there.
    pub(crate) fn listen(&self, host: &str, port: u16, server: MemoryConnector) {
        self.lock().places.insert((host.to_owned(), port), server);
    }

    /// The machine of this server goes down: nobody listens any more, and its connections are gone,
    /// of which not every client learns.
    pub(crate) fn go_down(&self, host: &str) {
        let mut state = self.lock();
        state.places.retain(|(name, _), _| name != host);
        let ids: Vec<usize> = (0..state.connections.len()).collect();
        for id in ids {
            if state.connection(id).host == host && state.connection(id).is_alive() {
                let silent = state.random.percent(30);
                let knows = if silent { Knows::Server } else { Knows::Both };
                state.fail(id, Fault::Vanish(knows));
            }
        }
    }

    /// What has happened so far.
    #[must_use]
    pub(crate) fn traffic(&self) -> Traffic {
        self.lock().traffic
    }

    /// What a client has seen so far.
    #[must_use]
    pub(crate) fn seen(&self, client: usize) -> Seen {
        self.lock()
            .clients
            .get(&client)
            .cloned()
            .unwrap_or_default()
    }

    /// Something that a client had asked has ended.
    pub(crate) fn ended(&self, client: usize) {
        self.lock().saw(client);
    }

    /// Connections that at least one end still holds.
    #[must_use]
    pub(crate) fn held(&self) -> usize {
        let state = self.lock();
        let held = state.connections.iter().filter(|it| it.is_held());
        held.count()
    }

    /// From now on the weather is fair.
    pub(crate) fn clear_up(&self) {
        let mut state = self.lock();
        state.weather = Weather::fair();
        state.partitioned_until = 0;
    }

    /// One of the open connections breaks so, if there is any.
    pub(crate) fn strike(&self, fault: Fault) {
        let mut state = self.lock();
        let alive = state.connections.iter().enumerate();
        let alive: Vec<usize> = alive
            .filter_map(|(id, it)| it.is_alive().then_some(id))
            .collect();
        if !alive.is_empty() {
            let id = state.random.pick(&alive);
            state.fail(id, fault);
        }
    }

    /// Nothing comes through anywhere for so long.
    pub(crate) fn partition(&self, time: Millis) {
        let mut state = self.lock();
        let now = clock::now();
        state.partitioned_until = now.saturating_add(time);
        state.traffic.partitions += 1;
        state.trace.step(now, format_args!("partition for {time}"));
    }

    /// The run is over: whoever waits is told so, and nothing happens any more.
    pub(crate) fn end(&self) {
        let mut state = self.lock();
        state.over = true;
        state.places.clear();
        for connection in &mut state.connections {
            connection.wake_all();
        }
        state.sooner.notify_one();
    }

    /// Waits until a client's connection has something to read, or to write if so wanted; or until
    /// a connection that it asked for is open, or not to be had. What select and epoll do for
    /// programs with sockets.
    pub(crate) async fn ready(&self, client: usize, write: bool) {
        std::future::poll_fn(|context| self.lock().poll_any_ready(client, write, context)).await;
    }

    /// Opens a connection; whether it comes about, its stream tells.
    fn open(&self, client: usize, host: &str, port: u16) -> End {
        let mut state = self.lock();
        let now = clock::now();
        let id = state.connections.len();
        let State {
            weather, random, ..
        } = &mut *state;
        let connection = weather.connection(random, client, host, port);
        let delay = random.within(connection.latency, connection.latency * 3);
        let sent = match connection.stage {
            // Nobody ever answers.
            Stage::Lost => None,
            _ => Some(now.saturating_add(delay)),
        };
        state.trace.step(
            now,
            format_args!("{id}: client {client} asks for {host}:{port}"),
        );
        for (after, fault) in connection.timed.clone() {
            let at = now.saturating_add(after);
            state.schedule(at, id, Event::Fault(fault));
        }
        state.connections.push(connection);
        state.traffic.connections += 1;
        state.saw(client);
        if let Some(at) = sent {
            state.schedule(at, id, Event::Open);
        }
        drop(state);
        End::new(self.clone(), id, Side::Client)
    }

    /// Carries the bytes, for as long as the run goes on.
    pub(crate) async fn carry(self) {
        let sooner = Arc::clone(&self.lock().sooner);
        loop {
            let (due, next) = {
                let mut state = self.lock();
                if state.over {
                    return;
                }
                let due = state.events.peek().map(|Reverse((at, ..))| *at);
                let next = due.filter(|at| *at <= clock::now());
                (due, next.and_then(|_| state.events.pop()))
            };
            if let Some(Reverse((_, _, id, event))) = next {
                self.happen(id, event);
                continue;
            }
            match due {
                None => sooner.notified().await,
                Some(at) => {
                    let pause = millis(at.saturating_sub(clock::now()));
                    let _ = timeout(pause, sooner.notified()).await;
                }
            }
        }
    }

    fn happen(&self, id: usize, event: Event) {
        let mut state = self.lock();
        match event {
            Event::Deliver(pipe) => state.deliver(id, pipe),
            Event::Fault(fault) => state.fail(id, fault),
            Event::Open => {
                let Some(server) = state.try_open(id) else {
                    return;
                };
                let client = state.connection(id).client;
                drop(state);
                let end = End::new(self.clone(), id, Side::Server);
                // Clients may be told apart by their addresses.
                let last = u8::try_from(client).unwrap_or(u8::MAX);
                let ip = IpAddr::V4(Ipv4Addr::new(10, 0, 0, last));
                let taken = server.hand_over(end, SocketAddr::new(ip, 49152));
                self.lock().opened(id, taken.is_ok());
            }
        }
    }
}

impl State {
    fn connection(&mut self, id: usize) -> &mut Connection {
        self.connections.get_mut(id).expect("it was opened")
    }

    fn poll_any_ready(
        &mut self,
        client: usize,
        write: bool,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        let all = self.connections.iter().enumerate();
        let held = all.filter(|(_, it)| it.client == client && it.is_held_by_client());
        let held: Vec<usize> = held.map(|(id, _)| id).collect();
        for id in held {
            if self.poll_ready(id, Side::Client, write, context).is_ready() {
                return Poll::Ready(());
            }
        }
        Poll::Pending
    }

    fn saw(&mut self, client: usize) {
        let now = clock::now();
        let seen = self.clients.entry(client).or_default();
        if now - seen.last > LONG {
            seen.silences.push((seen.last, now));
        }
        seen.last = now;
    }

    /// Counts what is asked of streams.
    fn called(&mut self) -> io::Result<()> {
        self.calls += 1;
        assert!(
            self.calls < MOST_CALLS,
            "streams are asked for something without end, and no time passes"
        );
        match self.over {
            true => Err(io::Error::other("the run is over")),
            false => Ok(()),
        }
    }

    fn schedule(&mut self, at: Millis, id: usize, event: Event) {
        self.last_event += 1;
        let sooner = self
            .events
            .peek()
            .is_none_or(|Reverse((next, ..))| at < *next);
        self.events.push(Reverse((at, self.last_event, id, event)));
        if sooner {
            self.sooner.notify_one();
        }
    }

    /// The server that a connection is for, if it may be opened now.
    fn try_open(&mut self, id: usize) -> Option<MemoryConnector> {
        let until = self.partitioned_until;
        if clock::now() < until {
            self.schedule(until.saturating_add(1), id, Event::Open);
            return None;
        }
        let connection = self.connections.get(id)?;
        if connection.stage != Stage::Asked {
            if connection.stage == Stage::Refused {
                self.opened(id, false);
            }
            return None;
        }
        let place = (connection.host.clone(), connection.port);
        let server = self.places.get(&place).cloned();
        if server.is_none() {
            self.opened(id, false);
        }
        server
    }

    fn opened(&mut self, id: usize, opened: bool) {
        let now = clock::now();
        self.trace.step(now, format_args!("{id}: open: {opened}"));
        let connection = self.connection(id);
        connection.stage = if opened { Stage::Open } else { Stage::Refused };
        connection.wake_all();
        let client = connection.client;
        self.saw(client);
        if opened {
            let seen = self.clients.entry(client).or_default();
            seen.opened += 1;
            seen.open += 1;
        } else {
            self.traffic.refused += 1;
        }
    }
}
