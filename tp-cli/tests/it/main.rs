//! `tp`, run as its users run it.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod bench;
mod data;
mod decode;
#[cfg(target_os = "linux")]
mod discovery;
mod play;
mod program;
mod record;
#[allow(dead_code, reason = "tests of other packages use more of it")]
#[path = "../../../tp-net/tests/it/secret_frames.rs"]
mod secret_frames;
mod serve;
mod server;
mod terminal;
mod tls;
