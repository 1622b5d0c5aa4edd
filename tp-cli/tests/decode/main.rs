//! `tp decode`, run on captures made here: what it prints, counts and exits with.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod capture;
mod failures;
mod json;
mod padding;
mod parameters;
mod program;
mod text;
