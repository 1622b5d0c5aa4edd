//! What connections hold in memory, counted for all of them together.

use super::places::Place;

/// Buffers that hold no more than this are not counted: most hold little, and nothing for long.
pub(super) const FREE: usize = 16 << 10;

/// What is counted is a multiple of this, so that a buffer that grows slowly is not counted anew at
/// each step.
const STEP: usize = 4 << 10;

/// What is counted for a buffer that holds so many bytes.
#[inline]
pub(super) fn counted(held: usize) -> usize {
    match held > FREE {
        true => held.saturating_add(STEP - 1) & !(STEP - 1),
        false => 0,
    }
}

/// Bytes that are counted until this is dropped.
pub(super) struct Held<'a> {
    place: &'a Place,
    counted: usize,
}

impl<'a> Held<'a> {
    pub(super) fn new(place: &'a Place, bytes: usize) -> Self {
        let mut held = Self { place, counted: 0 };
        place.count(&mut held.counted, bytes);
        held
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.place.count(&mut self.counted, 0);
    }
}
