//! Keeps the state of a game server in one file, through crashes.
//!
//! A game whose state changes by *entries*, one after the other, and always in the same way, needs to
//! keep no more than them: a log. Played again from the start, it gives the same state. So that this
//! does not take ever longer, and the log does not grow for ever, a *snapshot* of the state replaces
//! what came before it now and then. What entries and snapshots are made of is up to the game.
//!
//! * [`Store`] is the file: entries are appended to it, all of them or none, and are there once that
//!   has returned, whatever happens to the program or the machine. It is a [redb] database.
//! * [`Journal`] appends for a server: many requests at once, by a thread of its own. What an entry
//!   does is done when it is kept, and in the order of the log.
//!
//! [redb]: https://www.redb.org
//!
//! # Example
//!
//! A game in which players score, and a server that keeps the sum:
//!
//! ```
//! use std::sync::{Arc, Mutex};
//!
//! use tp_store::{Format, Journal, Store};
//!
//! /// What an entry does: it is text here.
//! fn apply(sum: &mut u64, entry: &[u8]) {
//!     let points = str::from_utf8(entry).ok().and_then(|text| text.parse::<u64>().ok());
//!     *sum += points.unwrap_or_default();
//! }
//!
//! struct Game {
//!     sum: Arc<Mutex<u64>>,
//!     journal: Journal,
//! }
//!
//! impl Game {
//!     fn open(file: &std::path::Path) -> Result<Self, Box<dyn std::error::Error>> {
//!         let format = Format::new("score", 1);
//!         let (store, sum) = match Store::open(file, format)? {
//!             // What was kept: the snapshot, and what has come after it.
//!             Some((store, kept)) => {
//!                 let mut sum = String::from_utf8(kept.snapshot)?.parse()?;
//!                 kept.log.iter().for_each(|entry| apply(&mut sum, entry));
//!                 (store, sum)
//!             }
//!             None => (Store::create(file, format, b"0")?, 0),
//!         };
//!         let sum = Arc::new(Mutex::new(sum));
//!         let kept = Arc::clone(&sum);
//!         let journal = Journal::start(store, move || Ok(kept.lock().unwrap().to_string().into()))?;
//!         Ok(Self { sum, journal })
//!     }
//!
//!     /// Once this has returned `Ok`, the points are never lost; after an error, they do not count.
//!     async fn score(&self, points: u64) -> Result<u64, tp_store::WriteError> {
//!         let (entry, sum) = (points.to_string().into_bytes(), Arc::clone(&self.sum));
//!         let done = move |entry: &[u8]| {
//!             let mut sum = sum.lock().unwrap();
//!             apply(&mut sum, entry);
//!             *sum
//!         };
//!         self.journal.write(entry, done).await
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let file = folder.path().join("data/score.redb");
//! let game = Game::open(&file)?;
//! assert_eq!(game.score(3).await?, 3);
//! drop(game);
//!
//! let game = Game::open(&file)?;
//! assert_eq!(game.score(4).await?, 7);
//! # Ok(())
//! # }
//! ```

mod error;
mod journal;
mod store;

pub use error::{OpenError, WriteError};
pub use journal::Journal;
pub use store::{Format, Kept, Store};
