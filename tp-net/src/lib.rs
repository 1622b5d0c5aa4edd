//! Thousand Parsec clients and servers.
//!
//! A client has one of three faces. They ask the same operations, in TP03 and TP04, and differ in
//! who waits:
//!
//! | face | who waits | for |
//! |---|---|---|
//! | [`blocking::Client`] | each call, until it has its answer | scripts and tools |
//! | [`polling::Client`] | nobody; answers are fetched when they are there | game loops, select and epoll |
//! | [`client::Client`](https://docs.rs/tp-net/latest/tp_net/client/struct.Client.html) | each future; any number at a time | asynchronous programs |
//!
//! Every face has two levels. Named operations, such as `objects`, work in whichever version was
//! agreed on and give the types of [`model`]; `request` sends one exact packet of
//! [`tp_frames`] and gives its typed answer.
//!
//! Under the faces is [`proto`], which knows neither sockets nor clocks: its page has a diagram of
//! what a request goes through. [`admin`] is for the administration of servers.
//!
//! # Features
//!
//! * `tokio` (on by default): the asynchronous client and the server. Without it the blocking and
//!   polling clients remain, on the standard library alone.

pub mod model;

pub mod admin;
pub mod blocking;
#[cfg(feature = "tokio")]
pub mod client;
mod drive;
mod error;
mod faces;
mod ops;
mod options;
pub mod polling;
pub mod proto;
#[cfg(feature = "tokio")]
pub mod server;
mod session;
pub mod transport;

pub use error::Error;
pub use ops::{Each, IdKind, IdPage, IdPages};
pub use options::Options;
pub use proto::Versions;
pub use tp_frames::{self, tp03, tp04};
