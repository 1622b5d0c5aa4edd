//! Metaservers: web servers that keep a list of games.
//!
//! * [`Metaserver`] asks one, once; [`Browser`](super::Browser) asks again and again.
//! * [`Publisher`] keeps a game registered with one.
//! * [`Directory`] is one: what it answers, without I/O. With the feature `metaserver-server`, there
//!   is an HTTP server around it.
//!
//! ```
//! use std::time::Instant;
//! use tp_net::discovery::metaserver::{Directory, Method, Request};
//!
//! let mut directory = Directory::default();
//! let update = Request {
//!     method: Method::Get,
//!     query: "action=update&key=secret&ln=Friday&sn=friday&tp=0.3,0.4&type0=tp&port0=6923",
//!     body: b"",
//!     user_agent: None,
//!     from: [192, 0, 2, 7].into(),
//!     by_web_page: false,
//! };
//! let answer = directory.answer(&update, Instant::now());
//! assert_eq!(&answer.body[..4], b"TP03");
//! assert_eq!(directory.games(Instant::now()).count(), 1);
//! ```
//!
//! # Requests
//!
//! Fields stand in the query, or in a form that is POSTed. `action=update` registers a game, by the
//! keys that zeroconf uses, `key`, and `typeN`, `dnsN`, `ipN`, `portN` for each connection from
//! N = 0 on. `action=get` asks for the list. The answer is frames: Okay or Fail, and Sequence and
//! Games, all with the sequence number 1.

mod answer;
mod client;
mod directory;
mod form;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "metaserver-server")]
mod guests;
mod key;
mod page;
mod publisher;
mod schedule;
#[cfg(feature = "metaserver-server")]
mod server;
mod watch;

pub use answer::Receipt;
pub use client::{DEFAULT_URL, Metaserver};
pub use directory::{Directory, Frames, Limits, Method, Request, Response};
pub use key::Key;
pub use publisher::{Publisher, PublisherBuilder};
#[cfg(feature = "metaserver-server")]
pub use server::{Server, ServerError};
pub(super) use watch::Watch;
