//! The blocking client: each call returns when its answer is there.
//!
//! No thread works behind your back: everything happens within the calls.

mod client;
mod id_iter;

pub use client::Client;
pub use id_iter::IdIter;
