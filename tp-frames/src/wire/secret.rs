//! What is not shown.

use core::fmt;

/// Stands in [`Debug`] where a field is that the schema calls secret, such as a password.
#[derive(Clone, Copy)]
pub struct Secret;

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}
