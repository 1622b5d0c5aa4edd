//! Counts what the library costs: instructions, system calls, allocations and bytes held.
//!
//! Counts are the same on a busy machine as on an idle one, so that CI can hold them. What they
//! cannot tell is time: for that there is `cargo bench -p tp-tests`.
//!
//! A measurement is two runs of a [subject](mod@subject) under a tool, of which one does more of the same;
//! the difference is the cost of what is done, without that of starting and ending. The other side
//! is in the process that measures, and costs nothing.
#![allow(
    missing_docs,
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "who measures wants to see where it failed"
)]

pub mod bare;
pub mod figures;
pub mod measurements;
pub mod objects;
pub mod process;
pub mod subject;
pub mod tools;

// The packets of the benchmark of the codec, and what is written by hand for the same bytes.
#[path = "../../../tp-frames/benches/codec/by_hand.rs"]
#[allow(unreachable_pub, dead_code, reason = "that benchmark's")]
mod by_hand;
#[path = "../../../tp-frames/benches/codec/packets.rs"]
#[allow(unreachable_pub, dead_code, reason = "that benchmark's")]
mod packets;
#[path = "../../../tp-frames/benches/codec/rows.rs"]
mod rows;
#[path = "../../../tp-frames/benches/codec/touch.rs"]
#[allow(unreachable_pub, dead_code, reason = "that benchmark's")]
mod touch;
