//! Strings: exact bytes that show as text.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::borrow::Borrow;
use core::cmp::Ordering;
use core::convert::Infallible;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::str::FromStr;

use super::printable::{self, Printable};
use super::string_bytes::StringBytes;

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
///
/// Two of them are equal if their bytes are; compared with text, what is shown counts:
///
/// ```
/// # use tp_frames::TpString;
/// let (sol, counted) = (TpString::from("Sol"), TpString::from(b"Sol\0"));
/// assert_ne!(sol, counted);
/// assert!(sol == "Sol" && counted == "Sol");
/// ```
#[derive(Clone)]
pub struct TpString(StringBytes);

/// A borrowed [`TpString`].
///
/// ```
/// use tp_frames::{TpStr, TpString};
///
/// let name = TpStr::from_bytes(b"Sol\0");
/// assert_eq!(name, "Sol");
/// assert_eq!(name.to_owned(), TpString::from(b"Sol\0"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct TpStr<'a>(&'a [u8]);

impl TpString {
    /// The empty string.
    #[must_use]
    pub const fn new() -> Self {
        Self::from_bytes(Vec::new())
    }

    /// Exactly these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(StringBytes::Long(bytes))
    }

    /// Exactly the bytes on the wire.
    #[must_use]
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The bytes on the wire, given away.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_vec()
    }

    /// Borrowed.
    #[must_use]
    pub fn as_tp_str(&self) -> TpStr<'_> {
        TpStr(self.as_bytes())
    }

    /// How many bytes the wire carries, the count before them aside.
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Returns `true` if there are no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    /// The text, one trailing NUL left out; `None` if it is not UTF-8.
    ///
    /// ```
    /// use tp_frames::TpString;
    ///
    /// assert_eq!(TpString::from(b"Sol\0").as_str(), Some("Sol"));
    /// assert_eq!(TpString::from(b"Caf\xe9").as_str(), None);
    /// ```
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.as_tp_str().as_str()
    }

    /// The text, one trailing NUL left out, with U+FFFD for what is not UTF-8.
    ///
    /// ```
    /// use tp_frames::TpString;
    ///
    /// assert_eq!(TpString::from(b"Caf\xe9").to_str_lossy(), "Caf\u{fffd}");
    /// ```
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

    /// Returns `true` if there are no bytes.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    fn shown(self) -> &'a [u8] {
        self.0.strip_suffix(b"\0").unwrap_or(self.0)
    }

    /// The text, one trailing NUL left out; `None` if it is not UTF-8.
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
        TpString(StringBytes::copy(self.0))
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

impl Default for TpString {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for TpString {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for TpString {}

impl PartialOrd for TpString {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for TpString {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for TpString {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl From<&str> for TpString {
    fn from(text: &str) -> Self {
        Self(StringBytes::copy(text.as_bytes()))
    }
}

impl From<String> for TpString {
    fn from(text: String) -> Self {
        Self::from_bytes(text.into_bytes())
    }
}

impl From<&String> for TpString {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<Box<str>> for TpString {
    fn from(text: Box<str>) -> Self {
        Self::from(String::from(text))
    }
}

impl From<Cow<'_, str>> for TpString {
    fn from(text: Cow<'_, str>) -> Self {
        Self::from(text.into_owned())
    }
}

impl From<Vec<u8>> for TpString {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from_bytes(bytes)
    }
}

impl From<&[u8]> for TpString {
    fn from(bytes: &[u8]) -> Self {
        Self(StringBytes::copy(bytes))
    }
}

impl<const N: usize> From<&[u8; N]> for TpString {
    fn from(bytes: &[u8; N]) -> Self {
        Self(StringBytes::copy(bytes))
    }
}

impl From<TpStr<'_>> for TpString {
    fn from(text: TpStr<'_>) -> Self {
        text.to_owned()
    }
}

impl From<TpString> for Vec<u8> {
    fn from(text: TpString) -> Self {
        text.into_bytes()
    }
}

impl FromStr for TpString {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::from(text))
    }
}

impl<'a> From<&'a str> for TpStr<'a> {
    fn from(text: &'a str) -> Self {
        Self(text.as_bytes())
    }
}

impl<'a> From<&'a String> for TpStr<'a> {
    fn from(text: &'a String) -> Self {
        Self(text.as_bytes())
    }
}

impl<'a> From<&'a [u8]> for TpStr<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }
}

impl<'a> From<&'a TpString> for TpStr<'a> {
    fn from(text: &'a TpString) -> Self {
        text.as_tp_str()
    }
}

impl AsRef<[u8]> for TpString {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl AsRef<[u8]> for TpStr<'_> {
    fn as_ref(&self) -> &[u8] {
        self.0
    }
}

/// So that a map by names is asked with bytes: `map.get(b"Sol".as_slice())`.
impl Borrow<[u8]> for TpString {
    fn borrow(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl Extend<char> for TpString {
    fn extend<I: IntoIterator<Item = char>>(&mut self, characters: I) {
        let mut room = [0; 4];
        for character in characters {
            let text = character.encode_utf8(&mut room);
            self.0.extend(text.as_bytes());
        }
    }
}

impl<'a> Extend<&'a str> for TpString {
    fn extend<I: IntoIterator<Item = &'a str>>(&mut self, parts: I) {
        for part in parts {
            self.0.extend(part.as_bytes());
        }
    }
}

impl FromIterator<char> for TpString {
    fn from_iter<I: IntoIterator<Item = char>>(characters: I) -> Self {
        let mut text = Self::new();
        text.extend(characters);
        text
    }
}

impl<'a> FromIterator<&'a str> for TpString {
    fn from_iter<I: IntoIterator<Item = &'a str>>(parts: I) -> Self {
        let mut text = Self::new();
        text.extend(parts);
        text
    }
}

/// So that `write!` appends.
impl fmt::Write for TpString {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend(text.as_bytes());
        Ok(())
    }
}

/// Compares bytes.
impl PartialEq<TpStr<'_>> for TpString {
    fn eq(&self, other: &TpStr<'_>) -> bool {
        self.as_tp_str() == *other
    }
}

/// Compares bytes.
impl PartialEq<TpString> for TpStr<'_> {
    fn eq(&self, other: &TpString) -> bool {
        *self == other.as_tp_str()
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
impl PartialEq<String> for TpString {
    fn eq(&self, text: &String) -> bool {
        *self == *text.as_str()
    }
}

/// Compares what is shown, so that `"Sol\0"` from an old client equals `"Sol"`.
impl PartialEq<TpString> for str {
    fn eq(&self, text: &TpString) -> bool {
        *text == *self
    }
}

/// Compares what is shown, so that `"Sol\0"` from an old client equals `"Sol"`.
impl PartialEq<TpString> for &str {
    fn eq(&self, text: &TpString) -> bool {
        *text == *self
    }
}

/// Compares what is shown, so that `"Sol\0"` from an old client equals `"Sol"`.
impl PartialEq<TpString> for String {
    fn eq(&self, text: &TpString) -> bool {
        *text == *self
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

/// Compares what is shown, so that `"Sol\0"` from an old client equals `"Sol"`.
impl PartialEq<String> for TpStr<'_> {
    fn eq(&self, text: &String) -> bool {
        *self == *text.as_str()
    }
}

/// Compares what is shown, so that `"Sol\0"` from an old client equals `"Sol"`.
impl PartialEq<TpStr<'_>> for str {
    fn eq(&self, text: &TpStr<'_>) -> bool {
        *text == *self
    }
}

/// Compares what is shown, so that `"Sol\0"` from an old client equals `"Sol"`.
impl PartialEq<TpStr<'_>> for &str {
    fn eq(&self, text: &TpStr<'_>) -> bool {
        *text == *self
    }
}

/// Compares what is shown, so that `"Sol\0"` from an old client equals `"Sol"`.
impl PartialEq<TpStr<'_>> for String {
    fn eq(&self, text: &TpStr<'_>) -> bool {
        *text == *self
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
    fn text_of_every_kind_becomes_one_and_compares() {
        let owned = String::from("Sol");
        let sol = TpString::from("Sol");
        for made in [
            TpString::from(owned.clone()),
            TpString::from(&owned),
            TpString::from(Cow::Borrowed("Sol")),
            TpString::from(Box::<str>::from("Sol")),
            TpString::from(b"Sol"),
            TpString::from(b"Sol".as_slice()),
            TpString::from(b"Sol".to_vec()),
            TpString::from(TpStr::from(&owned)),
            "Sol".parse().unwrap(),
            "Sol".chars().collect(),
            ["S", "ol"].into_iter().collect(),
        ] {
            assert_eq!(made, sol);
            assert_eq!(made, owned);
            assert_eq!(owned, made);
            assert_eq!("Sol", made);
            assert_eq!(*"Sol", made);
            let borrowed = made.as_tp_str();
            assert_eq!(borrowed, made);
            assert_eq!(made, borrowed);
            assert_eq!(borrowed, owned);
            assert_eq!(owned, borrowed);
            assert_eq!("Sol", borrowed);
            assert_eq!(*"Sol", borrowed);
        }
        let counted = TpString::from(b"Sol\0");
        assert_eq!(owned, counted);
        assert_eq!(counted, owned);
        assert_ne!(counted, sol.as_tp_str());
    }

    #[test]
    fn text_is_appended_and_looked_up_by_bytes() {
        use core::fmt::Write as _;
        let mut text = TpString::new();
        write!(text, "Sol-{}", 3).unwrap();
        text.extend(['!', 'é']);
        assert_eq!(text, "Sol-3!é");
        let map = alloc::collections::BTreeMap::from([(text.clone(), 1)]);
        assert_eq!(map.get("Sol-3!é".as_bytes()), Some(&1));
        let bytes: &[u8] = text.as_ref();
        assert_eq!(bytes, Vec::from(text.clone()));
    }

    #[test]
    fn only_one_trailing_nul_is_hidden() {
        let text = TpStr::from_bytes(b"a\0b\0\0");
        assert_eq!(text.as_str(), Some("a\0b\0"));
    }
}
