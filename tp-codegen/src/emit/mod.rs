//! Emitters: from a [`Model`](crate::model::Model) to files.

mod rust;

pub use rust::{EmitError, RustOptions, rust};
pub(crate) use rust::{borrows, is_absent, is_fixed_field, words_for};
