//! The programs of `docs/cookbook.md`, a file each in `programs/`: compiled, run against the demo game
//! in every version, and compared with what the page shows.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod page;
mod programs;
mod run;
