//! The padding filter of TP04: NULs behind every string.
//!
//! With the filter on, the bytes of every string in a body are followed by NULs until the offset
//! in the body is a multiple of four. The count in front of the string leaves them out, the
//! length in the frame's header counts them.
//!
//! Every other item of the bodies described by this crate's schemas takes a multiple of four
//! bytes, so the length of a string alone tells its pads. The filter would also widen 8-bit
//! integers; no body has any, and a schema with items of other widths cannot be padded with this
//! code.

/// How many pads follow a string of `length` bytes.
pub(super) const fn pads(length: usize) -> usize {
    length.wrapping_neg() & 3
}

/// The most bytes that what takes `length` bytes can take with pads.
///
/// No more than three pads follow a string, and only one of at least five bytes, its count and
/// one more, has any.
pub(super) const fn most(length: usize) -> usize {
    length.saturating_add((length / 5).saturating_mul(3))
}
