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
//! same world. Time only ends turns: if the game is [told so](Builder::turn_time), and where all
//! players finish turns faster than [ten a second](Builder::least_turn_time).
//!
//! # Limits
//!
//! What players store is limited. What is over is refused, with the limit and its number, and then
//! nothing has changed.
//!
//! | of | at most | of what | name |
//! |---|---|---|---|
//! | design, category | 100 | bytes of the name | `NAME` |
//! | design, category | 1,000 | bytes of the description | `DESCRIPTION` |
//! | object | 80 | bytes of the name | `OBJECT_NAME` |
//! | message | 250 | bytes of the subject | `SUBJECT` |
//! | message | 16,384 | bytes of the text | `BODY` |
//! | message | 16 | types | `MESSAGE_TYPES` |
//! | message | 64 | references | `MESSAGE_REFERENCES` |
//! | design | 16 | categories | `DESIGN_CATEGORIES` |
//! | design | 64 | entries of components, of which the same are one when they are stored | `DESIGN_COMPONENTS` |
//! | design | 100 | components of one type | `COMPONENT_AMOUNT` |
//! | order | 100 | entries of a list, of which the same are one when they are stored | `ORDER_ENTRIES` |
//! | order | 16 | designs whose ships are built at once | `FLEET_DESIGNS` |
//! | order queue | 100 | orders | `ORDERS` |
//! | player | 100 | designs | `DESIGNS` |
//! | player | 50 | categories | `CATEGORIES` |
//! | player | 100 | fleets; orders that build or split others are cancelled | `FLEETS` |
//! | player | 50 | fleets, to be given another | `FLEETS_WITH_GIFTS` |
//! | player | 262,144 | bytes of all that the player has made: designs, categories, orders, fleets, and messages on any board | `PLAYER_BYTES` |
//! | board | 500 | messages of players | `POSTS` |
//! | board | 20 | messages of a player whose board it is not | `POSTS_OF_ONE` |
//! | board | 100 | messages of the game; its oldest makes room | `REPORTS` |
//! | board | 2,000 | bytes of the text of a message of the game; the rest is cut off | `REPORT` |
//! | player's board | 32,768 | bytes of messages of the game; its oldest make room | `REPORT_BYTES` |
//! | game | 10,000 | accounts | `ACCOUNTS` |
//! | game | 1,000 | categories of players | `GAME_CATEGORIES` |
//! | game | 12,582,912 | bytes of all that players have made and were told | `GAME_BYTES` |
//! | player in a game that is full | 3,072 | bytes of all that the player has made | `SURE_BYTES` |
//! | player's board in a game that is full | 1,024 | bytes of messages of the game | `SURE_REPORT_BYTES` |
//! | game | 4,096 | things of a kind that are remembered when they are gone | `GONE` |
//!
//! Bytes are those that a thing says, and for each thing what it takes in memory beside, rounded up:
//! 448 for a message, 512 for an order, 640 for a design, 320 for a category and 1,536 for a fleet. So
//! all that players make the game keep is at most 12 MiB and 4 KiB for each account, 51 MiB with 10,000
//! accounts. What is kept holds no frame that it came in. [`Game::stored_bytes`] tells how much it is.
//!
//! Messages of players and of the game never make room for each other. Who has written a message can
//! remove it from the public board, and the owner of a board any message on it. A category can be
//! removed by who has made it.
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
mod components;
mod designs;
mod fleets;
mod flight;
mod game;
mod handler;
mod index;
mod limits;
mod object_types;
mod order_execution;
mod order_queues;
mod order_rules;
mod order_types;
mod pace;
mod passwords;
mod players;
mod properties;
mod random;
mod resources;
mod serving;
mod state;
mod turn;
mod universe;
mod view;
mod world;

pub use admin::Admin;
pub use game::{ACCOUNTS, Builder, Game, PlayerId};
#[cfg(feature = "store")]
pub use game::{DataError, Opened};
pub use passwords::PasswordCost;
pub use serving::{ServeError, Serving, serve};
