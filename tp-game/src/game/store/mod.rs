//! A game that is kept in a file: every change is in its log before it is made.

mod saved;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tp_net::model::{FailCode, Refusal};
use tp_store::{Journal, OpenError, Store, WriteError};

use self::saved::{FORMAT, RULES, Saved};
use crate::game::changes::{Change, Entry};
use crate::state::{Beginning, State};
use crate::world::World;
use crate::{Builder, Game};

/// Most bytes of an entry. A message as long as can be, in which every character is a control
/// character, has fewer.
const LONGEST: usize = 256 << 10;

/// A game cannot be kept in a folder. Each says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// The file cannot be opened or made.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A program with other rules was not ended properly.
    #[error(
        "{} was left by a program with other rules (version {found}, here {here}) that did not end \
         properly; start that program and end it with Ctrl-C, then this one goes on",
        .file.display()
    )]
    OtherRules {
        /// The file.
        file: PathBuf,
        /// The version of the other program's rules.
        found: u32,
        /// The version of this one's.
        here: u32,
    },
    /// The file cannot be written.
    #[error("{}: {error}", .file.display())]
    Write {
        /// The file.
        file: PathBuf,
        /// Why.
        #[source]
        error: WriteError,
    },
    /// The world has no form in which it can be kept.
    #[error("the game cannot be kept: {0}")]
    Encode(#[from] serde_json::Error),
    /// The system gives no thread.
    #[error("cannot start a thread: {0}")]
    Thread(#[source] io::Error),
}

/// A game that is kept in a folder.
#[derive(Debug)]
#[non_exhaustive]
pub struct Opened {
    /// The game.
    pub game: Game,
    /// Whether it has begun just now.
    pub is_new: bool,
    /// How many changes were made again, since the game was not ended properly.
    pub recovered: usize,
}

impl Builder {
    /// The game that is kept in this folder, as `game.redb`; if there is none, the game that
    /// [`build`](Self::build) makes, which is kept there from now on. What is said here of the world,
    /// its accounts and its turn time is for a new game only.
    ///
    /// What a player is told to have been done is there again after a crash, whenever that comes; if
    /// it cannot be written, it is refused and nothing has changed. Passwords are kept as
    /// [hashes](crate#accounts). No other user of the machine may read what is made.
    ///
    /// # Errors
    ///
    /// The folder cannot be used; what is in it is something else, of another program's, in use, or
    /// damaged.
    pub fn open(self, folder: impl AsRef<Path>) -> Result<Opened, DataError> {
        let file = folder.as_ref().join("game.redb");
        let (store, beginning, world, is_new, recovered) = match Store::open(&file, FORMAT)? {
            Some((mut store, kept)) => {
                let saved = Saved::read(&kept).map_err(|error| OpenError::damaged(&file, error))?;
                let is_old = kept.version != FORMAT.version() || saved.rules != RULES;
                if saved.rules != RULES && !kept.log.is_empty() {
                    return Err(DataError::OtherRules {
                        file,
                        found: saved.rules,
                        here: RULES,
                    });
                }
                let beginning = saved.beginning();
                let mut world = saved.into_world();
                replay(&mut world, &kept.log).map_err(|error| OpenError::damaged(&file, error))?;
                if is_old || !kept.log.is_empty() {
                    let snapshot = Saved::of(beginning, &world).encoded()?;
                    match store.replace(&snapshot) {
                        // It may be done again next time.
                        Err(error) if !is_old => tracing::warn!(%error, "no snapshot is made"),
                        Err(error) => return Err(DataError::Write { file, error }),
                        Ok(()) => {}
                    }
                }
                (store, beginning, world, false, kept.log.len())
            }
            None => {
                let (beginning, world) = (self.beginning(), self.world());
                let saved = Saved::of(beginning, &world);
                let store = Store::create(&file, FORMAT, &saved.encoded()?)?;
                (store, beginning, world, true, 0)
            }
        };
        let (turn, accounts) = (world.turn, world.players.len());
        tracing::info!(file = %file.display(), is_new, turn, accounts, recovered, "the game is kept");
        let state = State::of(world, self.least_turn_time);
        let data = Data::start(store, beginning, &state).map_err(DataError::Thread)?;
        let game = self.assemble(beginning, state, Some(data));
        Ok(Opened {
            game,
            is_new,
            recovered,
        })
    }
}

impl Game {
    /// Writes what is still to be written of a game that is [kept](Builder::open), and closes its
    /// file; nothing changes any more. Waits for that. Otherwise it is done when the last clone is
    /// dropped. The end of [`Serving`](crate::Serving) does it too.
    pub fn close(&self) {
        if let Some(data) = self.data() {
            data.close();
        }
    }
}

/// The file of a game that is played.
pub(crate) struct Data(Journal);

impl Data {
    fn start(store: Store, beginning: Beginning, state: &Arc<Mutex<State>>) -> io::Result<Self> {
        let state = Arc::clone(state);
        let snapshot = move || {
            // What is copied is made into text when nobody waits for the game any more.
            let saved = {
                let state = state.lock().unwrap_or_else(PoisonError::into_inner);
                Saved::of(beginning, &state.world)
            };
            Ok(saved.encoded()?)
        };
        Journal::start(store, snapshot).map(Self)
    }

    pub(crate) async fn write<C: Change>(
        &self,
        game: &Game,
        change: C,
    ) -> Result<C::Answer, Refusal> {
        let written = self.0.write(entry(&change)?, happen(game, change));
        written.await.map_err(not_written)?
    }

    pub(crate) fn write_blocking(&self, game: &Game, change: impl Change) -> Result<(), Refusal> {
        let written = self.0.write_blocking(entry(&change)?, happen(game, change));
        written.map_err(not_written)?.map(drop)
    }

    /// Makes a change as soon as it can be, which is never refused.
    pub(crate) fn insist(&self, game: &Game, change: impl Change) {
        if let Ok(entry) = entry(&change) {
            let happen = happen(game, change);
            self.0.insist(entry, |entry| drop(happen(entry)));
        }
    }

    pub(crate) fn close(&self) {
        self.0.close();
    }
}

/// What the log keeps of a change.
fn entry<C: Change>(change: &C) -> Result<Vec<u8>, Refusal> {
    let entry = serde_json::to_vec(&BTreeMap::from([(C::NAME, change)]));
    let entry = entry.map_err(|error| Refusal::frame(error.to_string()))?;
    if entry.len() > LONGEST {
        let text = format!("a change has at most {LONGEST} bytes as it is kept");
        return Err(Refusal::new(FailCode::REQUEST_TOO_BIG, text));
    }
    Ok(entry)
}

/// What makes a change happen.
fn happen<C: Change>(
    game: &Game,
    change: C,
) -> impl FnOnce(&[u8]) -> Result<C::Answer, Refusal> + Send + 'static {
    let game = game.clone();
    move |_| change.happen(&game, &mut game.state())
}

/// Makes the changes of a log again.
fn replay(world: &mut World, log: &[Vec<u8>]) -> Result<(), serde_json::Error> {
    for entry in log {
        let entry: Entry = serde_json::from_slice(entry)?;
        // One that panicked when it happened has been left half-made then, too.
        let applied = catch_unwind(AssertUnwindSafe(|| entry.apply(world)));
        if applied.is_err() {
            tracing::error!("a change panicked again");
        }
    }
    Ok(())
}

fn not_written(error: WriteError) -> Refusal {
    Refusal::unavailable_temporarily(error.to_string())
}
