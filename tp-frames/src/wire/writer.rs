//! Writing a body from its first byte to its last.

use bytes::{BufMut, BytesMut};

use super::{Encode, EncodeError, EncodeErrorKind, Field, Fixed, Parameters, TpString, padding};

/// Where a body goes.
#[derive(Debug)]
pub struct Writer<'a> {
    out: &'a mut BytesMut,
    padded: bool,
}

/// The sum of lengths.
#[must_use]
pub fn total<const N: usize>(lengths: [usize; N]) -> usize {
    lengths.into_iter().fold(0, usize::saturating_add)
}

/// How many bytes a string takes on the wire.
#[must_use]
pub fn string_len(text: &TpString) -> usize {
    text.len().saturating_add(4)
}

/// How many bytes a list of entries of `N` bytes takes on the wire.
#[must_use]
pub fn fixed_list_len<const N: usize, T: Fixed<N>>(list: &[T]) -> usize {
    list.len().saturating_mul(N).saturating_add(4)
}

/// How many bytes a list of strings takes on the wire.
#[must_use]
pub fn string_list_len(list: &[TpString]) -> usize {
    list.iter().map(string_len).fold(4, usize::saturating_add)
}

/// How many bytes a list of records of varying width takes on the wire.
#[must_use]
pub fn list_len<T: Encode>(list: &[T]) -> usize {
    list.iter()
        .map(T::encoded_len)
        .fold(4, usize::saturating_add)
}

impl<'a> Writer<'a> {
    /// Appends to `out`.
    #[must_use]
    pub fn new(out: &'a mut BytesMut) -> Self {
        Self { out, padded: false }
    }

    /// Appends to `out`, and pads behind every string as the padding filter of TP04 wants it.
    #[must_use]
    pub fn padded(out: &'a mut BytesMut) -> Self {
        Self { out, padded: true }
    }

    /// One field of fixed width.
    #[inline]
    pub fn fixed<const N: usize>(&mut self, value: &impl Fixed<N>) {
        self.out.put_slice(&value.to_run());
    }

    /// The count in front of a string or list.
    #[inline]
    fn count(
        &mut self,
        at: &'static Field,
        count: usize,
        kind: EncodeErrorKind,
    ) -> Result<(), EncodeError> {
        match u32::try_from(count) {
            Ok(short) if short <= at.bound() => {
                self.out.put_u32(short);
                Ok(())
            }
            _ => Err(EncodeError::new(kind, at, count, at.bound() as usize)),
        }
    }

    /// A string.
    ///
    /// # Errors
    ///
    /// [`StringLimit`](EncodeErrorKind::StringLimit).
    #[inline]
    pub fn string(&mut self, at: &'static Field, text: &TpString) -> Result<(), EncodeError> {
        self.count(at, text.len(), EncodeErrorKind::StringLimit)?;
        self.out.put_slice(text.as_bytes());
        if self.padded {
            self.out.put_bytes(0, padding::pads(text.len()));
        }
        Ok(())
    }

    /// A list of entries of fixed width.
    ///
    /// # Errors
    ///
    /// [`ListLimit`](EncodeErrorKind::ListLimit).
    pub fn fixed_list<const N: usize, T: Fixed<N>>(
        &mut self,
        at: &'static Field,
        list: &[T],
    ) -> Result<(), EncodeError> {
        self.count(at, list.len(), EncodeErrorKind::ListLimit)?;
        // One resize and whole records: half the time of a put per field.
        let start = self.out.len();
        self.out
            .resize(start.saturating_add(list.len().saturating_mul(N)), 0);
        let room = self.out.get_mut(start..).unwrap_or_default();
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

    /// Refuses an optional field that follows an absent one.
    ///
    /// # Errors
    ///
    /// [`Gap`](EncodeErrorKind::Gap) if `present` although `before` is not.
    pub fn no_gap(
        &self,
        at: &'static Field,
        before: bool,
        present: bool,
    ) -> Result<(), EncodeError> {
        if present && !before {
            return Err(EncodeError::new(EncodeErrorKind::Gap, at, 0, 0));
        }
        Ok(())
    }

    /// The parameters that end a packet.
    ///
    /// # Errors
    ///
    /// [`Padding`](EncodeErrorKind::Padding) if they are bytes in the other form.
    pub fn parameters<S>(
        &mut self,
        at: &'static Field,
        parameters: &Parameters<S>,
    ) -> Result<(), EncodeError> {
        match parameters.written(self.padded) {
            Some(bytes) => {
                self.out.put_slice(bytes);
                Ok(())
            }
            None => Err(EncodeError::new(EncodeErrorKind::Padding, at, 0, 0)),
        }
    }
}
