//! What the tests of the libraries share: the protocols behind one interface, the golden vectors,
//! values made up from the schemas, and a proxy that spoils the demo game.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    reason = "only tests call this, and a test that panics has failed"
)]
#![allow(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    missing_debug_implementations,
    reason = "this is no library for others"
)]

pub mod faults;
pub mod frame;
pub mod golden;
pub mod json;
pub mod plot;
pub mod process;
pub mod protocol;
pub mod proxy;
pub mod report;
pub mod resolve;
pub mod secrets;
#[cfg(unix)]
pub mod serving;
pub mod space;
pub mod table;
pub mod values;

pub use protocol::{PROTOCOLS, Protocol};

/// The Rust in the README, as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
mod readme {}

/// Bytes of pairs of hexadecimal digits; spaces are for people.
///
/// # Panics
///
/// It is something else.
#[must_use]
pub fn from_hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
    let (pairs, rest) = digits.as_chunks::<2>();
    assert!(rest.is_empty(), "half a byte: {text}");
    let byte = |pair: &[u8; 2]| {
        let digits = std::str::from_utf8(pair).unwrap();
        u8::from_str_radix(digits, 16).unwrap()
    };
    pairs.iter().map(byte).collect()
}

/// Lower-case hexadecimal digits.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The length of a head of HTTP, its blank line included, as HTTP has that or as old programs write
/// it.
#[must_use]
pub fn head_length(bytes: &[u8]) -> Option<usize> {
    let ends: [&[u8]; 2] = [b"\r\n\r\n", b"\n\n"];
    let ends = ends.into_iter().filter_map(|end| {
        let at = bytes.windows(end.len()).position(|here| here == end)?;
        at.checked_add(end.len())
    });
    ends.min()
}

/// That a file made from what the code has is what it would be now. With `UPDATE_EXPECT` set it is
/// made anew.
///
/// # Panics
///
/// It is something else.
pub fn assert_up_to_date(path: &str, text: &str) {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, text).unwrap();
    }
    let there = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        there == text,
        "{path} is stale: run this test with UPDATE_EXPECT=1"
    );
}
