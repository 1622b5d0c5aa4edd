//! How bytes are read and written: what is tolerated, and how much.

use super::Version;

/// Largest body any frame may have, in bytes: 1 MiB.
pub const MAX_BODY: usize = 1_048_576;

/// Bounds a decoder enforces before it allocates.
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

/// How bytes are read: what is tolerated, and how much.
///
/// ```
/// use tp_frames::{DecodeLimits, DecodeOptions};
///
/// let mut limits = DecodeLimits::default();
/// limits.string = 4096;
/// let options = DecodeOptions::new().strict(true).limits(limits);
/// # let _ = options;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DecodeOptions {
    strict: bool,
    padded: bool,
    limits: DecodeLimits,
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

    /// Returns `true` if bytes behind the last field are an error.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        self.strict
    }

    /// Returns `true` if strings are padded.
    #[must_use]
    pub fn is_padded(&self) -> bool {
        self.padded
    }

    /// The limits.
    #[must_use]
    pub fn get_limits(&self) -> &DecodeLimits {
        &self.limits
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
/// assert!(options.is_padded());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncodeOptions {
    version: Version,
    padded: bool,
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

    /// The version.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Returns `true` if strings are padded.
    #[must_use]
    pub const fn is_padded(&self) -> bool {
        self.padded
    }
}

impl From<Version> for EncodeOptions {
    fn from(version: Version) -> Self {
        Self::new(version)
    }
}
