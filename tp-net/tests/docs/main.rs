//! The pages of `docs/` that are about this crate: what they show compiles, runs, and is what they
//! show.
//!
//! * `docs/cookbook.md`: its programs are in `programs/`, a file each, and run against the demo game
//!   in every version.
//! * `docs/porting.md`: every expression that it offers for a call of another library is in
//!   `porting_calls.rs`, so that it compiles.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod cookbook;
mod cookbook_page;
mod porting;
mod porting_calls;
mod programs;
