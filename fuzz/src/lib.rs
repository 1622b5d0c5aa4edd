//! What fuzz targets have in common.
//!
//! Where bytes alone would not get deep, an input is a script of steps, which [`Input`] reads: a
//! byte says what is done, others with what. So seeds can be written by `seeds.py`, and a change of
//! one byte changes one step.

pub mod client;
mod frames;
mod input;
mod memory;
mod operations;
mod server;
pub mod time;
mod wire;

pub use frames::{KINDS, encode, made};
pub use input::Input;
pub use memory::Held;
pub use server::{Answers, Server};
pub use wire::Wire;
