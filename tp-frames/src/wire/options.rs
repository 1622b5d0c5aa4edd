//! How bytes are read and written: what is tolerated, and how much.

use super::{Version, padding};

/// Largest body any frame may have, in bytes: 1 MiB.
pub const MAX_BODY: usize = 1_048_576;

/// Bounds a decoder enforces before it allocates.
///
/// ```
/// use tp_frames::DecodeLimits;
///
/// let limits = DecodeLimits::default().string(4096).list(10_000);
/// assert_eq!(limits.string, 4096);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodeLimits {
    /// Bytes of a body; [`MAX_BODY`] by default.
    pub frame: usize,
    /// Entries of one list; no bound but the body by default.
    pub list: usize,
    /// Bytes of one string; no bound but the body by default.
    pub string: usize,
    /// Bytes of memory that the lists and strings of one owned packet may take; 8 MiB by default.
    /// Views take none.
    pub memory: usize,
}

impl Default for DecodeLimits {
    fn default() -> Self {
        Self {
            frame: MAX_BODY,
            list: usize::MAX,
            string: usize::MAX,
            // No packet's values take more than eight times its bytes.
            memory: MAX_BODY * 8,
        }
    }
}

impl DecodeLimits {
    /// Sets the bytes of a body.
    #[must_use]
    pub const fn frame(self, bytes: usize) -> Self {
        Self {
            frame: bytes,
            ..self
        }
    }

    /// Sets the entries of one list.
    #[must_use]
    pub const fn list(self, entries: usize) -> Self {
        Self {
            list: entries,
            ..self
        }
    }

    /// Sets the bytes of one string.
    #[must_use]
    pub const fn string(self, bytes: usize) -> Self {
        Self {
            string: bytes,
            ..self
        }
    }

    /// Sets the bytes of memory that the lists and strings of one owned packet may take.
    #[must_use]
    pub const fn memory(self, bytes: usize) -> Self {
        Self {
            memory: bytes,
            ..self
        }
    }
}

/// How bytes are read: what is tolerated, and how much.
///
/// ```
/// use tp_frames::{DecodeLimits, DecodeOptions, Packet, game};
///
/// let options = DecodeOptions::new()
///     .strict(true)
///     .limits(DecodeLimits::default().string(3));
/// // "hello" is longer than that.
/// let okay = game::Okay::decode_with(game::TP04, b"\0\0\0\x05hello", &options);
/// assert!(okay.is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct DecodeOptions {
    /// Whether bytes behind the last field are an error.
    pub strict: bool,
    /// Whether strings are padded.
    pub padded: bool,
    /// How much may be read.
    pub limits: DecodeLimits,
}

impl DecodeOptions {
    /// Tolerant, with the default limits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Strict: bytes behind the last field are an error, and so is an optional field cut short.
    /// Real servers send both, so this is for tests and tools.
    #[must_use]
    pub fn strict(self, strict: bool) -> Self {
        Self { strict, ..self }
    }

    /// Padded: every string is followed by NULs up to a multiple of four bytes, as the padding
    /// filter of TP04 wants it. A string whose pads are missing is cut short; what the pads hold
    /// does not count.
    ///
    /// The count in front of a string leaves the pads out, and all else stays as it is: in no
    /// body of these protocols does anything but strings need pads.
    #[must_use]
    pub fn padded(self, padded: bool) -> Self {
        Self { padded, ..self }
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(self, limits: DecodeLimits) -> Self {
        Self { limits, ..self }
    }
}

/// How values are written: in which version of the protocol, and whether padded.
///
/// A [`Version`] alone makes unpadded frames, and stands wherever these options are asked for.
///
/// ```
/// use tp_frames::{EncodeOptions, Version};
///
/// let options = EncodeOptions::new(Version::from_protocol(4)).padded(true);
/// assert!(options.padded);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncodeOptions {
    /// The version.
    pub version: Version,
    /// Whether strings are padded.
    pub padded: bool,
}

impl EncodeOptions {
    /// Frames of that version, not padded.
    #[must_use]
    pub const fn new(version: Version) -> Self {
        Self {
            version,
            padded: false,
        }
    }

    /// Padded: NULs follow every string up to a multiple of four bytes, once both sides agreed on
    /// the padding filter of TP04. The length in the header counts them.
    #[must_use]
    pub const fn padded(self, padded: bool) -> Self {
        Self { padded, ..self }
    }

    /// How much room is enough for what takes `length` bytes without pads.
    #[inline]
    pub(super) const fn room(self, length: usize) -> usize {
        match self.padded {
            true => padding::most(length),
            false => length,
        }
    }
}

impl From<Version> for EncodeOptions {
    fn from(version: Version) -> Self {
        Self::new(version)
    }
}
