//! Writing a body from its first byte to its last.

use core::mem;

use super::{
    EncodeError, EncodeErrorKind, EncodeOptions, Field, Fixed, FixedBytesMut, RawBytes, TpString,
    padding,
};

/// Where a body goes: room that was made for all of it at once, so that each field only has to
/// fit and never makes a buffer grow.
#[derive(Debug)]
pub struct Writer<'a> {
    /// What is left of the room; all zero, so pads are there already.
    room: &'a mut [u8],
    pub(super) options: EncodeOptions,
    /// Whether what the version cannot say is refused and not left out.
    request: bool,
    /// Whether an optional field was left out: none may follow.
    gap: bool,
    /// Whether something did not fit.
    short: bool,
}

/// The sum of lengths.
///
/// No values in memory take so many bytes that this sum, or another of lengths, could wrap; and
/// if one did, the room would be too small and the values refused.
#[inline]
#[must_use]
pub fn total<const N: usize>(lengths: [usize; N]) -> usize {
    lengths.into_iter().fold(0, usize::wrapping_add)
}

/// How many bytes a string takes on the wire.
#[inline]
#[must_use]
pub fn string_len(text: &TpString) -> usize {
    text.len().wrapping_add(4)
}

impl<'a> Writer<'a> {
    /// Writes into `room`, which is all zero. A `request` says all that its values say or is
    /// refused; anything else leaves out what the version has no field for.
    #[inline]
    #[must_use]
    pub fn new(options: EncodeOptions, request: bool, room: &'a mut [u8]) -> Self {
        Self {
            room,
            options,
            request,
            gap: false,
            short: false,
        }
    }

    /// The room that nothing was written to; `None` if something did not fit.
    #[inline]
    pub(super) fn finish(self) -> Option<usize> {
        (!self.short).then_some(self.room.len())
    }

    /// The next `length` bytes.
    #[inline]
    fn take(&mut self, length: usize) -> Option<&'a mut [u8]> {
        let taken = self.room.split_off_mut(..length);
        if taken.is_none() {
            self.does_not_fit();
        }
        taken
    }

    /// Nothing may follow what was left out.
    #[inline]
    fn does_not_fit(&mut self) {
        self.room = &mut [];
        self.short = true;
    }

    /// The next bytes, as they are.
    #[inline]
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        if let Some(room) = self.take(bytes.len()) {
            room.copy_from_slice(bytes);
        }
    }

    /// As many bytes as an array has.
    #[inline]
    fn array<const N: usize>(&mut self, bytes: [u8; N]) {
        if let Some(room) = self.take(N).and_then(<[u8]>::first_chunk_mut) {
            *room = bytes;
        }
    }

    /// Lets `write` go on with a writer of its own. This one, whose place nobody else knows, can
    /// stay in registers.
    #[inline]
    pub(super) fn lend(
        &mut self,
        write: impl FnOnce(&mut Self) -> Result<(), EncodeError>,
    ) -> Result<(), EncodeError> {
        let mut other = Writer {
            room: mem::take(&mut self.room),
            ..*self
        };
        let written = write(&mut other);
        *self = other;
        written
    }

    /// Returns `true` if the frame is of version `number` of the protocol or of a later one.
    #[inline]
    #[must_use]
    pub fn has(&self, number: u8) -> bool {
        self.options.version.has(number)
    }

    #[inline]
    pub(super) fn not_in_version(&self, at: &'static Field) -> EncodeError {
        let version = usize::from(self.options.version.protocol());
        EncodeError::new(EncodeErrorKind::NotInVersion, at, 0, version)
    }

    /// Leaves out a field that the version does not have; `says_nothing` if it holds what its
    /// absence means.
    ///
    /// # Errors
    ///
    /// [`NotInVersion`](EncodeErrorKind::NotInVersion) if a request says something in it.
    #[inline]
    pub fn leave_out(&self, at: &'static Field, says_nothing: bool) -> Result<(), EncodeError> {
        if says_nothing || !self.request {
            return Ok(());
        }
        Err(self.not_in_version(at))
    }

    /// Refuses a parameter that the version does not have.
    ///
    /// # Errors
    ///
    /// [`NotInVersion`](EncodeErrorKind::NotInVersion), always.
    #[inline]
    pub fn refuse(&self, at: &'static Field) -> Result<(), EncodeError> {
        Err(self.not_in_version(at))
    }

    /// A field that is not in every version, but always there in this one.
    ///
    /// # Errors
    ///
    /// [`Missing`](EncodeErrorKind::Missing) if it is `None`.
    #[inline]
    pub fn required<'v, T>(
        &self,
        at: &'static Field,
        value: &'v Option<T>,
    ) -> Result<&'v T, EncodeError> {
        value.as_ref().ok_or_else(|| {
            let version = usize::from(self.options.version.protocol());
            EncodeError::new(EncodeErrorKind::Missing, at, 0, version)
        })
    }

    /// The first `width` of `N` raw bytes, in a version that has no more of them.
    ///
    /// # Errors
    ///
    /// [`NotInVersion`](EncodeErrorKind::NotInVersion) if a request says something in the others.
    #[inline]
    pub fn chars<const N: usize>(
        &mut self,
        at: &'static Field,
        chars: &RawBytes<N>,
        width: usize,
    ) -> Result<(), EncodeError> {
        let (there, rest) = chars.0.split_at_checked(width).unwrap_or((&chars.0, &[]));
        self.leave_out(at, rest.iter().all(|byte| *byte == 0))?;
        self.bytes(there);
        Ok(())
    }

    /// Several fields of fixed width.
    #[inline]
    pub fn run<const N: usize>(&mut self, run: FixedBytesMut<N>) {
        self.array(run.finish());
    }

    /// One field of fixed width.
    #[inline]
    pub fn fixed<const N: usize>(&mut self, value: &impl Fixed<N>) {
        self.array(value.to_run());
    }

    /// The count in front of a string or list, and the `length` bytes behind it that are still to
    /// be written; none if they do not fit.
    #[inline]
    pub(super) fn counted(
        &mut self,
        at: &'static Field,
        count: usize,
        length: usize,
        kind: EncodeErrorKind,
    ) -> Result<&'a mut [u8], EncodeError> {
        match u32::try_from(count) {
            Ok(short) if short <= at.bound() => {
                let room = self.take(length.wrapping_add(4)).unwrap_or_default();
                let Some((first, rest)) = room.split_first_chunk_mut() else {
                    return Ok(&mut []);
                };
                *first = short.to_be_bytes();
                Ok(rest)
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
        let text = text.as_bytes();
        let pads = match self.options.padded {
            true => padding::pads(text.len()),
            false => 0,
        };
        let length = text.len().wrapping_add(pads);
        let room = self.counted(at, text.len(), length, EncodeErrorKind::StringLimit)?;
        if let Some(room) = room.get_mut(..text.len()) {
            room.copy_from_slice(text);
        }
        Ok(())
    }

    /// An optional field at the end of a packet, to be written if it is there.
    ///
    /// # Errors
    ///
    /// [`Gap`](EncodeErrorKind::Gap) if it is there although an optional one in front of it is not.
    #[inline]
    pub fn optional<'v, T>(
        &mut self,
        at: &'static Field,
        value: &'v Option<T>,
    ) -> Result<Option<&'v T>, EncodeError> {
        if value.is_some() && self.gap {
            return Err(EncodeError::new(EncodeErrorKind::Gap, at, 0, 0));
        }
        self.gap = value.is_none();
        Ok(value.as_ref())
    }
}
