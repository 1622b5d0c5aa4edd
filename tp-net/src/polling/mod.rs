//! The polling client: operations return at once, answers are fetched later.
//!
//! For game loops and programs built around select or epoll. Nothing here blocks but
//! [`Client::wait`]; only connecting, which needs a name lookup that blocks, is done on a thread
//! that ends with it.

mod answer;
mod client;
mod queue;

pub use answer::{Answer, Full, Ticket};
pub use client::{Busy, Client};
pub(crate) use queue::Access;
