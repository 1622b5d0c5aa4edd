//! Reading a body from its first byte to its last.

use alloc::vec::Vec;

use super::{
    DecodeError, DecodeErrorKind, DecodeOptions, EncodeOptions, Field, Fixed, FixedBytes, RawBytes,
    TpStr, TpString, Version, padding,
};

/// What is left of a body, and what decoding it may cost.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    rest: &'a [u8],
    length: usize,
    memory: usize,
    /// An optional field was cut short: what follows it is trailing bytes, no other field.
    cut: bool,
    pub(super) version: Version,
    pub(super) options: DecodeOptions,
    /// The bytes are no frame, but what to make values of.
    #[cfg(feature = "arbitrary")]
    made_up: bool,
}

impl<'a> Reader<'a> {
    /// Reads `body`, of a frame of that version, from its first byte.
    #[must_use]
    pub fn new(version: Version, body: &'a [u8], options: &DecodeOptions) -> Self {
        Self {
            rest: body,
            length: body.len(),
            memory: options.limits.memory,
            cut: false,
            version,
            options: *options,
            #[cfg(feature = "arbitrary")]
            made_up: false,
        }
    }

    /// Makes values of any bytes: counts are small, and zeros follow the last byte.
    #[cfg(feature = "arbitrary")]
    pub(crate) fn making_up(self) -> Self {
        Self {
            made_up: true,
            ..self
        }
    }

    /// Returns `true` if values are made of any bytes.
    #[inline]
    fn is_making_up(&self) -> bool {
        #[cfg(feature = "arbitrary")]
        return self.made_up;
        #[cfg(not(feature = "arbitrary"))]
        false
    }

    /// Returns `true` if the frame is of version `number` of the protocol or of a later one.
    #[inline]
    #[must_use]
    pub fn has(&self, number: u8) -> bool {
        self.version.has(number)
    }

    /// The bytes not read yet.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// How many bytes were read so far.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.length.saturating_sub(self.rest.len())
    }

    /// Takes the next `length` bytes; the caller knows how to name what is missing.
    #[inline]
    pub(super) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    #[cold]
    fn error(
        &self,
        kind: DecodeErrorKind,
        at: &'static Field,
        wanted: usize,
        got: usize,
    ) -> DecodeError {
        DecodeError::new(kind, at, self.offset(), wanted, got)
    }

    /// The first of `fields` that the rest of the body cannot hold.
    #[cold]
    fn short_run(&self, fields: &[&'static Field]) -> DecodeError {
        let mut start = 0_usize;
        for field in fields {
            let size = field.size() as usize;
            let left = self.rest.len().saturating_sub(start);
            if left < size {
                let offset = self.offset().saturating_add(start);
                return DecodeError::new(DecodeErrorKind::Truncated, field, offset, size, left);
            }
            start = start.saturating_add(size);
        }
        // Only if the generator named other fields than those of the run.
        DecodeError::new(
            DecodeErrorKind::Truncated,
            &ANY,
            self.offset(),
            0,
            self.rest.len(),
        )
    }

    /// A run of `N` bytes that holds `fields` one after another.
    ///
    /// # Errors
    ///
    /// [`Truncated`](DecodeErrorKind::Truncated), naming the first field that is not whole.
    #[inline]
    pub fn run<const N: usize>(
        &mut self,
        fields: &[&'static Field],
    ) -> Result<FixedBytes<'a, N>, DecodeError> {
        match self.rest.split_first_chunk::<N>() {
            Some((run, rest)) => {
                self.rest = rest;
                Ok(FixedBytes::new(run))
            }
            None if self.is_making_up() => self.zeros().ok_or_else(|| self.short_run(fields)),
            None => Err(self.short_run(fields)),
        }
    }

    /// One field of fixed width.
    ///
    /// # Errors
    ///
    /// [`Truncated`](DecodeErrorKind::Truncated).
    #[inline]
    pub fn fixed<const N: usize, T: Fixed<N>>(
        &mut self,
        at: &'static Field,
    ) -> Result<T, DecodeError> {
        match self.rest.split_first_chunk::<N>() {
            Some((run, rest)) => {
                self.rest = rest;
                Ok(T::from_run(FixedBytes::new(run)))
            }
            None => match self.is_making_up().then(|| self.zeros()).flatten() {
                Some(zeros) => Ok(T::from_run(zeros)),
                None => Err(self.error(DecodeErrorKind::Truncated, at, N, self.rest.len())),
            },
        }
    }

    /// Nothing but zeros, which follow the bytes that values are made of.
    #[cold]
    fn zeros<const N: usize>(&mut self) -> Option<FixedBytes<'static, N>> {
        static ZEROS: [u8; 256] = [0; 256];
        self.rest = &[];
        ZEROS.first_chunk().map(FixedBytes::new)
    }

    /// The first `width` of `N` raw bytes, in a version that has no more of them; the rest is
    /// zero.
    ///
    /// # Errors
    ///
    /// [`Truncated`](DecodeErrorKind::Truncated).
    pub fn chars<const N: usize>(
        &mut self,
        at: &'static Field,
        width: usize,
    ) -> Result<RawBytes<N>, DecodeError> {
        let mut chars = [0; N];
        match (self.take(width), chars.get_mut(..width)) {
            (Some(bytes), Some(room)) => {
                room.copy_from_slice(bytes);
                Ok(RawBytes(chars))
            }
            _ if self.is_making_up() => Ok(RawBytes(chars)),
            _ => Err(self.error(DecodeErrorKind::Truncated, at, width, self.rest.len())),
        }
    }

    /// The count in front of a string or list.
    #[inline]
    fn count(&mut self, at: &'static Field) -> Result<usize, DecodeError> {
        Ok(self.fixed::<4, u32>(at)? as usize)
    }

    /// A string, borrowed.
    ///
    /// # Errors
    ///
    /// [`Truncated`](DecodeErrorKind::Truncated) or [`StringLimit`](DecodeErrorKind::StringLimit).
    #[inline]
    pub fn str(&mut self, at: &'static Field) -> Result<TpStr<'a>, DecodeError> {
        let mut length = self.count(at)?;
        if self.is_making_up() {
            let most = self.rest.len().min(at.bound() as usize).min(40);
            length = length.checked_rem(most.saturating_add(1)).unwrap_or(0);
        }
        let allowed = self.options.limits.string.min(at.bound() as usize);
        if length > allowed {
            return Err(self.error(DecodeErrorKind::StringLimit, at, length, allowed));
        }
        if self.options.padded {
            return self.padded_str(at, length);
        }
        match self.take(length) {
            Some(bytes) => Ok(TpStr::from_bytes(bytes)),
            None => Err(self.error(DecodeErrorKind::Truncated, at, length, self.rest.len())),
        }
    }

    /// The `length` bytes of a string, without the pads behind them, which must be there.
    fn padded_str(&mut self, at: &'static Field, length: usize) -> Result<TpStr<'a>, DecodeError> {
        let whole = length.saturating_add(padding::pads(length));
        match self.take(whole).and_then(|bytes| bytes.get(..length)) {
            Some(bytes) => Ok(TpStr::from_bytes(bytes)),
            None => Err(self.error(DecodeErrorKind::Truncated, at, whole, self.rest.len())),
        }
    }

    /// A string, copied.
    ///
    /// # Errors
    ///
    /// As [`str`](Self::str), or [`MemoryLimit`](DecodeErrorKind::MemoryLimit).
    #[inline]
    pub fn string(&mut self, at: &'static Field) -> Result<TpString, DecodeError> {
        let text = self.str(at)?;
        self.charge(at, text.len(), |reader| match reader.options.padded {
            true => text.len().saturating_add(padding::pads(text.len())),
            false => text.len(),
        })?;
        Ok(text.to_owned())
    }

    /// Takes `wanted` bytes off the memory that decoding may still use, for what stands in the
    /// last `taken` bytes: an error points at the first of them.
    #[inline]
    pub(super) fn charge(
        &mut self,
        at: &'static Field,
        wanted: usize,
        taken: impl FnOnce(&Self) -> usize,
    ) -> Result<(), DecodeError> {
        match self.memory.checked_sub(wanted) {
            Some(left) => {
                self.memory = left;
                Ok(())
            }
            None => {
                let offset = self.offset().saturating_sub(taken(self));
                let kind = DecodeErrorKind::MemoryLimit;
                Err(DecodeError::new(kind, at, offset, wanted, self.memory))
            }
        }
    }

    /// The count of a list whose entries take at least `smallest` bytes each, believed only if
    /// the rest of the body could hold them.
    pub(super) fn entries(
        &mut self,
        at: &'static Field,
        smallest: usize,
    ) -> Result<usize, DecodeError> {
        let mut count = self.count(at)?;
        if self.is_making_up() {
            let most = self.rest.len().checked_div(smallest).unwrap_or(4);
            let most = most.min(at.bound() as usize).min(4);
            count = count.checked_rem(most.saturating_add(1)).unwrap_or(0);
        }
        let allowed = self.options.limits.list.min(at.bound() as usize);
        if count > allowed {
            return Err(self.error(DecodeErrorKind::ListLimit, at, count, allowed));
        }
        let bytes = count.saturating_mul(smallest);
        if bytes > self.rest.len() {
            return Err(self.error(DecodeErrorKind::Count, at, bytes, self.rest.len()));
        }
        Ok(count)
    }

    /// An empty vector with room for `count` entries, charged to the memory budget.
    pub(super) fn vec<T>(
        &mut self,
        at: &'static Field,
        count: usize,
    ) -> Result<Vec<T>, DecodeError> {
        self.charge(at, count.saturating_mul(size_of::<T>()), |_| 0)?;
        Ok(Vec::with_capacity(count))
    }

    /// An optional trailing field: present when bytes remain.
    ///
    /// Bytes that do not make the field are left as trailing bytes, and it and all optional fields
    /// behind it count as absent; in strict decoding they are an error.
    ///
    /// # Errors
    ///
    /// In strict decoding, what `decode` found wrong; limits are errors always.
    pub fn optional<T>(
        &mut self,
        decode: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        if self.rest.is_empty() || self.cut {
            return Ok(None);
        }
        if self.is_making_up() && self.fixed::<1, u8>(&ANY)? & 1 == 0 {
            // What follows an absent optional field is absent too.
            self.cut = true;
            return Ok(None);
        }
        let before = self.clone();
        match decode(self) {
            Ok(value) => Ok(Some(value)),
            Err(error)
                if !self.options.strict
                    && matches!(
                        error.kind(),
                        DecodeErrorKind::Truncated | DecodeErrorKind::Count
                    ) =>
            {
                *self = Self {
                    cut: true,
                    ..before
                };
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Everything that is left, copied.
    ///
    /// # Errors
    ///
    /// [`MemoryLimit`](DecodeErrorKind::MemoryLimit).
    pub fn tail(&mut self, at: &'static Field) -> Result<Vec<u8>, DecodeError> {
        self.charge(at, self.rest.len(), |_| 0)?;
        Ok(self.tail_view().to_vec())
    }

    /// Everything that is left, borrowed.
    pub fn tail_view(&mut self) -> &'a [u8] {
        core::mem::take(&mut self.rest)
    }

    /// The version and padding of the frame.
    pub(super) fn form(&self) -> EncodeOptions {
        EncodeOptions::new(self.version).padded(self.options.padded)
    }

    /// Ends the body: gives the trailing bytes, or in strict decoding refuses them.
    pub(crate) fn finish(self, at: &'static Field) -> Result<&'a [u8], DecodeError> {
        if self.options.strict && !self.rest.is_empty() {
            return Err(self.error(DecodeErrorKind::Trailing, at, 0, self.rest.len()));
        }
        Ok(self.rest)
    }
}

static ANY: Field = Field::packet_itself("frame");
