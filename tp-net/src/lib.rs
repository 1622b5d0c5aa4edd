//! Thousand Parsec clients and servers.

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
