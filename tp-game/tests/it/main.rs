//! The game, as clients of every version see it.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod client;
mod orders;
mod requests;
mod turns;
mod world;
