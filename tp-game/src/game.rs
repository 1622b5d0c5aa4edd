//! The game as a whole: its world, and who sits at the table.

pub(crate) mod changes;
#[cfg_attr(not(feature = "store"), path = "game/no_store.rs")]
mod store;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tp_frames::TpString;
use tp_net::model::{self, GameConnection, GameParameterId, Refusal, TimeRemaining};
use tp_net::server::Peer;

use self::changes::{Change, CreateAccount, EndTurn, FinishTurn, SetTurnTime};
use self::store::Data;
#[cfg(feature = "store")]
pub use self::store::{DataError, Opened};
use crate::pace;
use crate::passwords::{PasswordCost, PasswordHash, Passwords};
use crate::state::{Beginning, State};
use crate::universe::Extent;
use crate::world::World;
use crate::{passwords, players, universe};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Accounts that every game begins with: name and password. As everybody knows them, their hashes
/// cost the [least](PasswordCost::LEAST).
pub const ACCOUNTS: [(&str, &str); 3] = [("guest", "guest"), ("alice", "alice"), ("bob", "bob")];

/// A game. Clones are the same game.
#[derive(Clone)]
pub struct Game {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    long_name: String,
    beginning: Beginning,
    passwords: Passwords,
    state: Arc<Mutex<State>>,
    /// Where it is kept, if it is.
    data: Option<Data>,
    /// The end of the turn has been moved.
    moved: Notify,
    connections: OnceLock<Vec<GameConnection>>,
}

/// A player of a game, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PlayerId(pub u32);

/// What a game is going to be.
#[derive(Clone)]
#[must_use]
pub struct Builder {
    seed: u64,
    name: String,
    long_name: String,
    extent: Extent,
    turn_time: Option<Duration>,
    pub(crate) least_turn_time: Duration,
    password_cost: PasswordCost,
    has_public_accounts: bool,
    accounts: Vec<(String, String)>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            seed: 1,
            name: "demo".to_owned(),
            long_name: "A demonstration".to_owned(),
            extent: Extent {
                galaxies: 2,
                systems: 5,
            },
            turn_time: None,
            least_turn_time: pace::LEAST,
            password_cost: PasswordCost::default(),
            has_public_accounts: true,
            accounts: Vec::new(),
        }
    }
}

impl Builder {
    /// What the world is made from; 1 by default.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The short name of the game; `demo` by default.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The name of the game for people; `A demonstration` by default.
    pub fn long_name(mut self, name: impl Into<String>) -> Self {
        self.long_name = name.into();
        self
    }

    /// How many galaxies, and how many star systems in each; 2 of 5 by default. A star system has
    /// one to three planets.
    pub fn extent(mut self, galaxies: u32, systems: u32) -> Self {
        self.extent = Extent { galaxies, systems };
        self
    }

    /// How long a turn lasts at most; without end by default. Needs
    /// [`run_turns`](Game::run_turns), which [`serve`](crate::serve) calls.
    pub fn turn_time(mut self, turn_time: Duration) -> Self {
        self.turn_time = Some(turn_time);
        self
    }

    /// How long a turn lasts at least in the long run, if all players have finished it; 100
    /// milliseconds by default. A hundred turns may end at once, if none has for as long as they would
    /// take. `FinishedTurn` that comes too early is answered when the turn ends. Without
    /// [`run_turns`](Game::run_turns), which [`serve`](crate::serve) calls, turns take no time.
    pub fn least_turn_time(mut self, turn_time: Duration) -> Self {
        self.least_turn_time = turn_time;
        self
    }

    /// What it costs to calculate the hash of a new password;
    /// [19 MiB and two passes](PasswordCost::default) by default.
    pub fn password_cost(mut self, cost: PasswordCost) -> Self {
        self.password_cost = cost;
        self
    }

    /// Whether there are the accounts whose passwords everybody knows, [`ACCOUNTS`]; there are by default.
    pub fn public_accounts(mut self, are_there: bool) -> Self {
        self.has_public_accounts = are_there;
        self
    }

    /// One more account. If it cannot be had, because its name is taken or [none](crate#accounts),
    /// or the universe is full, there is none.
    pub fn account(mut self, name: impl Into<String>, password: impl Into<String>) -> Self {
        self.accounts.push((name.into(), password.into()));
        self
    }

    /// The game.
    #[must_use]
    pub fn build(self) -> Game {
        let (beginning, world) = (self.beginning(), self.world());
        let state = State::of(world, self.least_turn_time);
        self.assemble(beginning, state, None)
    }

    pub(crate) fn beginning(&self) -> Beginning {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Beginning {
            seed: self.seed,
            created: now.map_or(0, |since| since.as_secs()),
        }
    }

    pub(crate) fn assemble(
        self,
        beginning: Beginning,
        state: Arc<Mutex<State>>,
        data: Option<Data>,
    ) -> Game {
        Game {
            inner: Arc::new(Inner {
                name: self.name,
                long_name: self.long_name,
                beginning,
                passwords: Passwords::new(self.password_cost),
                state,
                data,
                moved: Notify::new(),
                connections: OnceLock::new(),
            }),
        }
    }

    /// The world as it begins.
    pub(crate) fn world(&self) -> World {
        let mut world = universe::create(self.seed, self.extent);
        world.turn_time = self.turn_time;
        let public = ACCOUNTS.map(|(name, password)| (name, password, PasswordCost::LEAST));
        let own = self.accounts.iter();
        let own = own.map(|(name, password)| (&**name, &**password, self.password_cost));
        let public = public.into_iter().filter(|_| self.has_public_accounts);
        for (name, password, cost) in public.chain(own) {
            if let Err(refusal) = found_account(&mut world, name, password, cost) {
                tracing::warn!(name, %refusal, "no account");
            }
        }
        world
    }
}

/// An account that a game begins with.
fn found_account(
    world: &mut World,
    name: &str,
    password: &str,
    cost: PasswordCost,
) -> Result<u32, Refusal> {
    let (name, password) = (name.into(), password.into());
    let password = players::new_password(&password)?;
    let hash = PasswordHash::made_here(password, cost).ok_or_else(passwords::busy)?;
    players::create(world, &name, hash)
}

impl Game {
    /// A game made from `seed`, otherwise as [`builder`](Self::builder) makes it.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self::builder().seed(seed).build()
    }

    /// A game to be.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The turn being played; the first is 1.
    #[must_use]
    pub fn turn(&self) -> u32 {
        self.state().world.turn
    }

    /// How many bytes are stored of what players have made and were told, as the
    /// [limits](crate#limits) count them.
    #[must_use]
    pub fn stored_bytes(&self) -> u64 {
        self.state().world.stored.all()
    }

    /// How many players have an account.
    #[must_use]
    pub fn accounts(&self) -> usize {
        self.state().world.players.len()
    }

    /// What the world was made from.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.inner.beginning.seed
    }

    /// Ends the turn now, whoever has finished it.
    pub fn end_turn(&self) {
        let turn = self.turn();
        let why = TimeRemaining::turn_ended();
        self.change_blocking(EndTurn { turn, why });
    }

    /// How long a turn lasts at most; `None` if it lasts until all have finished it.
    #[must_use]
    pub fn turn_time(&self) -> Option<Duration> {
        self.state().world.turn_time
    }

    /// From now on a turn lasts at most this long, and so does what is left of the one that is played;
    /// `None` for as long as it takes. Needs [`run_turns`](Self::run_turns), which
    /// [`serve`](crate::serve) calls.
    pub fn set_turn_time(&self, turn_time: Option<Duration>) {
        self.change_blocking(SetTurnTime { turn_time });
    }

    /// Ends each turn when its time is over. Runs until dropped.
    pub async fn run_turns(&self) {
        let _timer = Timer::start(self);
        {
            let mut state = self.state();
            if state.deadline.is_none() {
                self.start_timer(&mut state);
            }
        }
        loop {
            let moved = self.inner.moved.notified();
            match self.next_event() {
                Some(at) => {
                    tokio::select! {
                        () = sleep_until(at) => self.time_passed(),
                        () = moved => {}
                    }
                }
                None => moved.await,
            }
        }
    }

    /// What is told of the game to who does not play it: the answer to `GetGames`, and what
    /// zeroconf and metaservers announce. It changes from turn to turn, and has no connections
    /// before the game is served.
    #[must_use]
    pub fn announcement(&self) -> model::Game {
        let state = self.state();
        let connections = self.inner.connections.get();
        let mut game = model::Game {
            name: self.name().into(),
            key: TpString::new(),
            tp: vec!["0.3".into(), "0.4".into()],
            server: VERSION.into(),
            sertype: "tp-game".into(),
            rule: "demo".into(),
            rulever: VERSION.into(),
            connections: connections.cloned().unwrap_or_default(),
            parameters: Vec::new(),
            mediabase: Some(TpString::new()),
            ctime: Some(self.inner.beginning.created),
        };
        for (id, count) in [
            (GameParameterId::PLYS, state.world.players.len()),
            (GameParameterId::CONS, state.lobby.connections()),
            (GameParameterId::OBJS, state.world.bodies.len()),
            (GameParameterId::TURN, state.world.turn as usize),
        ] {
            game.set_number(id, u32::try_from(count).unwrap_or(u32::MAX));
        }
        if let (Some(period), Some(next)) = (state.world.turn_time, state.next) {
            let seconds = u32::try_from(period.as_secs()).unwrap_or(u32::MAX);
            game.set_number(GameParameterId::PRD, seconds);
            game.set_number(GameParameterId::NEXT, next);
        }
        game.set_text(GameParameterId::LN, &*self.inner.long_name);
        game.set_text(GameParameterId::SN, self.name());
        game
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A request that panicked may have left a change half made; the game goes on.
        self.inner
            .state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Where it is kept, if it is.
    pub(crate) fn data(&self) -> Option<&Data> {
        self.inner.data.as_ref()
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.inner.passwords
    }

    pub(crate) fn name(&self) -> &str {
        &self.inner.name
    }

    pub(crate) fn set_connections(&self, connections: &[GameConnection]) {
        self.inner.connections.get_or_init(|| connections.to_vec());
    }

    /// Changes the world. In a game that is kept, nothing has changed before that is certain.
    pub(crate) async fn change<C: Change>(&self, change: C) -> Result<C::Answer, Refusal> {
        match self.data() {
            None => change.happen(self, &mut self.state()),
            Some(data) => data.write(self, change).await,
        }
    }

    /// Likewise, for who does not wait asynchronously nor hear of refusals.
    fn change_blocking(&self, change: impl Change) {
        let changed = match self.data() {
            None => change.happen(self, &mut self.state()).map(drop),
            Some(data) => data.write_blocking(self, change),
        };
        if let Err(refusal) = changed {
            tracing::error!(%refusal, "the game does not change");
        }
    }

    /// A new account, which `peer` asks for, if anybody who may be gone meanwhile.
    pub(crate) async fn new_account(
        &self,
        peer: Option<&Peer>,
        username: &TpString,
        password: &TpString,
    ) -> Result<u32, Refusal> {
        let password = players::new_password(password)?;
        // Who is refused need not wait for a hash.
        players::vacancy(&self.state().world, username)?;
        let password = self.passwords().hash(password, peer).await?;
        let username = username.clone();
        self.change(CreateAccount { username, password }).await
    }

    /// Ends the turn and tells everybody: now, or as soon as that is written.
    pub(crate) fn end_turn_because(&self, state: &mut State, why: TimeRemaining) {
        let turn = state.world.turn;
        let change = EndTurn { turn, why };
        match self.data() {
            // It is never refused.
            None => drop(change.happen(self, state)),
            Some(_) if state.is_ending => {}
            Some(data) => {
                state.is_ending = true;
                data.insist(self, change);
            }
        }
    }

    pub(crate) fn start_timer(&self, state: &mut State) {
        state.warned = false;
        let turn_time = state.world.turn_time;
        state.deadline = turn_time.and_then(|time| Instant::now().checked_add(time));
        state.next = turn_time.and_then(|time| {
            let since = SystemTime::now().checked_add(time)?;
            let since = since.duration_since(UNIX_EPOCH).ok()?;
            u32::try_from(since.as_secs()).ok()
        });
        self.timer_moved();
    }

    /// Says that something ends at another time.
    pub(crate) fn timer_moved(&self) {
        self.inner.moved.notify_one();
    }

    fn next_event(&self) -> Option<Instant> {
        let state = self.state();
        if state.is_ending {
            return None;
        }
        let timer = match state.warned {
            true => state.deadline,
            false => state.warned_at(),
        };
        timer.into_iter().chain(state.pace.due).min()
    }

    fn time_passed(&self) {
        self.end_if_due();
        let mut state = self.state();
        let now = Instant::now();
        if state.deadline.is_some_and(|deadline| deadline <= now) {
            self.end_turn_because(&mut state, TimeRemaining::turn_ended());
        } else if !state.warned && state.warned_at().is_some_and(|at| at <= now) {
            state.warned = true;
            let warning = TimeRemaining::turn_ends_in(state.time_left().unwrap_or_default());
            state.lobby.announce(warning.in_turn(state.world.turn));
        }
    }
}

/// A task that ends turns when their time has come, as long as it lives.
struct Timer<'a>(&'a Game);

impl<'a> Timer<'a> {
    fn start(game: &'a Game) -> Self {
        let pace = &mut game.state().pace;
        pace.timers = pace.timers.saturating_add(1);
        Self(game)
    }
}

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        let pace = &mut self.0.state().pace;
        pace.timers = pace.timers.saturating_sub(1);
    }
}

impl Game {
    /// All players have finished the turn, so it ends: now, or when it has lasted long enough, and
    /// then this says when. Where nobody looks at the time, it ends now.
    pub(crate) fn all_finished(&self, state: &mut State) -> Option<Instant> {
        let now = Instant::now();
        let wait = state.pace.wait(now);
        if wait.is_zero() || state.pace.timers == 0 {
            state.pace.pay(now);
            self.end_turn_because(state, TimeRemaining::all_finished());
            return None;
        }
        let due = now.checked_add(wait)?;
        state.pace.due = Some(due);
        let soon = TimeRemaining::enough_finished(wait);
        state.lobby.announce(soon.in_turn(state.world.turn));
        self.timer_moved();
        Some(due)
    }

    /// Notes that a player has finished the turn, which ends it if all who are there have. Waits for
    /// its end if that is due.
    pub(crate) async fn finish(&self, player: u32) -> Result<(), Refusal> {
        // Of a turn whose end nobody has waited for.
        self.end_if_due();
        let change = FinishTurn { player };
        let is_noted = self.state().world.finished.contains(&player);
        let due = match is_noted {
            // Somebody else may be gone since.
            true => change.happen(self, &mut self.state()),
            false => self.change(change).await,
        }?;
        if let Some(due) = due {
            sleep_until(due).await;
            self.end_if_due();
        }
        Ok(())
    }

    /// Ends the turn that all have finished if it has lasted long enough.
    pub(crate) fn end_if_due(&self) {
        let mut state = self.state();
        let now = Instant::now();
        if state.pace.due.is_some_and(|due| due <= now) {
            state.pace.due = None;
            state.pace.pay(now);
            self.end_turn_because(&mut state, TimeRemaining::all_finished());
        }
    }
}

impl fmt::Debug for Builder {
    /// Without the passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let accounts: Vec<&str> = self
            .accounts
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        f.debug_struct("Builder")
            .field("seed", &self.seed)
            .field("name", &self.name)
            .field("long_name", &self.long_name)
            .field("extent", &self.extent)
            .field("turn_time", &self.turn_time)
            .field("least_turn_time", &self.least_turn_time)
            .field("password_cost", &self.password_cost)
            .field("accounts", &accounts)
            .finish()
    }
}

impl fmt::Debug for Game {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Game")
            .field("name", &self.inner.name)
            .finish_non_exhaustive()
    }
}
