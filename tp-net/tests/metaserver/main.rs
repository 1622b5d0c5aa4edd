//! Metaservers: ours, and the forms that others have.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

mod browser;
mod bytes;
mod client;
mod connect;
mod directory;
mod garbage;
mod other;
mod publisher;
mod server;
