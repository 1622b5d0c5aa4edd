//! The blocking client: each call returns when its answer is there.
//!
//! No thread works behind your back: everything happens within the calls.

mod client;
mod operations;
mod paged_ids;

pub use client::Client;
pub use paged_ids::PagedIds;
