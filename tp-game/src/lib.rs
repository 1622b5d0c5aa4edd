//! A small Thousand Parsec game, to play with and to test clients against.
//!
//! Every request of TP03 and TP04 gets a true answer: there is a universe of galaxies, star
//! systems, planets, fleets and wormholes, and orders, boards, resources, categories, designs and
//! players to go with it. Object types use every published type of object parameter, and order types
//! every type of order parameter. Who asks sees what a player of the game would see.
//!
//! # Accounts
//!
//! The name of an account is 1 to 100 bytes of UTF-8, all of it characters that can be seen, with
//! single blanks between words and no `@`: clients append that and the name of the game, which
//! this one passes over. One trailing NUL, which old clients count, does not belong to a name or a
//! password. Any other name is refused when the account is to be made. Names are the same if their
//! bytes are: `Ada` is not `ada`.
//!
//! Passwords are kept as hashes, by Argon2id at a [cost](PasswordCost), which are calculated on
//! threads that serve nobody, two at once.
//!
//! # Chance and time
//!
//! The game is deterministic: the same seed and the same requests in the same order give the
//! same world. Time only ends turns, and only if the game is told so.
//!
//! # In a test
//!
//! [`serve`] runs the game on a thread of its own; nothing about the caller needs to be
//! asynchronous. A server [in memory](tp_net::server::Server::connector) needs not even a port.
//!
//! ```
//! use tp_net::{Options, blocking::Client};
//!
//! let game = tp_game::serve("127.0.0.1:0")?;
//!
//! let mut client = Client::connect(game.local_addr(), Options::default())?;
//! client.login("guest", "guest")?;
//! client.finish_turn()?;
//! assert_eq!(game.game().turn(), 2, "nobody else is there");
//!
//! game.shutdown();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A state that survives
//!
//! With feature `store` a game can be kept in a folder (`Builder::open`): what was not answered with
//! Fail is there after a crash. The file is one of [`tp-store`](https://docs.rs/tp-store), which keeps
//! other games as well.
//!
#![cfg_attr(feature = "store", doc = "```")]
#![cfg_attr(not(feature = "store"), doc = "```ignore")]
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path().join("game");
//! let game = tp_game::Game::builder().open(&folder)?.game;
//! game.end_turn();
//! drop(game);
//!
//! let game = tp_game::Game::builder().open(&folder)?.game;
//! assert_eq!(game.turn(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Administration
//!
//! [`Admin`] lets administrators end turns, keep players out and follow the log, on a port of its own.
//!
//! # In a server
//!
//! [`Game`] is a [`Handler`](tp_net::server::Handler):
//!
//! ```no_run
//! use std::time::Duration;
//! use tp_net::server::Server;
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let game = tp_game::Game::builder().seed(42).turn_time(Duration::from_secs(600)).build();
//! let server = Server::builder().listen("0.0.0.0:6923").start(game.clone()).await?;
//! game.run_turns().await;
//! # server.shutdown().await;
//! # Ok(())
//! # }
//! ```

mod admin;
mod boards;
mod body;
mod categories;
mod changes;
mod components;
mod designs;
mod fleets;
mod flight;
mod game;
mod handler;
mod index;
mod object_types;
mod order_execution;
mod order_queues;
mod order_rules;
mod order_types;
mod passwords;
mod players;
mod properties;
mod random;
mod resources;
mod serving;
#[cfg_attr(not(feature = "store"), path = "no_store.rs")]
mod store;
mod turn;
mod universe;
mod view;
mod world;

pub use admin::Admin;
pub use game::{ACCOUNTS, Builder, Game, PlayerId};
pub use passwords::PasswordCost;
pub use serving::{ServeError, Serving, serve};
#[cfg(feature = "store")]
pub use store::{DataError, Opened};
