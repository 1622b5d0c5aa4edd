//! Reading a body from its first byte to its last.

use alloc::vec::Vec;

use super::{
    DecodeError, DecodeErrorKind, DecodeOptions, EncodeOptions, Field, Fixed, FixedBytes, RawBytes,
    TpStr, TpString, Version, padding,
};

/// What is left of a body, and what decoding it may cost.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
    length: usize,
    memory: usize,
    /// The most bytes of a string and entries of a list.
    string: u32,
    list: u32,
    /// The most bytes of a string that [`plain_str`](Self::plain_str) may take.
    plain: u32,
    strict: bool,
    /// An optional field was cut short: what follows it is trailing bytes, no other field.
    cut: bool,
    /// The version and padding of the frame.
    pub(super) form: EncodeOptions,
    /// The bytes are no frame, but what to make values of.
    #[cfg(feature = "arbitrary")]
    made_up: bool,
}

impl<'a> Reader<'a> {
    /// Reads `body`, of a frame of that version, from its first byte.
    #[inline]
    #[must_use]
    pub fn new(version: Version, body: &'a [u8], options: &DecodeOptions) -> Self {
        let string = u32_or_max(options.limits.string);
        Self {
            rest: body,
            length: body.len(),
            memory: options.limits.memory,
            string,
            list: u32_or_max(options.limits.list),
            plain: if options.padded { 0 } else { string },
            strict: options.strict,
            cut: false,
            form: EncodeOptions::new(version).padded(options.padded),
            #[cfg(feature = "arbitrary")]
            made_up: false,
        }
    }

    /// Reads again what was found good when the list was viewed, and so within its limits.
    #[inline]
    pub(super) fn of_list(form: EncodeOptions, entries: &'a [u8]) -> Self {
        let options = DecodeOptions::new().padded(form.padded);
        Self::new(form.version, entries, &options)
    }

    /// Makes values of any bytes: counts are small, and zeros follow the last byte.
    #[cfg(feature = "arbitrary")]
    pub(crate) fn making_up(self) -> Self {
        Self {
            made_up: true,
            plain: 0,
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
        self.form.version.has(number)
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

    // What is said of an error takes the reader as a copy: one that nobody points at can be kept in
    // registers as long as nothing is wrong.
    #[cold]
    fn error(
        self,
        kind: DecodeErrorKind,
        at: &'static Field,
        wanted: usize,
        got: usize,
    ) -> DecodeError {
        DecodeError::new(kind, at, self.offset(), wanted, got)
    }

    /// The rest of the body does not hold the `wanted` bytes of `at`.
    #[cold]
    fn truncated(self, at: &'static Field, wanted: usize) -> DecodeError {
        self.error(DecodeErrorKind::Truncated, at, wanted, self.rest.len())
    }

    /// The first of `fields` that the rest of the body cannot hold.
    #[cold]
    fn short_run(self, fields: &[&'static Field]) -> DecodeError {
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
    #[inline(always)]
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
                None => Err(self.truncated(at, N)),
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
    #[inline(always)]
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
            _ => Err(self.truncated(at, width)),
        }
    }

    /// A string, borrowed.
    ///
    /// # Errors
    ///
    /// [`Truncated`](DecodeErrorKind::Truncated) or [`StringLimit`](DecodeErrorKind::StringLimit).
    #[inline(always)]
    pub fn str(&mut self, at: &'static Field) -> Result<TpStr<'a>, DecodeError> {
        let (text, rest) = match self.plain_str(at) {
            Some(plain) => plain,
            None => other_str(
                self.rest,
                at,
                self.offset(),
                self.string.min(at.bound()),
                self.form.padded,
                self.is_making_up(),
            )?,
        };
        self.rest = rest;
        Ok(text)
    }

    /// A string that is whole, not padded and as long as allowed, as nearly all are; and what
    /// follows it.
    #[inline(always)]
    fn plain_str(&self, at: &'static Field) -> Option<(TpStr<'a>, &'a [u8])> {
        let (count, rest) = self.rest.split_first_chunk()?;
        let count = u32::from_be_bytes(*count);
        let (text, rest) = rest.split_at_checked(count as usize)?;
        (count <= self.plain.min(at.bound())).then_some((TpStr::from_bytes(text), rest))
    }

    /// A string, copied.
    ///
    /// # Errors
    ///
    /// As [`str`](Self::str), or [`MemoryLimit`](DecodeErrorKind::MemoryLimit).
    #[inline(always)]
    pub fn string(&mut self, at: &'static Field) -> Result<TpString, DecodeError> {
        let text = self.str(at)?;
        self.charge(at, text.len(), |reader| {
            padded_len(text.len(), reader.form.padded)
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
            None => Err(self.out_of_memory(at, wanted, taken(self))),
        }
    }

    #[cold]
    fn out_of_memory(self, at: &'static Field, wanted: usize, taken: usize) -> DecodeError {
        let offset = self.offset().saturating_sub(taken);
        DecodeError::new(
            DecodeErrorKind::MemoryLimit,
            at,
            offset,
            wanted,
            self.memory,
        )
    }

    /// The bytes of a list of entries of `N` bytes each.
    #[inline(always)]
    pub(super) fn fixed_entries<const N: usize>(
        &mut self,
        at: &'static Field,
    ) -> Result<&'a [[u8; N]], DecodeError> {
        let count = self.entries(at, N)?;
        // `entries` saw that this many bytes are there.
        let bytes = self.take(count.saturating_mul(N)).unwrap_or_default();
        Ok(bytes.as_chunks().0)
    }

    /// The count of a list whose entries take at least `smallest` bytes each, believed only if
    /// the rest of the body could hold them.
    #[inline(always)]
    pub(super) fn entries(
        &mut self,
        at: &'static Field,
        smallest: usize,
    ) -> Result<usize, DecodeError> {
        let count = match (self.fixed(at)?, self.is_making_up()) {
            (count, false) => count as usize,
            (count, true) => {
                let most = self.rest.len().checked_div(smallest).unwrap_or(4);
                made_up_count(at, count, most.min(4)) as usize
            }
        };
        if count > self.list.min(at.bound()) as usize
            || count.saturating_mul(smallest) > self.rest.len()
        {
            return Err(self.too_many(at, count, smallest));
        }
        Ok(count)
    }

    /// A list has more entries than are allowed or than the rest of the body could hold.
    #[cold]
    fn too_many(self, at: &'static Field, count: usize, smallest: usize) -> DecodeError {
        let allowed = self.list.min(at.bound()) as usize;
        let (kind, wanted, got) = match count > allowed {
            true => (DecodeErrorKind::ListLimit, count, allowed),
            false => {
                let bytes = count.saturating_mul(smallest);
                (DecodeErrorKind::Count, bytes, self.rest.len())
            }
        };
        self.error(kind, at, wanted, got)
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
        let before = *self;
        match decode(self) {
            Ok(value) => Ok(Some(value)),
            Err(error)
                if !self.strict
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
    #[inline]
    pub fn tail(&mut self, at: &'static Field) -> Result<Vec<u8>, DecodeError> {
        self.charge(at, self.rest.len(), |_| 0)?;
        Ok(self.tail_view().to_vec())
    }

    /// Everything that is left, borrowed.
    pub fn tail_view(&mut self) -> &'a [u8] {
        core::mem::take(&mut self.rest)
    }

    /// Ends the body: gives the trailing bytes, or in strict decoding refuses them.
    #[inline]
    pub(crate) fn finish(
        self,
        at: &'static Field,
        options: &DecodeOptions,
    ) -> Result<&'a [u8], DecodeError> {
        if options.strict && !self.rest.is_empty() {
            return Err(self.error(DecodeErrorKind::Trailing, at, 0, self.rest.len()));
        }
        Ok(self.rest)
    }
}

/// A string that is padded, or in which something is wrong; and what follows it.
///
/// No method of [`Reader`], which is kept in registers as long as nobody points at it.
#[cold]
#[inline(never)]
fn other_str<'a>(
    bytes: &'a [u8],
    at: &'static Field,
    offset: usize,
    allowed: u32,
    padded: bool,
    made_up: bool,
) -> Result<(TpStr<'a>, &'a [u8]), DecodeError> {
    let short = |offset, wanted, got| {
        Err(DecodeError::new(
            DecodeErrorKind::Truncated,
            at,
            offset,
            wanted,
            got,
        ))
    };
    let (count, rest) = match bytes.split_first_chunk() {
        Some((count, rest)) => (u32::from_be_bytes(*count), rest),
        None if made_up => (0, &[][..]),
        None => return short(offset, 4, bytes.len()),
    };
    let count = match made_up {
        true => made_up_count(at, count, rest.len().min(40)),
        false => count,
    };
    let (offset, length) = (offset.saturating_add(4), count as usize);
    if count > allowed {
        let kind = DecodeErrorKind::StringLimit;
        return Err(DecodeError::new(kind, at, offset, length, allowed as usize));
    }
    let whole = padded_len(length, padded);
    let Some((text, rest)) = rest.split_at_checked(whole) else {
        return short(offset, whole, rest.len());
    };
    Ok((
        TpStr::from_bytes(text.get(..length).unwrap_or_default()),
        rest,
    ))
}

/// How many bytes a string of `length` bytes takes.
fn padded_len(length: usize, padded: bool) -> usize {
    match padded {
        true => length.saturating_add(padding::pads(length)),
        false => length,
    }
}

/// A count of at most `most`, where values are made of any bytes.
fn made_up_count(at: &'static Field, count: u32, most: usize) -> u32 {
    let choices = u32_or_max(most).min(at.bound()).saturating_add(1);
    count.checked_rem(choices).unwrap_or(0)
}

/// A limit as far as the count in front of a string or list can tell.
fn u32_or_max(limit: usize) -> u32 {
    u32::try_from(limit).unwrap_or(u32::MAX)
}

static ANY: Field = Field::packet_itself("frame");
