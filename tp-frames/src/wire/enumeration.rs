//! Integers with named values: open, so that a value newer than this description survives.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use super::printable;

/// An integer with named values, or a mask with named bits.
///
/// ```
/// use tp_frames::{Enumeration, game::FailCode};
///
/// assert_eq!(FailCode::GONE.name(), Some("Gone"));
/// assert_eq!("Gone".parse(), Ok(FailCode::GONE));
/// // A value that nobody has named yet is kept, and shows its number.
/// let newer = FailCode::from(77);
/// assert_eq!((newer.name(), newer.to_string().as_str()), (None, "77"));
/// for (code, name) in FailCode::NAMED {
///     println!("{name} is {}", code.number());
/// }
/// ```
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

/// A text is neither the name of a value nor its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseEnumerationError {
    name: String,
}

impl fmt::Display for ParseEnumerationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no value is called \"{}\"", printable(&self.name))
    }
}

impl core::error::Error for ParseEnumerationError {}

impl ParseEnumerationError {
    #[cold]
    fn new(name: &str) -> Self {
        let name = name.to_owned();
        Self { name }
    }
}

/// Reads what [`fmt_enumeration`] shows: a name, or a number.
///
/// # Errors
///
/// It is neither.
pub fn parse_enumeration<E: Enumeration>(text: &str) -> Result<E, ParseEnumerationError> {
    E::from_name(text)
        .or_else(|| E::from_number(text.parse().ok()?))
        .ok_or_else(|| ParseEnumerationError::new(text))
}

/// Reads what [`fmt_mask`] shows: names and hexadecimal numbers with `|` between them.
///
/// # Errors
///
/// One of them is neither.
pub fn parse_mask<M: Enumeration>(text: &str) -> Result<M, ParseEnumerationError> {
    let mut bits = 0;
    for part in text.split('|').map(str::trim) {
        let number = match part.strip_prefix("0x") {
            Some(digits) => i128::from_str_radix(digits, 16).ok(),
            None => M::from_name(part).map(M::number),
        };
        bits |= number.ok_or_else(|| ParseEnumerationError::new(part))?;
    }
    M::from_number(bits).ok_or_else(|| ParseEnumerationError::new(text))
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

#[cfg(test)]
mod tests {
    use crate::game::{FailCode, OrderParamPlayerMask as Mask};
    use alloc::format;
    use alloc::string::ToString;

    #[test]
    fn what_is_shown_reads_back() {
        for code in [FailCode::GONE, FailCode(77)] {
            assert_eq!(code.to_string().parse(), Ok(code));
            assert_eq!(FailCode::from(u32::from(code)), code);
        }
        for mask in [
            Mask(0),
            Mask::ALLIES,
            Mask::ALLIES | Mask::ENEMIES,
            Mask::NEUTRAL | Mask(0x40),
        ] {
            assert_eq!(mask.to_string().parse(), Ok(mask));
        }
    }

    #[test]
    fn what_is_no_name_is_shown_safely() {
        let error = "Gon\u{1b}e".parse::<FailCode>().unwrap_err();
        assert_eq!(error.to_string(), r#"no value is called "Gon\u{1b}e""#);
        for text in ["", "-1", "4294967296"] {
            assert!(text.parse::<FailCode>().is_err(), "{text}");
        }
        for text in ["", "allies |", "7", "0x", "0x100000000", "-0x1"] {
            assert!(text.parse::<Mask>().is_err(), "{text}");
        }
    }

    #[test]
    fn bits_are_set_taken_away_and_collected() {
        let mut mask: Mask = [Mask::ALLIES, Mask::ENEMIES].into_iter().collect();
        mask |= Mask::NEUTRAL;
        assert_eq!(format!("{mask:#x}"), "0xd");
        assert_eq!(mask & !Mask::ALLIES, Mask::NEUTRAL | Mask::ENEMIES);
        assert!(mask.contains(Mask::ENEMIES) && !mask.contains(Mask::NONPLAYERS));
    }
}
