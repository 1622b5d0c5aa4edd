//! Delays for who guesses passwords.
//!
//! An attempt to log in is made in a *lane*, and the wrong ones of a lane delay what comes in it
//! later:
//!
//! ```text
//!  has this network logged in as this account before, or made it?
//!    no ──► the lane of the network: 5 are free, then 1, 2, 4 … 60 s, one at a time
//!           and the account's delay: 10 are free, then 1, 2, 4 … 10 s, all at the same time
//!    yes ─► a lane of the network and the account, which nobody else's guesses are in
//! ```
//!
//! A network is an address of IPv4 or the 64 bits of IPv6 that one owner has. Whether a password is
//! right is not looked at before the delay is over, so the delay tells nothing. All tables are of a
//! fixed size, and when one is full, who did least wrong is forgotten first: made-up names and
//! addresses push out each other, not who guessed often.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep};
use tp_frames::TpString;

use crate::lock::lock;
use crate::model::Refusal;
use crate::network::network;

/// Wrong attempts of a lane that delay nothing.
const FREE: u32 = 5;

/// Attempts of one lane that are looked at, at once. One that is delayed has the lane to itself.
const AT_ONCE: u32 = 5;

/// Wrong attempts at an account that delay nothing.
const FREE_OF_ACCOUNT: u32 = 10;

/// Accounts that a network may make before it has to wait.
const FREE_ACCOUNTS: u32 = 20;

/// The longest delay for what was done to an account, not by whoever tries.
const MOST_FOR_ACCOUNT: Duration = Duration::from_secs(10);

/// Wrong attempts are forgotten when none came for so long.
const MEMORY: Duration = Duration::from_secs(15 * 60);

/// Lanes and accounts that are remembered.
const REMEMBERED: usize = 4096;

/// Networks that are remembered to have logged in as one account.
const NETWORKS: usize = 16;

/// More of a name than anybody has.
const NAME: usize = 256;

/// Delays for who guesses passwords, for all connections of a server.
pub(super) struct LoginThrottle {
    /// The longest delay; without one nothing is remembered.
    most: Duration,
    hasher: RandomState,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    lanes: HashMap<Key, Lane>,
    accounts: HashMap<Key, Guesses>,
    known: HashMap<Key, Known>,
}

/// A hash: of a fixed size, whatever it stands for, with keys that nobody knows.
type Key = u64;

/// Wrong attempts.
#[derive(Clone, Copy)]
struct Guesses {
    count: u32,
    last: Instant,
}

struct Lane {
    wrong: Guesses,
    places: Arc<Semaphore>,
}

/// The networks that have logged in as an account, last used last.
struct Known {
    networks: Vec<Key>,
    last: Instant,
}

/// An attempt that may be looked at now.
pub(super) struct Attempt<'a> {
    throttle: &'a LoginThrottle,
    lane: Key,
    account: Key,
    network: Key,
    is_known: bool,
    _place: Option<OwnedSemaphorePermit>,
}

impl LoginThrottle {
    /// Delays up to this long; zero is none at all.
    pub(super) fn new(most: Duration) -> Self {
        Self {
            most,
            hasher: RandomState::new(),
            state: Mutex::default(),
        }
    }

    /// Waits until this attempt to log in may be looked at, or refuses it if too many wait.
    pub(super) async fn login(
        &self,
        address: IpAddr,
        username: &TpString,
    ) -> Result<Attempt<'_>, Refusal> {
        let network = self.key(("network", network(address)));
        let account = self.key(("account", account_name(username)));
        let is_known = self.is_known(account, network);
        let lane = match is_known {
            true => self.key((network, account)),
            false => network,
        };
        let place = self
            .wait(lane, FREE, (!is_known).then_some(account))
            .await?;
        Ok(Attempt {
            throttle: self,
            lane,
            account,
            network,
            is_known,
            _place: place,
        })
    }

    /// Waits until this network may make an account, or refuses it if too many wait.
    pub(super) async fn create_account(&self, address: IpAddr) -> Result<(), Refusal> {
        let lane = self.key(("creates accounts", network(address)));
        let _place = self.wait(lane, FREE_ACCOUNTS, None).await?;
        if !self.most.is_zero() {
            lock(&self.state).wrong(lane);
        }
        Ok(())
    }

    /// The account was made from this network, which so is known to log in as it.
    pub(super) fn created(&self, address: IpAddr, username: &TpString) {
        if !self.most.is_zero() {
            let account = self.key(("account", account_name(username)));
            let network = self.key(("network", network(address)));
            lock(&self.state).know(account, network);
        }
    }

    fn key(&self, of: impl Hash) -> Key {
        self.hasher.hash_one(of)
    }

    fn is_known(&self, account: Key, network: Key) -> bool {
        let state = lock(&self.state);
        let known = state.known.get(&account);
        known.is_some_and(|known| known.networks.contains(&network))
    }

    /// Waits for a place in the lane and its delay, and that of the account.
    async fn wait(
        &self,
        lane: Key,
        free: u32,
        account: Option<Key>,
    ) -> Result<Option<OwnedSemaphorePermit>, Refusal> {
        if self.most.is_zero() {
            return Ok(None);
        }
        let places = lock(&self.state).places(lane);
        let mut place = None;
        if self.delay(lane, free).is_zero() {
            // Those before it are being looked at, which does not take long.
            place = Arc::clone(&places).acquire_owned().await.ok();
        }
        let mut delay = self.delay(lane, free);
        if !delay.is_zero() {
            drop(place);
            place = places.try_acquire_many_owned(AT_ONCE).ok();
            if place.is_none() {
                return Err(too_many());
            }
        }
        if let Some(account) = account {
            delay = delay.max(self.delay_of(account));
        }
        if !delay.is_zero() {
            sleep(delay).await;
        }
        Ok(place)
    }

    /// How long the next of this lane has to wait.
    fn delay(&self, lane: Key, free: u32) -> Duration {
        let state = lock(&self.state);
        let wrong = state.lanes.get(&lane).map(|lane| lane.wrong);
        wrong.map_or(Duration::ZERO, |wrong| wrong.delay(free, self.most))
    }

    /// How long whoever has not logged in as this account yet has to wait, whatever else it did.
    fn delay_of(&self, account: Key) -> Duration {
        let state = lock(&self.state);
        let wrong = state.accounts.get(&account);
        let most = self.most.min(MOST_FOR_ACCOUNT);
        wrong.map_or(Duration::ZERO, |wrong| wrong.delay(FREE_OF_ACCOUNT, most))
    }
}

impl Attempt<'_> {
    /// It was wrong.
    pub(super) fn wrong(self) {
        if self.throttle.most.is_zero() {
            return;
        }
        let mut state = lock(&self.throttle.state);
        state.wrong(self.lane);
        if !self.is_known {
            let now = Instant::now();
            make_room(&mut state.accounts, self.account, |guesses| {
                (guesses.count_at(now), guesses.last)
            });
            let guesses = state.accounts.entry(self.account);
            guesses.or_insert(Guesses::none(now)).add(now);
        }
    }

    /// It was right: from now on this network is known to log in as this account.
    pub(super) fn right(self) {
        if self.throttle.most.is_zero() {
            return;
        }
        let mut state = lock(&self.throttle.state);
        if self.is_known {
            state.lanes.remove(&self.lane);
        }
        state.know(self.account, self.network);
    }
}

impl State {
    /// This network is known to log in as this account.
    fn know(&mut self, account: Key, network: Key) {
        let now = Instant::now();
        make_room(&mut self.known, account, |known| (0, known.last));
        let known = self.known.entry(account).or_insert_with(|| Known {
            networks: Vec::new(),
            last: now,
        });
        known.last = now;
        known.networks.retain(|it| *it != network);
        if known.networks.len() >= NETWORKS {
            known.networks.remove(0);
        }
        known.networks.push(network);
    }

    /// The places of a lane.
    fn places(&mut self, lane: Key) -> Arc<Semaphore> {
        let lane = self.lane(lane);
        Arc::clone(&lane.places)
    }

    /// One more was wrong in this lane.
    fn wrong(&mut self, lane: Key) {
        self.lane(lane).wrong.add(Instant::now());
    }

    fn lane(&mut self, lane: Key) -> &mut Lane {
        let now = Instant::now();
        make_room(&mut self.lanes, lane, |lane| {
            (lane.wrong.count_at(now), lane.wrong.last)
        });
        self.lanes.entry(lane).or_insert_with(|| Lane {
            wrong: Guesses::none(now),
            places: Arc::new(Semaphore::new(AT_ONCE as usize)),
        })
    }
}

impl Guesses {
    fn none(now: Instant) -> Self {
        Self {
            count: 0,
            last: now,
        }
    }

    fn count_at(self, now: Instant) -> u32 {
        match now.saturating_duration_since(self.last) < MEMORY {
            true => self.count,
            false => 0,
        }
    }

    fn add(&mut self, now: Instant) {
        self.count = self.count_at(now).saturating_add(1);
        self.last = now;
    }

    /// None for the first so many, then one second, two, four and so on.
    fn delay(self, free: u32, most: Duration) -> Duration {
        let Some(doubled) = self.count_at(Instant::now()).checked_sub(free) else {
            return Duration::ZERO;
        };
        let seconds = 1_u64.checked_shl(doubled).unwrap_or(u64::MAX);
        Duration::from_secs(seconds).min(most)
    }
}

/// Forgets an eighth of a table that is full, if there is to be a new one in it: those of the lowest
/// rank, so that it takes many to push out one of a high rank, and little time for each.
fn make_room<T, R: Ord>(table: &mut HashMap<Key, T>, new: Key, rank: impl Fn(&T) -> R) {
    if table.len() < REMEMBERED || table.contains_key(&new) {
        return;
    }
    let mut ranked: Vec<_> = table.iter().map(|(key, it)| (rank(it), *key)).collect();
    ranked.sort_unstable();
    for (_, key) in ranked.iter().take(REMEMBERED / 8) {
        table.remove(key);
    }
}

/// What of a name tells accounts apart for whoever guesses: a game may not care for its case, nor for
/// the game behind the `@`.
fn account_name(username: &TpString) -> String {
    let bytes = username.as_bytes();
    let bytes = bytes.get(..NAME).unwrap_or(bytes);
    let name = bytes.split(|byte| matches!(byte, b'@' | 0)).next();
    let name = String::from_utf8_lossy(name.unwrap_or_default());
    name.trim().to_lowercase()
}

fn too_many() -> Refusal {
    Refusal::unavailable_temporarily(
        "there were too many wrong attempts from your network, please try again later",
    )
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::server::Limits;

    const SECOND: Duration = Duration::from_secs(1);
    const HOUR: Duration = Duration::from_secs(60 * 60);

    fn throttle() -> Arc<LoginThrottle> {
        Arc::new(LoginThrottle::new(Limits::default().login_delay))
    }

    fn address(number: u32) -> IpAddr {
        Ipv4Addr::from_bits(0x0a00_0000 | number).into()
    }

    /// One attempt; how long it had to wait, `None` if it was refused at once.
    async fn attempt(
        throttle: &LoginThrottle,
        from: IpAddr,
        name: &str,
        is_right: bool,
    ) -> Option<Duration> {
        let began = Instant::now();
        let attempt = throttle.login(from, &name.into()).await.ok()?;
        match is_right {
            true => attempt.right(),
            false => attempt.wrong(),
        }
        Some(began.elapsed())
    }

    /// As many wrong attempts as can be made until then, and how many that were.
    async fn guess(throttle: &LoginThrottle, from: IpAddr, name: &str, until: Instant) -> u32 {
        let mut looked_at = 0_u32;
        while Instant::now() < until {
            match attempt(throttle, from, name, false).await {
                Some(_) => looked_at = looked_at.saturating_add(1),
                None => sleep(SECOND).await,
            }
        }
        looked_at
    }

    #[tokio::test(start_paused = true)]
    async fn wrong_ones_of_a_network_delay_the_next_right_or_not() {
        let throttle = throttle();
        let mut waited = Vec::new();
        for _ in 0..13 {
            // The name does not matter.
            let name = waited.len().to_string();
            let one = attempt(&throttle, address(1), &name, false).await;
            waited.push(one.unwrap().as_secs());
        }
        assert_eq!(waited, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
        let right = attempt(&throttle, address(1), "ada", true).await;
        assert_eq!(right, Some(SECOND * 60));
        // Now it is known as this one, and as no other.
        let again = attempt(&throttle, address(1), "ada", true).await;
        assert_eq!(again, Some(Duration::ZERO));
        let other = attempt(&throttle, address(1), "eve", true).await;
        assert_eq!(other, Some(SECOND * 60));
        sleep(MEMORY).await;
        let later = attempt(&throttle, address(1), "bob", false).await;
        assert_eq!(later, Some(Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn one_network_makes_70_guesses_in_an_hour_however_many_it_tries_at_once() {
        for at_once in [1, 100] {
            let throttle = throttle();
            let until = Instant::now() + HOUR;
            let guessing = (0..at_once).map(|number| {
                let throttle = Arc::clone(&throttle);
                // Of one owner, in IPv6.
                let from = format!("2001:db8::{number:x}").parse().unwrap();
                tokio::spawn(async move { guess(&throttle, from, "ada", until).await })
            });
            let guessing: Vec<_> = guessing.collect();
            let mut guesses = 0;
            for one in guessing {
                guesses += one.await.unwrap();
            }
            assert!((65..=72).contains(&guesses), "{guesses} by {at_once}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_thousand_networks_keep_no_owner_out() {
        let throttle = throttle();
        let (home, abroad) = (address(1_000_001), address(1_000_002));
        assert_eq!(
            attempt(&throttle, home, "ada", true).await,
            Some(Duration::ZERO)
        );
        let until = Instant::now() + HOUR;
        let guessing = (0..1000).map(|number| {
            let throttle = Arc::clone(&throttle);
            // However they write it.
            let name = ["ada", "Ada@x", " ADA", "ada\0"][number % 4];
            let from = address(u32::try_from(number).unwrap());
            tokio::spawn(async move { guess(&throttle, from, name, until).await })
        });
        let guessing: Vec<_> = guessing.collect();
        sleep(HOUR / 2).await;
        let from_home = attempt(&throttle, home, "ada", true).await;
        assert_eq!(from_home, Some(Duration::ZERO));
        let from_abroad = attempt(&throttle, abroad, "ada", true).await;
        assert_eq!(from_abroad, Some(SECOND * 10));
        let another = attempt(&throttle, abroad, "bob", true).await;
        assert_eq!(another, Some(Duration::ZERO));
        let mut guesses = 0;
        for one in guessing {
            guesses += one.await.unwrap();
        }
        assert!((65_000..=72_000).contains(&guesses), "{guesses}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_known_is_delayed_by_its_own_mistakes_alone() {
        let throttle = throttle();
        let here = address(1);
        attempt(&throttle, here, "ada", true).await.unwrap();
        for _ in 0..9 {
            // A neighbour.
            attempt(&throttle, here, "bob", false).await.unwrap();
        }
        let zero = Some(Duration::ZERO);
        for _ in 0..5 {
            assert_eq!(attempt(&throttle, here, "ada", false).await, zero);
        }
        assert_eq!(attempt(&throttle, here, "ada", true).await, Some(SECOND));
        assert_eq!(attempt(&throttle, here, "ada", true).await, zero);
    }

    #[tokio::test(start_paused = true)]
    async fn while_one_waits_the_next_are_refused_at_once() {
        let throttle = throttle();
        for _ in 0..12 {
            attempt(&throttle, address(1), "ada", false).await.unwrap();
        }
        let waiting = Arc::clone(&throttle);
        let waiting =
            tokio::spawn(async move { attempt(&waiting, address(1), "ada", false).await });
        sleep(SECOND).await;
        let began = Instant::now();
        assert_eq!(attempt(&throttle, address(1), "bob", true).await, None);
        assert_eq!(began.elapsed(), Duration::ZERO);
        assert_eq!(waiting.await.unwrap(), Some(SECOND * 60));
        // Who hangs up gives its place back.
        let name = "ada".into();
        let hung_up = tokio::time::timeout(SECOND, throttle.login(address(1), &name));
        assert!(hung_up.await.is_err());
        assert!(attempt(&throttle, address(1), "ada", false).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn right_ones_may_come_in_a_crowd() {
        let throttle = throttle();
        let began = Instant::now();
        let crowd = (0..1000).map(|number| {
            let throttle = Arc::clone(&throttle);
            tokio::spawn(async move {
                let name = number.to_string().as_str().into();
                let attempt = throttle.login(address(1), &name).await;
                // To look at it takes a moment.
                sleep(Duration::from_millis(10)).await;
                attempt.map(Attempt::right).is_ok()
            })
        });
        for one in crowd.collect::<Vec<_>>() {
            assert!(one.await.unwrap());
        }
        assert_eq!(began.elapsed(), SECOND * 2, "five at once");
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_fills_no_memory_and_hides_nobody() {
        let throttle = throttle();
        let guesser = address(0);
        for _ in 0..12 {
            attempt(&throttle, guesser, "ada", false).await.unwrap();
        }
        attempt(&throttle, address(1), "bob", true).await.unwrap();
        for number in 2..3 * REMEMBERED as u32 {
            let name = format!("nobody{number}");
            attempt(&throttle, address(number), &name, false)
                .await
                .unwrap();
            if number % 2 == 0 {
                attempt(&throttle, address(number), &name, true)
                    .await
                    .unwrap();
            }
        }
        {
            let state = lock(&throttle.state);
            let sizes = [state.lanes.len(), state.accounts.len(), state.known.len()];
            assert!(sizes.into_iter().all(|it| it <= REMEMBERED), "{sizes:?}");
        }
        let waited = attempt(&throttle, guesser, "eve", false).await;
        assert_eq!(waited, Some(SECOND * 60));
    }

    #[tokio::test(start_paused = true)]
    async fn accounts_are_made_one_a_minute_after_twenty() {
        let throttle = throttle();
        let until = Instant::now() + HOUR;
        let mut made = 0;
        while Instant::now() < until {
            throttle.create_account(address(1)).await.unwrap();
            made += 1;
        }
        assert!((80..=86).contains(&made), "{made}");
        // That is none of a guess.
        let login = attempt(&throttle, address(1), "ada", true).await;
        assert_eq!(login, Some(Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_delay_nothing_is_remembered() {
        let throttle = LoginThrottle::new(Duration::ZERO);
        for _ in 0..1000 {
            let waited = attempt(&throttle, address(1), "ada", false).await;
            assert_eq!(waited, Some(Duration::ZERO));
            throttle.create_account(address(1)).await.unwrap();
        }
        attempt(&throttle, address(1), "ada", true).await.unwrap();
        throttle.created(address(1), &"ada".into());
        let state = lock(&throttle.state);
        let sizes = [state.lanes.len(), state.accounts.len(), state.known.len()];
        assert_eq!(sizes, [0; 3]);
    }
}
