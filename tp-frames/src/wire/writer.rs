//! Writing a body from its first byte to its last.

use bytes::{BufMut, BytesMut};

use super::{
    EncodeError, EncodeErrorKind, EncodeOptions, Field, Fixed, FixedBytesMut, RawBytes, TpString,
    padding,
};

/// Where a body goes: behind all that is in a buffer.
///
/// The buffer grows where it has to. One that is used again soon has room for every frame, and to
/// find out first how long a frame will be would cost more than to see at each field whether it
/// fits.
#[derive(Debug)]
pub struct Writer<'a> {
    out: &'a mut BytesMut,
    pub(super) options: EncodeOptions,
    /// Whether what the version cannot say is refused and not left out.
    request: bool,
    /// Whether an optional field was left out: none may follow.
    gap: bool,
}

/// The sum of lengths.
///
/// No values in memory take so many bytes that this sum, or another of lengths, could wrap; and
/// if one did, it would only be told a wrong length.
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
    /// Writes behind what is in `out`. A `request` says all that its values say or is refused;
    /// anything else leaves out what the version has no field for.
    #[inline]
    #[must_use]
    pub fn new(options: EncodeOptions, request: bool, out: &'a mut BytesMut) -> Self {
        Self {
            out,
            options,
            request,
            gap: false,
        }
    }

    /// The next bytes, as they are.
    #[inline(always)]
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// The next `length` bytes, all zero.
    #[inline]
    pub(super) fn zeros(&mut self, length: usize) -> &mut [u8] {
        let start = self.out.len();
        self.out.put_bytes(0, length);
        self.out.get_mut(start..).unwrap_or_default()
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
    #[inline(always)]
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
    #[inline(always)]
    pub fn run<const N: usize>(&mut self, run: FixedBytesMut<N>) {
        self.bytes(&run.finish());
    }

    /// One field of fixed width.
    #[inline(always)]
    pub fn fixed<const N: usize>(&mut self, value: &impl Fixed<N>) {
        self.bytes(&value.to_run());
    }

    /// The count in front of a string or list.
    #[inline(always)]
    pub(super) fn count(
        &mut self,
        at: &'static Field,
        count: usize,
        kind: EncodeErrorKind,
    ) -> Result<(), EncodeError> {
        match u32::try_from(count) {
            Ok(short) if short <= at.bound() => {
                self.bytes(&short.to_be_bytes());
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
    #[inline(always)]
    pub fn string(&mut self, at: &'static Field, text: &TpString) -> Result<(), EncodeError> {
        let text = text.as_bytes();
        self.count(at, text.len(), EncodeErrorKind::StringLimit)?;
        self.bytes(text);
        if self.options.padded {
            self.zeros(padding::pads(text.len()));
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
