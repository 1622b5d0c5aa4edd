//! Integers with named values: open, so that a value newer than this description survives.

use core::fmt;

/// An integer with named values, or a mask with named bits.
pub trait Enumeration: Copy + PartialEq + 'static {
    /// The values that have a name in the schema, in its order.
    const NAMED: &'static [(Self, &'static str)];

    /// The number on the wire.
    fn number(self) -> i128;

    /// The value with that number; nothing if the wire's integer cannot hold it.
    fn from_number(number: i128) -> Option<Self>;

    /// Its name in the schema, if it has one.
    fn name(self) -> Option<&'static str> {
        Self::NAMED
            .iter()
            .find(|(value, _)| *value == self)
            .map(|(_, name)| *name)
    }

    /// The value with that name in the schema.
    fn from_name(name: &str) -> Option<Self> {
        Self::NAMED
            .iter()
            .find(|(_, named)| *named == name)
            .map(|(value, _)| *value)
    }
}

/// Shows an enumeration's name, or its number if it has none.
///
/// # Errors
///
/// The formatter's.
pub fn fmt_enumeration<E: Enumeration>(value: E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value.name() {
        Some(name) => f.pad(name),
        None => fmt::Display::fmt(&value.number(), f),
    }
}

/// Shows the names of a mask's bits, and the rest in hexadecimal: `allies | 0x40`.
///
/// # Errors
///
/// The formatter's.
pub fn fmt_mask<M: Enumeration>(mask: M, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut rest = mask.number();
    let mut separator = "";
    for (bit, name) in M::NAMED {
        let bit = bit.number();
        if bit != 0 && rest & bit == bit {
            write!(f, "{separator}{name}")?;
            separator = " | ";
            rest &= !bit;
        }
    }
    if rest != 0 || separator.is_empty() {
        write!(f, "{separator}{rest:#x}")?;
    }
    Ok(())
}
