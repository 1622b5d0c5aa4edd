//! Who has a place in the server, and who loses it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll, Waker};

use tokio::task::yield_now;

use super::Limits;
use super::metrics::{EndReason, Metrics, RefuseReason};
use super::pace::Turns;
use crate::lock::lock;
use crate::network::network;

/// Of so many places, one is kept for networks that somebody has logged in from.
const KEPT_OF: usize = 8;

/// So many networks are remembered that somebody has logged in from.
const KNOWN: usize = 1024;

/// How many of those that lost their places are waited for until they have read so, or that find
/// the server full. A crowd may not hold more connections open than that.
pub(super) const TURNED_AWAY: usize = 64;

/// Buffers that hold no more than this are not counted: most hold little, and nothing for long.
pub(super) const FREE: usize = 16 << 10;

/// What is counted is a multiple of this, so that a buffer that grows slowly is not counted anew at
/// each step.
const STEP: usize = 4 << 10;

/// All places of a server.
pub(super) struct Places {
    limits: Limits,
    /// How much was heard from all.
    heard: AtomicU64,
    metrics: Metrics,
    turns: Turns,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Places that are taken.
    taken: usize,
    /// Those that were taken from networks that are not known.
    by_strangers: usize,
    /// Who lost a place and has not gone yet.
    leaving: usize,
    networks: HashMap<IpAddr, Network>,
    known: Known,
}

/// Who has come from one network.
#[derive(Default)]
struct Network {
    is_known: bool,
    /// Oldest first.
    places: Vec<Arc<Place>>,
}

/// The place of one connection.
pub(super) struct Place {
    places: Arc<Places>,
    network: IpAddr,
    is_player: AtomicBool,
    /// When it was last heard, by the server's count of all that was.
    heard: AtomicU64,
    /// Bytes that are counted for it.
    memory: AtomicUsize,
    has_to_leave: AtomicBool,
    departure: Mutex<Departure>,
    ended: OnceLock<EndReason>,
}

#[derive(Default)]
struct Departure {
    asked: Option<Leave>,
    /// The connection, to be told.
    waker: Option<Waker>,
}

/// That a connection has to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Leave {
    pub(super) reason: EndReason,
    /// Whether there is time to tell it.
    pub(super) is_told: bool,
}

impl Places {
    pub(super) fn new(limits: Limits, metrics: Metrics) -> Arc<Self> {
        Arc::new(Self {
            limits,
            heard: AtomicU64::new(0),
            metrics,
            turns: Turns::default(),
            state: Mutex::default(),
        })
    }

    /// A place for who has come from this address, which somebody else may lose for it.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Result<Permit, RefuseReason> {
        let network = network(address);
        let place = Arc::new(Place {
            places: Arc::clone(self),
            network,
            is_player: AtomicBool::new(false),
            heard: AtomicU64::new(self.tick()),
            memory: AtomicUsize::new(0),
            has_to_leave: AtomicBool::new(false),
            departure: Mutex::default(),
            ended: OnceLock::new(),
        });
        let made_room = lock(&self.state).admit(&place, &self.limits);
        match made_room {
            Ok(loser) => {
                if let Some((loser, leave)) = loser {
                    loser.leave(leave);
                }
                self.metrics.accepted();
                Ok(Permit(place))
            }
            Err(reason) => {
                self.metrics.refused(reason);
                tracing::warn!(%address, %network, %reason, "turned away");
                Err(reason)
            }
        }
    }

    fn exit(&self, place: &Arc<Place>) {
        let mut state = lock(&self.state);
        if !state.remove(place) {
            // It had lost the place before.
            state.leaving = state.leaving.saturating_sub(1);
        }
    }

    /// One thing more was heard.
    fn tick(&self) -> u64 {
        self.heard.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether so much memory is held that who can wait should.
    #[inline]
    pub(super) fn is_tight(&self) -> bool {
        self.metrics.held() > self.limits.memory / 2
    }

    /// Whether more memory is held than may be, until who holds most of it has gone.
    #[inline]
    pub(super) fn is_over(&self) -> bool {
        self.metrics.held() > self.limits.memory
    }

    /// Whether that is so much more that nobody may begin to hold some: those who have to leave may have
    /// their turn behind many who only come.
    fn is_far_over(&self) -> bool {
        let limit = self.limits.memory;
        self.metrics.held() > limit.saturating_add(limit / 8)
    }

    /// Those who hold most leave, until the others hold no more than they may.
    pub(super) fn relieve(&self) {
        let mut losers = Vec::new();
        let mut state = lock(&self.state);
        while state.held() > self.limits.memory
            && let Some(greediest) = state.greediest_in_memory()
        {
            let leave = state.lose(&greediest, EndReason::Memory);
            losers.push((greediest, leave));
        }
        drop(state);
        for (loser, leave) in losers {
            loser.leave(leave);
        }
    }
}

#[cfg(test)]
impl Place {
    /// The only one of a server with default limits.
    pub(super) fn alone() -> Arc<Self> {
        let places = Places::new(Limits::default(), Metrics::new(&[]));
        let permit = places.enter(IpAddr::from([127, 0, 0, 1])).ok();
        permit.map(|it| Arc::clone(&it)).unwrap()
    }
}

impl State {
    /// Gives away a place, perhaps one that somebody loses for it.
    fn admit(
        &mut self,
        newcomer: &Arc<Place>,
        limits: &Limits,
    ) -> Result<Option<(Arc<Place>, Leave)>, RefuseReason> {
        let there = self.networks.get(&newcomer.network);
        let here = there.map_or(0, |it| it.places.len());
        let is_known = match there {
            Some(network) => network.is_known,
            None => self.known.contains(newcomer.network),
        };
        if here >= limits.connections_per_address {
            return Err(RefuseReason::Network);
        }
        let for_strangers = limits
            .connections
            .saturating_sub(limits.connections / KEPT_OF);
        let too_strange = !is_known && self.by_strangers >= for_strangers;
        let mut loser = None;
        if too_strange || self.taken >= limits.connections {
            let place = self.greediest_in_places(too_strange);
            // If that is the newcomer's own network, it has no more than is here.
            let place = place.filter(|(count, _)| *count > here.saturating_add(1));
            let (_, place) = place.ok_or(RefuseReason::Full)?;
            let leave = self.lose(&place, EndReason::Crowded);
            loser = Some((place, leave));
        }
        self.taken = self.taken.saturating_add(1);
        if !is_known {
            self.by_strangers = self.by_strangers.saturating_add(1);
        }
        let there = self.networks.entry(newcomer.network).or_default();
        there.is_known = is_known;
        there.places.push(Arc::clone(newcomer));
        Ok(loser)
    }

    /// Of the network that has most places, or most of the strangers', the one that nobody is
    /// logged in on, else any, and of these the one that was silent longest; and how many there are.
    fn greediest_in_places(&self, of_strangers: bool) -> Option<(usize, Arc<Place>)> {
        let networks = self.networks.values();
        let networks = networks.filter(|it| !(of_strangers && it.is_known));
        let greediest = networks.max_by_key(|it| it.places.len())?;
        let of_use = |place: &&Arc<Place>| {
            let is_player = place.is_player.load(Ordering::Relaxed);
            (is_player, place.heard.load(Ordering::Relaxed))
        };
        let place = greediest.places.iter().min_by_key(of_use)?;
        Some((greediest.places.len(), Arc::clone(place)))
    }

    /// Of the network that holds most memory, the place that does.
    fn greediest_in_memory(&self) -> Option<Arc<Place>> {
        let greediest = self.networks.values().max_by_key(|it| it.held())?;
        let place = greediest.places.iter().max_by_key(|it| it.held())?;
        (place.held() > 0).then(|| Arc::clone(place))
    }

    fn held(&self) -> usize {
        let all = self.networks.values().map(Network::held);
        all.fold(0, usize::saturating_add)
    }

    /// A place is lost: somebody else may have it.
    fn lose(&mut self, place: &Arc<Place>, reason: EndReason) -> Leave {
        let is_told = self.leaving < TURNED_AWAY;
        if self.remove(place) {
            self.leaving = self.leaving.saturating_add(1);
        }
        Leave { reason, is_told }
    }

    /// Returns `true` if it was there.
    fn remove(&mut self, place: &Arc<Place>) -> bool {
        let Some(network) = self.networks.get_mut(&place.network) else {
            return false;
        };
        let mut places = network.places.iter();
        let Some(at) = places.position(|it| Arc::ptr_eq(it, place)) else {
            return false;
        };
        network.places.remove(at);
        self.taken = self.taken.saturating_sub(1);
        if !network.is_known {
            self.by_strangers = self.by_strangers.saturating_sub(1);
        }
        if network.places.is_empty() {
            self.networks.remove(&place.network);
        }
        true
    }

    /// Somebody has logged in from there.
    fn get_to_know(&mut self, network: IpAddr) {
        self.known.add(network);
        if let Some(network) = self.networks.get_mut(&network)
            && !std::mem::replace(&mut network.is_known, true)
        {
            self.by_strangers = self.by_strangers.saturating_sub(network.places.len());
        }
    }
}

impl Network {
    fn held(&self) -> usize {
        let all = self.places.iter().map(|it| it.held());
        all.fold(0, usize::saturating_add)
    }
}

impl Place {
    /// Ready once the connection has to leave.
    pub(super) fn poll_leave(&self, context: &Context<'_>) -> Poll<Leave> {
        let mut departure = lock(&self.departure);
        if let Some(leave) = departure.asked {
            return Poll::Ready(leave);
        }
        let known = departure.waker.as_ref();
        if !known.is_some_and(|it| it.will_wake(context.waker())) {
            departure.waker = Some(context.waker().clone());
        }
        Poll::Pending
    }

    /// Whether the connection has to leave, for who has [waited](Self::poll_leave) for it before.
    #[inline]
    pub(super) fn has_to_leave(&self) -> bool {
        self.has_to_leave.load(Ordering::Acquire)
    }

    fn leave(&self, leave: Leave) {
        let Leave { reason, .. } = leave;
        let memory = self.held();
        tracing::warn!(network = %self.network, %reason, memory, "has to leave");
        let mut departure = lock(&self.departure);
        departure.asked.get_or_insert(leave);
        self.has_to_leave.store(true, Ordering::Release);
        let waker = departure.waker.take();
        drop(departure);
        waker.into_iter().for_each(Waker::wake);
    }

    pub(super) fn places(&self) -> &Places {
        &self.places
    }

    /// When this connection and others answer.
    pub(super) fn turns(&self) -> &Turns {
        &self.places.turns
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.places.metrics
    }

    pub(super) fn network(&self) -> IpAddr {
        self.network
    }

    /// A request has come.
    pub(super) fn heard(&self) {
        self.heard.store(self.places.tick(), Ordering::Relaxed);
    }

    /// A `Login` was answered with Okay.
    pub(super) fn logged_in(&self) {
        self.is_player.store(true, Ordering::Relaxed);
        self.metrics().logged_in();
        lock(&self.places.state).get_to_know(self.network);
    }

    /// Why the connection ends, if nothing was said before.
    pub(super) fn end(&self, reason: EndReason) {
        if self.ended.set(reason).is_err() {
            return;
        }
        match reason {
            EndReason::Idle | EndReason::Late | EndReason::Deaf => {
                tracing::info!(%reason, "ended");
            }
            _ => tracing::debug!(%reason, "ended"),
        }
    }

    /// Bytes that are counted.
    fn held(&self) -> usize {
        self.memory.load(Ordering::Relaxed)
    }

    /// Whether it has to wait, since all hold more than they may and it holds some of that, or they hold
    /// far more.
    #[inline]
    pub(super) fn has_to_wait(&self) -> bool {
        self.places.is_over() && (self.held() > 0 || self.places.is_far_over())
    }

    /// Waits as long as it has to: whoever has to leave does so when it has its turn.
    #[inline]
    pub(super) async fn relieved(&self) {
        while self.has_to_wait() {
            yield_now().await;
        }
    }

    /// Counts what a buffer holds now, of which `counted` bytes are counted. Whoever holds most may
    /// have to leave for it.
    #[inline]
    pub(super) fn count(&self, counted: &mut usize, held: usize) {
        if self.tally(counted, held) {
            self.places.relieve();
        }
    }

    /// The same, and nobody leaves yet: returns `true` if somebody has to.
    #[inline]
    pub(super) fn tally(&self, counted: &mut usize, held: usize) -> bool {
        let held = counted_for(held);
        held != *counted && self.recount(std::mem::replace(counted, held), held)
    }

    /// Counts that much until what is returned is dropped.
    pub(super) fn hold(&self, bytes: usize) -> Held<'_> {
        Held::new(self, bytes)
    }

    #[cold]
    fn recount(&self, before: usize, now: usize) -> bool {
        match now.checked_sub(before) {
            Some(more) => {
                self.memory.fetch_add(more, Ordering::Relaxed);
                self.metrics().hold(more) > self.places.limits.memory
            }
            None => {
                let less = before.saturating_sub(now);
                self.memory.fetch_sub(less, Ordering::Relaxed);
                self.metrics().release(less);
                false
            }
        }
    }
}

/// A place, until dropped.
pub(super) struct Permit(Arc<Place>);

impl Deref for Permit {
    type Target = Arc<Place>;

    fn deref(&self) -> &Arc<Place> {
        let Self(place) = self;
        place
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let Self(place) = self;
        place.places.exit(place);
        // Peers outlive the connection, and must not keep its task.
        let waker = lock(&place.departure).waker.take();
        drop(waker);
        let reason = place.ended.get().copied().unwrap_or(EndReason::Stopped);
        place.metrics().ended(reason);
    }
}

/// Networks that somebody has logged in from, of which those are forgotten where that was longest
/// ago.
#[derive(Default)]
struct Known {
    /// When, in logins.
    last: HashMap<IpAddr, u64>,
    logins: u64,
}

impl Known {
    fn contains(&self, network: IpAddr) -> bool {
        self.last.contains_key(&network)
    }

    fn add(&mut self, network: IpAddr) {
        self.logins = self.logins.saturating_add(1);
        self.last.insert(network, self.logins);
        if self.last.len() > KNOWN {
            let oldest = self.last.iter().min_by_key(|(_, last)| **last);
            if let Some(oldest) = oldest.map(|(network, _)| *network) {
                self.last.remove(&oldest);
            }
        }
    }
}

/// What is counted for a buffer that holds so many bytes.
#[inline]
fn counted_for(held: usize) -> usize {
    match held > FREE {
        true => held.saturating_add(STEP - 1) & !(STEP - 1),
        false => 0,
    }
}

/// Bytes that are counted until this is dropped.
pub(super) struct Held<'a> {
    place: &'a Place,
    counted: usize,
}

impl<'a> Held<'a> {
    pub(super) fn new(place: &'a Place, bytes: usize) -> Self {
        let mut held = Self { place, counted: 0 };
        place.count(&mut held.counted, bytes);
        held
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.place.count(&mut self.counted, 0);
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn enter(places: &Arc<Places>, address: &str) -> Result<Permit, RefuseReason> {
        places.enter(address.parse().unwrap())
    }

    #[test]
    fn all_addresses_that_one_has_are_one_network() {
        let limits = Limits::default().connections(3).connections_per_address(3);
        let places = Places::new(limits, Metrics::new(&[]));
        let crowd = ["2001:db8::1", "2001:db8::2", "2001:db8::ffff:0:0:1"];
        let crowd = crowd.map(|it| enter(&places, it).ok().unwrap());
        let fourth = enter(&places, "2001:db8::4").err();
        assert_eq!(fourth, Some(RefuseReason::Network));
        let newcomer = enter(&places, "192.0.2.1").ok().unwrap();
        let leaving = crowd.each_ref().map(|it| it.has_to_leave());
        assert_eq!(leaving, [true, false, false]);
        // As many as the others would have left is no reason.
        let mapped = enter(&places, "::ffff:192.0.2.1").err();
        assert_eq!(mapped, Some(RefuseReason::Full));
        drop((crowd, newcomer));
        let state = lock(&places.state);
        assert_eq!((state.taken, state.by_strangers, state.leaving), (0, 0, 0));
        assert!(state.networks.is_empty());
    }

    #[test]
    fn networks_are_forgotten_where_the_last_login_was_longest_ago() {
        let mut known = Known::default();
        let network = |number: u32| IpAddr::from(Ipv4Addr::from_bits(number));
        for number in 0..3000 {
            known.add(network(number));
            known.add(network(7));
        }
        assert_eq!(known.last.len(), KNOWN);
        assert!(known.contains(network(7)));
        assert!(known.contains(network(2999)));
        assert!(!known.contains(network(1900)));
    }
}
