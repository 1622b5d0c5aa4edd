//! Writing a body from its first byte to its last.

use bytes::{BufMut, BytesMut};

use super::{
    Encode, EncodeError, EncodeErrorKind, EncodeOptions, Field, Fixed, ParameterSet, Parameters,
    RawBytes, TpString, Version, padding,
};

/// Where a body goes.
#[derive(Debug)]
pub struct Writer<'a> {
    out: &'a mut BytesMut,
    options: EncodeOptions,
    /// Whether what the version cannot say is refused and not left out.
    request: bool,
    /// Whether an optional field was left out: none may follow.
    gap: bool,
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
pub fn list_len<T: Encode>(list: &[T], version: Version) -> usize {
    list.iter()
        .map(|entry| entry.encoded_len(version))
        .fold(4, usize::saturating_add)
}

impl<'a> Writer<'a> {
    /// Appends to `out`. A `request` says all that its values say or is refused; anything else
    /// leaves out what the version has no field for.
    #[must_use]
    pub fn new(options: EncodeOptions, request: bool, out: &'a mut BytesMut) -> Self {
        Self {
            out,
            options,
            request,
            gap: false,
        }
    }

    /// Returns `true` if the frame is of version `number` of the protocol or of a later one.
    #[inline]
    #[must_use]
    pub fn has(&self, number: u8) -> bool {
        self.options.version().has(number)
    }

    fn not_in_version(&self, at: &'static Field) -> EncodeError {
        let version = usize::from(self.options.version().protocol());
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
    #[cold]
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
            let version = usize::from(self.options.version().protocol());
            EncodeError::new(EncodeErrorKind::Missing, at, 0, version)
        })
    }

    /// The first `width` of `N` raw bytes, in a version that has no more of them.
    pub fn chars<const N: usize>(&mut self, chars: &RawBytes<N>, width: usize) {
        self.out.put_slice(chars.0.get(..width).unwrap_or(&chars.0));
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
        if self.options.is_padded() {
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

    /// An optional field at the end of a packet, to be written if it is there.
    ///
    /// # Errors
    ///
    /// [`Gap`](EncodeErrorKind::Gap) if it is there although an optional one in front of it is not.
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

    /// The parameters that end a packet.
    ///
    /// # Errors
    ///
    /// [`Padding`](EncodeErrorKind::Padding) or [`NotInVersion`](EncodeErrorKind::NotInVersion)
    /// if they are bytes in another form; what is wrong with a value.
    pub fn parameters<S: ParameterSet>(
        &mut self,
        at: &'static Field,
        parameters: &Parameters<S>,
    ) -> Result<(), EncodeError> {
        match parameters {
            Parameters::Values(values) => values.iter().try_for_each(|value| value.encode_to(self)),
            // Nothing is nothing in every version.
            Parameters::Bytes { bytes, .. } if bytes.is_empty() => Ok(()),
            Parameters::Bytes { bytes, form } => {
                if form.version().protocol() != self.options.version().protocol() {
                    return Err(self.not_in_version(at));
                }
                if form.is_padded() != self.options.is_padded() {
                    return Err(EncodeError::new(EncodeErrorKind::Padding, at, 0, 0));
                }
                self.out.put_slice(bytes);
                Ok(())
            }
        }
    }
}
