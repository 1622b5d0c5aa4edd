//! Passwords: kept as hashes, which are made and checked where nobody waits for it but who asked.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::{fmt, io, thread};

use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::password_hash::try_generate_salt;
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use tokio::sync::{Semaphore, oneshot};
use tp_net::model::Refusal;
use tp_net::server::Peer;

/// Most hashes that are calculated at once: each takes a core and its memory.
const AT_ONCE: usize = 2;
/// Most that wait for it.
const WAITING: usize = 128;
/// Most bytes of a password; the rest of a longer one is passed over.
const LONGEST: usize = 4096;
/// What costs so little, in KiB times passes, is calculated where it is asked for: to hand it to
/// another thread takes as long.
const CHEAP: u64 = 64;

/// What it costs to calculate a hash of a password, and so to guess a password: the parameters of
/// Argon2id, with one lane.
///
/// ```
/// use tp_game::{Game, PasswordCost};
///
/// // A test that makes accounts by the thousand.
/// let game = Game::builder().password_cost(PasswordCost::LEAST).build();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    memory: u32,
    passes: u32,
}

impl PasswordCost {
    /// As little as can be, some ten microseconds: for tests and public passwords.
    pub const LEAST: Self = Self {
        memory: Params::MIN_M_COST,
        passes: Params::MIN_T_COST,
    };

    /// So much memory, in KiB, and so many passes over it. What is less than 8 KiB or one pass
    /// counts as that much.
    #[must_use]
    pub const fn new(memory: u32, passes: u32) -> Self {
        Self {
            memory: if memory < Params::MIN_M_COST {
                Params::MIN_M_COST
            } else {
                memory
            },
            passes: if passes < Params::MIN_T_COST {
                Params::MIN_T_COST
            } else {
                passes
            },
        }
    }

    fn is_cheap(self) -> bool {
        u64::from(self.memory).saturating_mul(self.passes.into()) <= CHEAP
    }
}

impl Default for PasswordCost {
    /// 19 MiB and two passes, the least that OWASP's Password Storage Cheat Sheet recommends: some
    /// 20 milliseconds.
    fn default() -> Self {
        Self::new(Params::DEFAULT_M_COST, Params::DEFAULT_T_COST)
    }
}

/// What is kept of a password: a PHC string.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "store", serde(from = "String", into = "String"))]
pub(crate) struct PasswordHash(Arc<str>);

#[cfg(feature = "store")]
impl From<String> for PasswordHash {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

#[cfg(feature = "store")]
impl From<PasswordHash> for String {
    fn from(hash: PasswordHash) -> Self {
        hash.0.as_ref().into()
    }
}

impl PasswordHash {
    /// Calculates it, now and here, for a game or an administration that is being made. What that
    /// takes of memory is free again behind it: this thread may never calculate another.
    pub(crate) fn made_here(password: &[u8], cost: PasswordCost) -> Option<Self> {
        let hash = Self::of(password, cost);
        drop(MEMORY.take());
        hash
    }

    /// Calculates it; nothing if the system has no memory or no random numbers left.
    pub(crate) fn of(password: &[u8], cost: PasswordCost) -> Option<Self> {
        let params = Params::new(cost.memory, cost.passes, 1, None).ok()?;
        let salt = try_generate_salt().ok()?;
        let hash = argon2::PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).ok()?,
            salt: Some(Salt::new(&salt).ok()?),
            hash: Some(output(bounded(password), &salt, params)?),
        };
        Some(Self(hash.to_string().into()))
    }

    /// One that no password has, which takes as long to find out.
    fn of_nothing(cost: PasswordCost) -> Self {
        let PasswordCost { memory, passes } = cost;
        // Sixteen and thirty-two bytes, all zero.
        let (salt, hash) = ("A".repeat(22), "A".repeat(43));
        let text = format!("$argon2id$v=19$m={memory},t={passes},p=1${salt}${hash}");
        Self(text.into())
    }

    fn cost(&self) -> PasswordCost {
        let hash = argon2::PasswordHash::new(&self.0).ok();
        let params = hash.and_then(|hash| Params::try_from(&hash).ok());
        params.map_or_else(PasswordCost::default, |params| {
            PasswordCost::new(params.m_cost(), params.t_cost())
        })
    }

    fn is_of(&self, password: &[u8]) -> bool {
        let hash = argon2::PasswordHash::new(&self.0).ok();
        hash.is_some_and(|hash| {
            let (Some(salt), Ok(params)) = (&hash.salt, Params::try_from(&hash)) else {
                return false;
            };
            let given = output(bounded(password), salt, params);
            // Compared in a time that does not depend on them.
            given.is_some() && given == hash.hash
        })
    }
}

thread_local! {
    /// What this thread calculates in. Allocators do not give blocks of this size and alignment away a
    /// second time: each calculation would leave its memory behind.
    static MEMORY: RefCell<Vec<Block>> = const { RefCell::new(Vec::new()) };
}

/// The output of Argon2id; nothing if these are no parameters of it.
fn output(password: &[u8], salt: &[u8], params: Params) -> Option<Output> {
    MEMORY.with_borrow_mut(|memory| {
        let needed = params.block_count();
        let missing = needed.saturating_sub(memory.len());
        memory.try_reserve_exact(missing).ok()?;
        memory.resize(needed, Block::new());
        let mut out = [0; Params::DEFAULT_OUTPUT_LEN];
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let hashed = argon2.hash_password_into_with_memory(password, salt, &mut out, memory);
        hashed.ok()?;
        Output::new(&out).ok()
    })
}

impl fmt::Debug for PasswordHash {
    /// Without the hash: who has it can guess at leisure.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PasswordHash").finish_non_exhaustive()
    }
}

fn bounded(password: &[u8]) -> &[u8] {
    password.get(..LONGEST).unwrap_or(password)
}

/// Calculates hashes on threads that serve nobody, two at once; who asks waits in turn.
#[derive(Debug)]
pub(crate) struct Passwords {
    cost: PasswordCost,
    /// What an account has that is not there.
    nothing: PasswordHash,
    places: Semaphore,
    at_once: Arc<Semaphore>,
    /// Started when there is something to calculate.
    threads: OnceLock<Threads>,
}

impl Passwords {
    /// New hashes are to cost so much.
    pub(crate) fn new(cost: PasswordCost) -> Self {
        Self {
            cost,
            nothing: PasswordHash::of_nothing(cost),
            places: Semaphore::new(AT_ONCE.saturating_add(WAITING)),
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            threads: OnceLock::new(),
        }
    }

    pub(crate) fn cost(&self) -> PasswordCost {
        self.cost
    }

    /// The hash of a new password. `peer` wants it, if anybody who may be gone meanwhile.
    pub(crate) async fn hash(
        &self,
        password: &[u8],
        peer: Option<&Peer>,
    ) -> Result<PasswordHash, Refusal> {
        let (cost, password) = (self.cost, bounded(password).to_vec());
        let is_wanted = || peer.is_none_or(Peer::is_open);
        let hash = self.calculate(cost, is_wanted, move || PasswordHash::of(&password, cost));
        hash.await?.ok_or_else(busy)
    }

    /// Whether the hash is that of the password. Without a hash it is not, which takes as long.
    pub(crate) async fn is_right(
        &self,
        hash: Option<PasswordHash>,
        password: &[u8],
        peer: &Peer,
    ) -> Result<bool, Refusal> {
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nothing.clone());
        let password = bounded(password).to_vec();
        let cost = hash.cost();
        let is_right = self.calculate(cost, || peer.is_open(), move || hash.is_of(&password));
        Ok(is_right.await? && is_known)
    }

    async fn calculate<T: Send + 'static>(
        &self,
        cost: PasswordCost,
        is_wanted: impl Fn() -> bool,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        if cost.is_cheap() {
            return Ok(work());
        }
        let _place = self.places.try_acquire().map_err(|_| busy())?;
        let turn = Arc::clone(&self.at_once).acquire_owned().await;
        let turn = turn.map_err(|_| busy())?;
        if !is_wanted() {
            // Nobody hears it.
            return Err(busy());
        }
        let (answer, answered) = oneshot::channel();
        let work = move || {
            // Until it is done, whether anybody still waits for it or not.
            let _turn = turn;
            // An error means that nobody does.
            let _ = answer.send(work());
        };
        let threads = match self.threads.get() {
            Some(threads) => threads,
            None => {
                let threads = Threads::start().map_err(|_| busy())?;
                self.threads.get_or_init(|| threads)
            }
        };
        threads.work(Box::new(work));
        answered.await.map_err(|_| busy())
    }
}

type Work = Box<dyn FnOnce() + Send>;

/// As many threads as calculate at once. Always the same ones: an allocator may keep the memory of each
/// thread that ever calculated.
#[derive(Debug)]
struct Threads {
    to_any: mpsc::Sender<Work>,
}

impl Threads {
    fn start() -> io::Result<Self> {
        let (to_any, received) = mpsc::channel::<Work>();
        let received = Arc::new(Mutex::new(received));
        for _ in 0..AT_ONCE {
            let received = Arc::clone(&received);
            let next = move || {
                let received = received.lock().unwrap_or_else(PoisonError::into_inner);
                received.recv()
            };
            let builder = thread::Builder::new().name("tp-passwords".to_owned());
            builder.spawn(move || {
                while let Ok(work) = next() {
                    // Who asked hears that there is no answer.
                    let _ = catch_unwind(AssertUnwindSafe(work));
                }
            })?;
        }
        Ok(Self { to_any })
    }

    fn work(&self, work: Work) {
        // They listen as long as this is there.
        let _ = self.to_any.send(work);
    }
}

/// A hash cannot be calculated now.
pub(crate) fn busy() -> Refusal {
    Refusal::unavailable_temporarily("too many passwords are being checked, try again")
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::channel;

    use tokio::sync::mpsc::unbounded_channel;
    use tokio::task::JoinSet;

    use super::*;

    fn dear() -> PasswordCost {
        PasswordCost::new(65, 1)
    }

    #[test]
    fn what_is_kept_says_by_what_it_was_made_and_not_of_what() {
        let hash = PasswordHash::of(b"s3cret", PasswordCost::default()).unwrap();
        let start = "$argon2id$v=19$m=19456,t=2,p=1$";
        assert!(hash.0.starts_with(start), "{}", hash.0);
        assert!(hash.is_of(b"s3cret"));
        assert!(!hash.is_of(b"s3cres"));
        assert_eq!(format!("{hash:?}"), "PasswordHash(..)");
        let again = PasswordHash::of(b"s3cret", PasswordCost::default()).unwrap();
        assert_ne!(hash.0, again.0, "another salt");
    }

    #[test]
    fn what_is_not_there_takes_as_long() {
        for cost in [PasswordCost::default(), PasswordCost::LEAST] {
            let (real, nothing) = (PasswordHash::of(b"", cost), PasswordHash::of_nothing(cost));
            assert_eq!(real.unwrap().cost(), nothing.cost());
            let hash = argon2::PasswordHash::new(&nothing.0).unwrap();
            let (salt, params) = (hash.salt.unwrap(), Params::try_from(&hash).unwrap());
            assert!(
                output(b"", &salt, params).is_some(),
                "calculated, not refused unseen"
            );
            assert!(!nothing.is_of(b""));
        }
    }

    #[test]
    fn what_is_made_here_leaves_no_memory_behind() {
        let held = || MEMORY.with_borrow(Vec::capacity);
        let hash = PasswordHash::made_here(b"s3cret", dear()).unwrap();
        assert!(hash.is_of(b"s3cret"));
        assert!(held() >= 64, "it is used again, where more are calculated");
        PasswordHash::made_here(b"s3cret", dear()).unwrap();
        assert_eq!(held(), 0);
    }

    #[test]
    fn a_long_password_is_cut_alike_each_time() {
        let long = vec![b'x'; LONGEST + 1];
        let hash = PasswordHash::of(&long, PasswordCost::LEAST).unwrap();
        assert!(hash.is_of(&long));
    }

    #[tokio::test]
    async fn two_are_calculated_at_once_and_others_wait_in_turn() {
        let passwords = Arc::new(Passwords::new(dear()));
        let (started, mut starts) = unbounded_channel();
        let (release, released) = channel::<()>();
        let released = Arc::new(Mutex::new(released));
        let (gone, too_many) = (5, AT_ONCE + WAITING);
        let mut asked = JoinSet::new();
        for number in 0..=too_many {
            let (passwords, started) = (Arc::clone(&passwords), started.clone());
            let released = Arc::clone(&released);
            let work = move || {
                started.send(number).unwrap();
                released.lock().unwrap().recv().unwrap();
            };
            asked.spawn(async move {
                let done = passwords.calculate(dear(), || number != gone, work);
                (number, done.await.is_ok())
            });
        }
        assert_eq!(asked.join_next().await.unwrap().unwrap(), (too_many, false));
        let first = [starts.recv().await, starts.recv().await];
        assert!(
            first.contains(&Some(0)) && first.contains(&Some(1)),
            "{first:?}"
        );
        for number in (2..too_many).filter(|number| *number != gone) {
            assert!(starts.try_recv().is_err(), "more than two at once");
            release.send(()).unwrap();
            assert_eq!(starts.recv().await, Some(number));
        }
        drop(started);
        release.send(()).and_then(|()| release.send(())).unwrap();
        let done = asked.join_all().await;
        let refused: Vec<_> = done.iter().filter(|(_, done)| !done).collect();
        assert_eq!(refused, [&(gone, false)], "who is gone waits for nothing");
        assert_eq!(starts.recv().await, None);
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_calculated_all_the_same_and_counts() {
        let passwords = Arc::new(Passwords::new(dear()));
        let (started, mut starts) = unbounded_channel();
        let (release, released) = channel::<()>();
        let work = move || {
            started.send(()).unwrap();
            released.recv().unwrap();
        };
        let asked = {
            let passwords = Arc::clone(&passwords);
            tokio::spawn(async move { passwords.calculate(dear(), || true, work).await })
        };
        starts.recv().await.unwrap();
        asked.abort();
        assert!(asked.await.unwrap_err().is_cancelled());
        assert_eq!(passwords.at_once.available_permits(), AT_ONCE - 1);
        release.send(()).unwrap();
        let all = u32::try_from(AT_ONCE).unwrap();
        drop(passwords.at_once.acquire_many(all).await.unwrap());
        assert_eq!(passwords.places.available_permits(), AT_ONCE + WAITING);
    }
}
