//! Whole clients and servers on a simulated network and clock.
//!
//! A run comes from a seed, which says all: who is there, what they ask, how the network treats them.
//! See the README.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a simulation that panics has failed"
)]

mod addresses;
mod ask;
mod book;
mod clock;
mod game;
mod ledger;
mod manner;
mod network;
mod player;
mod random;
mod trace;
mod world;

pub use ledger::{Counts, Violation};
pub use network::Traffic;
pub use world::{Outcome, run};
