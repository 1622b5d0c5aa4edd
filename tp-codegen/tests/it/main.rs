//! All tests of the generator, one program: a module for each part of it. What several of them need
//! is in `program` (the real program in a folder of its own), `expected` (texts that are checked in)
//! and `random`.
//!
//! A module alone: `cargo test -p tp-codegen --test it family`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that goes wrong may panic"
)]

mod accepted;
mod builder;
mod checked_in;
mod cli;
mod diagnostics;
mod diff;
mod diff_program;
mod expected;
mod family;
mod fmt;
mod format;
mod generate;
mod guide;
mod lint;
mod program;
mod random;
mod reference;
mod review;
mod robustness;
mod rust;
mod version_bump;
mod wireshark;
