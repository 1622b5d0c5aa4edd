//! Emitters: from a [`Model`](crate::model::Model) to files.

mod rust;

pub use rust::{EmitError, RustOptions, rust};
