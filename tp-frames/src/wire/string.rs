//! Strings: exact bytes that show as text.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::printable::{self, Printable};

/// A string as it travels: any bytes, nearly always UTF-8.
///
/// Some peers send Latin-1, some count a trailing NUL. Every byte is kept and sent again as it
/// was; what is *shown* leaves out one trailing NUL and replaces what is not UTF-8.
///
/// ```
/// use tp_frames::TpString;
///
/// let name = TpString::from("Alpha Centauri");
/// assert_eq!(name, "Alpha Centauri");
/// let old_client = TpString::from_bytes(b"Sol\0".to_vec());
/// assert_eq!(old_client.to_string(), "Sol");
/// assert_eq!(old_client.as_bytes(), b"Sol\0");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct TpString(Vec<u8>);

/// A borrowed [`TpString`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct TpStr<'a>(&'a [u8]);

impl TpString {
    /// The empty string.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Exactly these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Exactly the bytes on the wire.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes on the wire, given away.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Borrowed.
    #[must_use]
    pub fn as_tp_str(&self) -> TpStr<'_> {
        TpStr(&self.0)
    }

    /// How many bytes the wire carries, the count before them aside.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text, one trailing NUL left out, if it is UTF-8.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.as_tp_str().as_str()
    }

    /// The text, one trailing NUL left out, with U+FFFD for what is not UTF-8.
    #[must_use]
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        self.as_tp_str().to_str_lossy()
    }

    /// The text as a person can be shown it: see [`TpStr::printable`].
    #[must_use]
    pub fn printable(&self) -> Printable<'_> {
        self.as_tp_str().printable()
    }
}

impl<'a> TpStr<'a> {
    /// Exactly these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Exactly the bytes on the wire.
    #[must_use]
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// How many bytes the wire carries, the count before them aside.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there are no bytes.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    fn shown(self) -> &'a [u8] {
        self.0.strip_suffix(b"\0").unwrap_or(self.0)
    }

    /// The text, one trailing NUL left out, if it is UTF-8.
    #[must_use]
    pub fn as_str(self) -> Option<&'a str> {
        core::str::from_utf8(self.shown()).ok()
    }

    /// The text, one trailing NUL left out, with U+FFFD for what is not UTF-8.
    #[must_use]
    pub fn to_str_lossy(self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.shown())
    }

    /// The text as a person can be shown it, one trailing NUL left out: what is not text is
    /// escaped, as [`printable`](crate::printable()) does, and bytes that are not UTF-8 as `\xe9`.
    #[must_use]
    pub fn printable(self) -> Printable<'a> {
        Printable(self.shown())
    }

    /// A copy of its own.
    #[must_use]
    pub fn to_owned(self) -> TpString {
        TpString(ToOwned::to_owned(self.0))
    }
}

impl fmt::Display for TpStr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_str_lossy())
    }
}

impl fmt::Debug for TpStr<'_> {
    /// As a byte string would be written, but text stays readable, as [`printable`] has it.
    ///
    /// [`printable`]: crate::printable
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        printable::escape(self.0, "\"\\", f)?;
        f.write_str("\"")
    }
}

impl fmt::Display for TpString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.as_tp_str(), f)
    }
}

impl fmt::Debug for TpString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.as_tp_str(), f)
    }
}

impl From<&str> for TpString {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl From<String> for TpString {
    fn from(text: String) -> Self {
        Self(text.into_bytes())
    }
}

impl From<TpStr<'_>> for TpString {
    fn from(text: TpStr<'_>) -> Self {
        text.to_owned()
    }
}

impl<'a> From<&'a str> for TpStr<'a> {
    fn from(text: &'a str) -> Self {
        Self(text.as_bytes())
    }
}

impl<'a> From<&'a TpString> for TpStr<'a> {
    fn from(text: &'a TpString) -> Self {
        text.as_tp_str()
    }
}

/// Compares what is shown, so that `"Sol\0"` from an old client equals `"Sol"`.
impl PartialEq<str> for TpString {
    fn eq(&self, text: &str) -> bool {
        self.as_tp_str().shown() == text.as_bytes()
    }
}

/// Compares what is shown, so that `"Sol\0"` from an old client equals `"Sol"`.
impl PartialEq<&str> for TpString {
    fn eq(&self, text: &&str) -> bool {
        *self == **text
    }
}

/// Compares what is shown, so that `"Sol\0"` from an old client equals `"Sol"`.
impl PartialEq<str> for TpStr<'_> {
    fn eq(&self, text: &str) -> bool {
        self.shown() == text.as_bytes()
    }
}

/// Compares what is shown, so that `"Sol\0"` from an old client equals `"Sol"`.
impl PartialEq<&str> for TpStr<'_> {
    fn eq(&self, text: &&str) -> bool {
        *self == **text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::ToString;

    #[test]
    fn shows_text_and_keeps_bytes() {
        let latin = TpString::from_bytes(b"Caf\xe9".to_vec());
        assert_eq!(latin.to_string(), "Caf\u{fffd}");
        assert_eq!(latin.as_str(), None);
        assert_eq!(format!("{latin:?}"), r#""Caf\xe9""#);
        let counted = TpString::from_bytes(b"Sol\0".to_vec());
        assert_eq!(counted, "Sol");
        assert_eq!(format!("{counted:?}"), r#""Sol\0""#);
        assert_ne!(counted, TpString::from("Sol"));
        assert_eq!(format!("{:>5}|", TpString::from("ab")), "   ab|");
    }

    #[test]
    fn only_one_trailing_nul_is_hidden() {
        let text = TpStr::from_bytes(b"a\0b\0\0");
        assert_eq!(text.as_str(), Some("a\0b\0"));
    }
}
