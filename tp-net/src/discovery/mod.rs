//! Finding games, and letting games be found.
//!
//! There are two ways. **Zeroconf** (feature `zeroconf`) is for the local network: servers announce
//! their games by multicast, and nobody has to set anything up. A **metaserver** (feature
//! `metaserver`) is a web server that keeps a list of games, for everybody who knows its URL.
//! Nothing is announced and nobody is asked unless the program says so.
//!
//! A game is a [`model::Game`](crate::model::Game) on both ways, as it is in the answer to
//! `GetGames`. Its URLs, best first, are what every client can connect to:
//! [`Url::of_game`](crate::transport::Url::of_game).
//!
//! # Find games
//!
//! A [`Browser`] watches any number of places and tells of games found, updated and gone. It has
//! the three client APIs: [`wait`](Browser::wait) blocks, [`try_next`](Browser::try_next)
//! does not, and [`next`](Browser::next) is a future of any runtime.
//!
#![cfg_attr(all(feature = "zeroconf", feature = "metaserver"), doc = "```no_run")]
#![cfg_attr(
    not(all(feature = "zeroconf", feature = "metaserver")),
    doc = "```ignore"
)]
//! use std::time::Duration;
//! use tp_net::discovery::{Browser, Event};
//! use tp_net::transport::Url;
//!
//! let mut browser = Browser::builder()
//!     .zeroconf()
//!     .metaserver("http://metaserver.example/")
//!     .start()?;
//! while let Some(event) = browser.wait(Duration::from_secs(3)) {
//!     match event {
//!         Event::Found(_, game) => println!("{} at {:?}", game.long_name(), Url::of_game(&game)),
//!         Event::Failed(_, error) => println!("{error}"),
//!         _ => {}
//!     }
//! }
//! # Ok::<(), tp_net::discovery::Error>(())
//! ```
//!
//! # Be found
//!
#![cfg_attr(
    feature = "zeroconf",
    doc = "[`zeroconf::Publisher`] announces a game on the local network,"
)]
#![cfg_attr(
    not(feature = "zeroconf"),
    doc = "With `zeroconf`, a publisher announces a game on the local network,"
)]
#![cfg_attr(
    feature = "metaserver",
    doc = "[`metaserver::Publisher`] registers it, and [`metaserver::Directory`] is a metaserver."
)]
#![cfg_attr(
    not(feature = "metaserver"),
    doc = "with `metaserver`, another one registers it, and there is a metaserver."
)]

mod browser;
mod error;
mod event;
mod game_registry;
#[cfg(feature = "metaserver")]
pub mod metaserver;
mod txt_record;
#[cfg(feature = "zeroconf")]
pub mod zeroconf;

pub use browser::{Browser, Builder};
pub use error::Error;
pub use event::{Event, GameId, Source};
