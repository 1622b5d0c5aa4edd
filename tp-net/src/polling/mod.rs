//! The polling client: operations return at once, answers are fetched later.
//!
//! For game loops and programs built around select or epoll. Nothing here blocks but what has
//! `wait` in its name, and [`Client::next_event`] with a limit; only connecting, which needs a name
//! lookup that blocks, is done on a thread that ends with it.

mod answer;
mod answers;
mod client;
mod operation;
mod queue;

pub use answer::{Answer, Full, Ticket};
pub use answers::Answers;
pub use client::{Busy, Client};
pub(crate) use queue::Access;
