//! Lists: read and written, and borrowed ones, which were validated when the view was made and are
//! decoded entry by entry when asked.

use alloc::vec::Vec;
use core::fmt;
use core::iter::FusedIterator;
use core::marker::PhantomData;
use core::slice;

use super::{
    Decode, DecodeError, Encode, EncodeError, EncodeErrorKind, EncodeOptions, Field, Fixed,
    FixedBytes, Reader, TpStr, TpString, Version, Writer, padding, string_len,
};

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

    /// Returns `true` if there are none.
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
    pub fn iter(&self) -> FixedEntries<'a, N, T> {
        FixedEntries {
            rest: self.entries.iter(),
            of: PhantomData,
        }
    }

    /// All entries, owned.
    #[inline]
    #[must_use]
    pub fn to_vec(&self) -> Vec<T> {
        // Not `iter`, of which the vector could not believe how many there will be.
        let entries = self.entries.iter();
        entries
            .map(|entry| T::from_run(FixedBytes::new(entry)))
            .collect()
    }
}

/// The entries of a [`FixedList`], in order.
#[must_use = "iterators do nothing unless consumed"]
pub struct FixedEntries<'a, const N: usize, T> {
    rest: slice::Iter<'a, [u8; N]>,
    of: PhantomData<fn() -> T>,
}

impl<const N: usize, T: Fixed<N>> Iterator for FixedEntries<'_, N, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        let entry = self.rest.next()?;
        Some(T::from_run(FixedBytes::new(entry)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rest.size_hint()
    }

    fn nth(&mut self, count: usize) -> Option<T> {
        let entry = self.rest.nth(count)?;
        Some(T::from_run(FixedBytes::new(entry)))
    }
}

impl<const N: usize, T: Fixed<N>> DoubleEndedIterator for FixedEntries<'_, N, T> {
    fn next_back(&mut self) -> Option<T> {
        let entry = self.rest.next_back()?;
        Some(T::from_run(FixedBytes::new(entry)))
    }
}

impl<const N: usize, T: Fixed<N>> ExactSizeIterator for FixedEntries<'_, N, T> {}

impl<const N: usize, T: Fixed<N>> FusedIterator for FixedEntries<'_, N, T> {}

impl<const N: usize, T> Clone for FixedEntries<'_, N, T> {
    fn clone(&self) -> Self {
        Self {
            rest: self.rest.clone(),
            of: PhantomData,
        }
    }
}

impl<const N: usize, T: Fixed<N> + fmt::Debug> fmt::Debug for FixedEntries<'_, N, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<'a, const N: usize, T: Fixed<N>> IntoIterator for FixedList<'a, N, T> {
    type Item = T;
    type IntoIter = FixedEntries<'a, N, T>;

    fn into_iter(self) -> FixedEntries<'a, N, T> {
        self.iter()
    }
}

impl<'a, const N: usize, T: Fixed<N>> IntoIterator for &FixedList<'a, N, T> {
    type Item = T;
    type IntoIter = FixedEntries<'a, N, T>;

    fn into_iter(self) -> FixedEntries<'a, N, T> {
        self.iter()
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

impl<const N: usize, T> Eq for FixedList<'_, N, T> {}

impl<const N: usize, T: Fixed<N> + fmt::Debug> fmt::Debug for FixedList<'_, N, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// A list of records of varying width.
pub struct List<'a, T> {
    bytes: &'a [u8],
    count: usize,
    form: EncodeOptions,
    of: PhantomData<fn() -> T>,
}

impl<'a, T: Decode<'a>> List<'a, T> {
    pub(crate) const fn new(bytes: &'a [u8], count: usize, form: EncodeOptions) -> Self {
        Self {
            bytes,
            count,
            form,
            of: PhantomData,
        }
    }

    /// How many entries there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// Returns `true` if there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The entries in order.
    #[inline]
    pub fn iter(&self) -> Entries<'a, T> {
        Entries {
            reader: Reader::of_list(self.form, self.bytes),
            left: self.count,
            of: PhantomData,
        }
    }
}

/// The entries of a [`List`], in order.
#[must_use = "iterators do nothing unless consumed"]
pub struct Entries<'a, T> {
    reader: Reader<'a>,
    left: usize,
    of: PhantomData<fn() -> T>,
}

impl<'a, T: Decode<'a>> Iterator for Entries<'a, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        // Every entry was decoded once when the list was made, so none fails now.
        T::decode_from(&mut self.reader).ok()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<'a, T: Decode<'a>> ExactSizeIterator for Entries<'a, T> {}

impl<'a, T: Decode<'a>> FusedIterator for Entries<'a, T> {}

impl<T> Clone for Entries<'_, T> {
    fn clone(&self) -> Self {
        Self {
            reader: self.reader,
            ..*self
        }
    }
}

impl<'a, T: Decode<'a> + fmt::Debug> fmt::Debug for Entries<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<'a, T: Decode<'a>> IntoIterator for List<'a, T> {
    type Item = T;
    type IntoIter = Entries<'a, T>;

    fn into_iter(self) -> Entries<'a, T> {
        self.iter()
    }
}

impl<'a, T: Decode<'a>> IntoIterator for &List<'a, T> {
    type Item = T;
    type IntoIter = Entries<'a, T>;

    fn into_iter(self) -> Entries<'a, T> {
        self.iter()
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

impl<'a, T: Decode<'a> + Eq> Eq for List<'a, T> {}

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

    /// Returns `true` if there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The strings in order.
    pub fn iter(&self) -> Strings<'a> {
        Strings { rest: *self }
    }

    /// All strings, owned.
    #[must_use]
    pub fn to_vec(&self) -> Vec<TpString> {
        let mut strings = Vec::with_capacity(self.count);
        strings.extend(self.iter().map(TpStr::to_owned));
        strings
    }
}

/// The strings of a [`StringList`], in order.
#[derive(Debug, Clone)]
#[must_use = "iterators do nothing unless consumed"]
pub struct Strings<'a> {
    rest: StringList<'a>,
}

impl<'a> Iterator for Strings<'a> {
    type Item = TpStr<'a>;

    fn next(&mut self) -> Option<TpStr<'a>> {
        let rest = &mut self.rest;
        rest.count = rest.count.checked_sub(1)?;
        // Every string was read once when the list was made, so none is cut short now.
        let (length, after) = rest.bytes.split_first_chunk::<4>()?;
        let (text, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        rest.bytes = match rest.padded {
            true => after.get(padding::pads(text.len())..)?,
            false => after,
        };
        Some(TpStr::from_bytes(text))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.rest.count, Some(self.rest.count))
    }
}

impl ExactSizeIterator for Strings<'_> {}

impl FusedIterator for Strings<'_> {}

impl<'a> IntoIterator for StringList<'a> {
    type Item = TpStr<'a>;
    type IntoIter = Strings<'a>;

    fn into_iter(self) -> Strings<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &StringList<'a> {
    type Item = TpStr<'a>;
    type IntoIter = Strings<'a>;

    fn into_iter(self) -> Strings<'a> {
        self.iter()
    }
}

impl Eq for StringList<'_> {}

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

impl<'a> Reader<'a> {
    /// A list of entries of fixed width, borrowed.
    ///
    /// # Errors
    ///
    /// [`Truncated`](super::DecodeErrorKind::Truncated),
    /// [`Count`](super::DecodeErrorKind::Count) or [`ListLimit`](super::DecodeErrorKind::ListLimit).
    #[inline(always)]
    pub fn fixed_list_view<const N: usize, T: Fixed<N>>(
        &mut self,
        at: &'static Field,
    ) -> Result<FixedList<'a, N, T>, DecodeError> {
        Ok(FixedList::new(self.fixed_entries(at)?))
    }

    /// A list of entries of fixed width.
    ///
    /// # Errors
    ///
    /// As [`fixed_list_view`](Self::fixed_list_view), or
    /// [`MemoryLimit`](super::DecodeErrorKind::MemoryLimit).
    #[inline(always)]
    pub fn fixed_list<const N: usize, T: Fixed<N>>(
        &mut self,
        at: &'static Field,
    ) -> Result<Vec<T>, DecodeError> {
        let list = self.fixed_list_view::<N, T>(at)?;
        let wanted = list.len().saturating_mul(size_of::<T>());
        self.charge(at, wanted, |_| list.len().saturating_mul(N))?;
        Ok(list.to_vec())
    }

    /// A list of strings, borrowed; `at` is the list, `entry` a string in it.
    ///
    /// # Errors
    ///
    /// As [`fixed_list_view`](Self::fixed_list_view), or what is wrong with a string.
    pub fn string_list_view(
        &mut self,
        at: &'static Field,
        entry: &'static Field,
    ) -> Result<StringList<'a>, DecodeError> {
        let count = self.entries(at, 4)?;
        let start = self.rest();
        for _ in 0..count {
            self.str(entry)?;
        }
        Ok(StringList::new(start, count, self.form.padded))
    }

    /// A list of strings; `at` is the list, `entry` a string in it.
    ///
    /// # Errors
    ///
    /// As [`string_list_view`](Self::string_list_view), or
    /// [`MemoryLimit`](super::DecodeErrorKind::MemoryLimit).
    pub fn string_list(
        &mut self,
        at: &'static Field,
        entry: &'static Field,
    ) -> Result<Vec<TpString>, DecodeError> {
        let count = self.entries(at, 4)?;
        let mut list = self.vec(at, count)?;
        for _ in 0..count {
            list.push(self.string(entry)?);
        }
        Ok(list)
    }

    /// A list of records of varying width, borrowed.
    ///
    /// # Errors
    ///
    /// As [`fixed_list_view`](Self::fixed_list_view), or what is wrong with a record.
    #[inline(always)]
    pub fn list_view<T: Decode<'a>>(
        &mut self,
        at: &'static Field,
    ) -> Result<List<'a, T>, DecodeError> {
        let count = self.entries(at, T::MIN_WIRE_SIZE)?;
        let start = self.rest();
        for _ in 0..count {
            T::decode_from(self)?;
        }
        Ok(List::new(start, count, self.form))
    }

    /// A list of records of varying width.
    ///
    /// # Errors
    ///
    /// As [`list_view`](Self::list_view), or [`MemoryLimit`](super::DecodeErrorKind::MemoryLimit).
    pub fn list<T: Decode<'a>>(&mut self, at: &'static Field) -> Result<Vec<T>, DecodeError> {
        let count = self.entries(at, T::MIN_WIRE_SIZE)?;
        let mut list = self.vec(at, count)?;
        for _ in 0..count {
            list.push(T::decode_from(self)?);
        }
        Ok(list)
    }
}

impl Writer<'_> {
    /// A list of entries of fixed width.
    ///
    /// # Errors
    ///
    /// [`ListLimit`](EncodeErrorKind::ListLimit).
    #[inline(always)]
    pub fn fixed_list<const N: usize, T: Fixed<N>>(
        &mut self,
        at: &'static Field,
        list: &[T],
    ) -> Result<(), EncodeError> {
        self.count(at, list.len(), EncodeErrorKind::ListLimit)?;
        let room = self.zeros(list.len().wrapping_mul(N));
        // Whole records: half the time of a put per field.
        for (bytes, entry) in room.as_chunks_mut::<N>().0.iter_mut().zip(list) {
            *bytes = entry.to_run();
        }
        Ok(())
    }

    /// A list of strings; `at` is the list, `entry` a string in it.
    ///
    /// # Errors
    ///
    /// [`ListLimit`](EncodeErrorKind::ListLimit) or what is wrong with a string.
    pub fn string_list(
        &mut self,
        at: &'static Field,
        entry: &'static Field,
        list: &[TpString],
    ) -> Result<(), EncodeError> {
        self.count(at, list.len(), EncodeErrorKind::ListLimit)?;
        list.iter().try_for_each(|text| self.string(entry, text))
    }

    /// A list of records of varying width.
    ///
    /// # Errors
    ///
    /// [`ListLimit`](EncodeErrorKind::ListLimit) or what is wrong with a record.
    pub fn list<T: Encode>(&mut self, at: &'static Field, list: &[T]) -> Result<(), EncodeError> {
        self.count(at, list.len(), EncodeErrorKind::ListLimit)?;
        list.iter().try_for_each(|entry| entry.encode_to(self))
    }
}

/// How many bytes a list of entries of `N` bytes takes on the wire.
#[inline]
#[must_use]
pub fn fixed_list_len<const N: usize, T: Fixed<N>>(list: &[T]) -> usize {
    list.len().wrapping_mul(N).wrapping_add(4)
}

/// How many bytes a list of strings takes on the wire.
#[inline]
#[must_use]
pub fn string_list_len(list: &[TpString]) -> usize {
    list.iter().map(string_len).fold(4, usize::wrapping_add)
}

/// How many bytes a list of records of varying width takes on the wire.
#[inline]
#[must_use]
pub fn list_len<T: Encode>(list: &[T], version: Version) -> usize {
    list.iter()
        .map(|entry| entry.encoded_len(version))
        .fold(4, usize::wrapping_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Packet, PacketView, game};

    #[test]
    fn views_of_lists_are_walked_from_both_ends_and_know_how_many_are_left() {
        let ids = game::IDSequenceModtime { id: 7, modtime: 1 };
        let all = game::ObjectIDs {
            modtimes: Vec::from([ids, ids, game::IDSequenceModtime { id: 8, ..ids }, ids]),
            ..Default::default()
        };
        let frame = all.to_frame(game::TP03, 1).unwrap();
        let (view, _) = game::ObjectIDsView::view(game::TP03, &frame[16..]).unwrap();
        let mut walk = view.modtimes.into_iter();
        assert_eq!(
            (walk.next(), walk.next_back(), walk.len()),
            (Some(ids), Some(ids), 2)
        );
        assert_eq!(walk.clone().map(|it| it.id).sum::<u32>(), 15);
        assert_eq!((walk.nth(1).map(|it| it.id), walk.next()), (Some(8), None));
        let mut count = 0;
        for entry in &view.modtimes {
            count += entry.modtime;
        }
        assert_eq!(count, 4);
    }

    #[test]
    fn lists_of_strings_and_records_know_how_many_are_left() {
        let parameter = game::OrderDescParameter {
            name: "to".into(),
            ..Default::default()
        };
        let desc = game::OrderDesc {
            parameters: Vec::from([parameter.clone(), parameter]),
            ..Default::default()
        };
        let frame = desc.to_frame(game::TP04, 1).unwrap();
        let (view, _) = game::OrderDescView::view(game::TP04, &frame[16..]).unwrap();
        let mut walk = view.parameters.into_iter();
        assert_eq!(walk.len(), 2);
        assert!(walk.next().is_some_and(|it| it.name == "to"));
        assert_eq!((walk.len(), walk.clone().count()), (1, 1));
        assert_eq!((&view.parameters).into_iter().count(), 2);

        let strings = StringList::new(b"\0\0\0\x01a\0\0\0\0", 2, false);
        let mut walk = strings.into_iter();
        assert_eq!((walk.len(), walk.next()), (2, Some("a".into())));
        assert_eq!(
            (walk.len(), walk.next(), walk.next()),
            (1, Some("".into()), None)
        );
        assert_eq!(strings.to_vec(), ["a", ""]);
    }
}
