//! Emitters: from a [`Model`](crate::model::Model) to files.

mod docs;
mod rust;
mod wireshark;

pub use docs::{Protocol, ReferenceError, ReferenceFormat, ReferenceOptions, reference};
pub use rust::{EmitError, RustOptions, Views, rust};
pub(crate) use rust::{borrows, is_absent, is_fixed_field};
pub use wireshark::wireshark;
