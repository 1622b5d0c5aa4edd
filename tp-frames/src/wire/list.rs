//! Borrowed lists: validated when the view was made, decoded entry by entry when asked.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use super::{Decode, DecodeOptions, Fixed, FixedBytes, Reader, TpStr, TpString, Version, padding};

/// A list of entries that take `N` bytes each.
pub struct FixedList<'a, const N: usize, T> {
    entries: &'a [[u8; N]],
    of: PhantomData<fn() -> T>,
}

impl<'a, const N: usize, T: Fixed<N>> FixedList<'a, N, T> {
    pub(crate) const fn new(entries: &'a [[u8; N]]) -> Self {
        Self {
            entries,
            of: PhantomData,
        }
    }

    /// How many entries there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry at `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<T> {
        self.entries
            .get(index)
            .map(|entry| T::from_run(FixedBytes::new(entry)))
    }

    /// The entries in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T> + DoubleEndedIterator + use<'a, N, T> {
        self.entries
            .iter()
            .map(|entry| T::from_run(FixedBytes::new(entry)))
    }

    /// All entries, owned.
    #[must_use]
    pub fn to_vec(&self) -> Vec<T> {
        self.iter().collect()
    }
}

impl<const N: usize, T> Clone for FixedList<'_, N, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<const N: usize, T> Copy for FixedList<'_, N, T> {}

impl<const N: usize, T> PartialEq for FixedList<'_, N, T> {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries
    }
}

impl<const N: usize, T: Fixed<N> + fmt::Debug> fmt::Debug for FixedList<'_, N, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// A list of records of varying width.
pub struct List<'a, T> {
    bytes: &'a [u8],
    count: usize,
    version: Version,
    options: DecodeOptions,
    of: PhantomData<fn() -> T>,
}

impl<'a, T: Decode<'a>> List<'a, T> {
    pub(crate) const fn new(
        bytes: &'a [u8],
        count: usize,
        version: Version,
        options: DecodeOptions,
    ) -> Self {
        Self {
            bytes,
            count,
            version,
            options,
            of: PhantomData,
        }
    }

    /// How many entries there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = T> + use<'a, T> {
        let mut reader = Reader::new(self.version, self.bytes, &self.options);
        // Every entry was decoded once when this list was made, so none fails now.
        (0..self.count).map_while(move |_| T::decode_from(&mut reader).ok())
    }
}

impl<T> Clone for List<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<'_, T> {}

impl<'a, T: Decode<'a> + PartialEq> PartialEq for List<'a, T> {
    fn eq(&self, other: &Self) -> bool {
        self.count == other.count && self.iter().eq(other.iter())
    }
}

impl<'a, T: Decode<'a> + fmt::Debug> fmt::Debug for List<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// A list of strings.
#[derive(Clone, Copy)]
pub struct StringList<'a> {
    bytes: &'a [u8],
    count: usize,
    padded: bool,
}

impl<'a> StringList<'a> {
    pub(crate) const fn new(bytes: &'a [u8], count: usize, padded: bool) -> Self {
        Self {
            bytes,
            count,
            padded,
        }
    }

    /// How many strings there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The strings in order.
    pub fn iter(&self) -> impl Iterator<Item = TpStr<'a>> + use<'a> {
        let (mut rest, padded) = (self.bytes, self.padded);
        // Every string was read once when this list was made, so none is cut short now.
        (0..self.count).map_while(move |_| {
            let (length, after) = rest.split_first_chunk::<4>()?;
            let (text, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
            rest = match padded {
                true => after.get(padding::pads(text.len())..)?,
                false => after,
            };
            Some(TpStr::from_bytes(text))
        })
    }

    /// All strings, owned.
    #[must_use]
    pub fn to_vec(&self) -> Vec<TpString> {
        let mut strings = Vec::with_capacity(self.count);
        strings.extend(self.iter().map(TpStr::to_owned));
        strings
    }
}

impl PartialEq for StringList<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.count == other.count && self.iter().eq(other.iter())
    }
}

impl fmt::Debug for StringList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
