//! Emitters: from a [`Model`](crate::model::Model) to files.

mod rust;
mod wireshark;

pub use rust::{EmitError, RustOptions, rust};
pub(crate) use rust::{borrows, is_absent, is_fixed_field, words_for};
pub use wireshark::wireshark;
