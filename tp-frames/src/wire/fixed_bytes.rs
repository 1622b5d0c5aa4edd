//! Fixed-width runs: several fields behind one bounds check.
//!
//! This is the only module that indexes. Every offset is a constant, compared with the run's
//! length while compiling, so no access here can fail.
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use super::{RawBytes, Semi8, Semi32, Semi64};

/// A value that takes exactly `N` bytes on the wire.
pub trait Fixed<const N: usize>: Sized {
    /// Reads it.
    fn from_run(run: FixedBytes<'_, N>) -> Self;

    /// Its bytes.
    fn to_run(&self) -> [u8; N];
}

/// `N` received bytes.
#[derive(Debug, Clone, Copy)]
pub struct FixedBytes<'a, const N: usize>(&'a [u8; N]);

/// `N` bytes being made.
#[derive(Debug)]
pub struct FixedBytesMut<const N: usize>([u8; N]);

impl<'a, const N: usize> FixedBytes<'a, N> {
    /// Reads from these bytes.
    #[must_use]
    pub const fn new(bytes: &'a [u8; N]) -> Self {
        Self(bytes)
    }

    #[inline]
    fn array<const AT: usize, const LEN: usize>(self) -> [u8; LEN] {
        const { assert!(AT + LEN <= N, "the field lies outside the run") };
        let mut bytes = [0; LEN];
        bytes.copy_from_slice(&self.0[AT..AT + LEN]);
        bytes
    }

    /// The `LEN` bytes at `AT` as a run of their own.
    #[inline]
    #[must_use]
    pub fn sub<const AT: usize, const LEN: usize>(self) -> FixedBytes<'a, LEN> {
        const { assert!(AT + LEN <= N, "the group lies outside the run") };
        // The slice has `LEN` bytes, so `Some` is the only arm the compiler keeps.
        match self.0[AT..AT + LEN].first_chunk() {
            Some(bytes) => FixedBytes(bytes),
            None => FixedBytes(&[0; LEN]),
        }
    }

    /// The unsigned 8-bit integer at `AT`.
    #[inline]
    #[must_use]
    pub fn u8<const AT: usize>(self) -> u8 {
        u8::from_be_bytes(self.array::<AT, 1>())
    }

    /// The signed 8-bit integer at `AT`.
    #[inline]
    #[must_use]
    pub fn i8<const AT: usize>(self) -> i8 {
        i8::from_be_bytes(self.array::<AT, 1>())
    }

    /// The unsigned 32-bit integer at `AT`.
    #[inline]
    #[must_use]
    pub fn u32<const AT: usize>(self) -> u32 {
        u32::from_be_bytes(self.array::<AT, 4>())
    }

    /// The signed 32-bit integer at `AT`.
    #[inline]
    #[must_use]
    pub fn i32<const AT: usize>(self) -> i32 {
        i32::from_be_bytes(self.array::<AT, 4>())
    }

    /// The unsigned 64-bit integer at `AT`.
    #[inline]
    #[must_use]
    pub fn u64<const AT: usize>(self) -> u64 {
        u64::from_be_bytes(self.array::<AT, 8>())
    }

    /// The signed 64-bit integer at `AT`.
    #[inline]
    #[must_use]
    pub fn i64<const AT: usize>(self) -> i64 {
        i64::from_be_bytes(self.array::<AT, 8>())
    }

    /// The semisigned 8-bit integer at `AT`.
    #[inline]
    #[must_use]
    pub fn semi8<const AT: usize>(self) -> Semi8 {
        Semi8::from_bits(self.u8::<AT>())
    }

    /// The semisigned 32-bit integer at `AT`.
    #[inline]
    #[must_use]
    pub fn semi32<const AT: usize>(self) -> Semi32 {
        Semi32::from_bits(self.u32::<AT>())
    }

    /// The semisigned 64-bit integer at `AT`.
    #[inline]
    #[must_use]
    pub fn semi64<const AT: usize>(self) -> Semi64 {
        Semi64::from_bits(self.u64::<AT>())
    }

    /// The `LEN` raw characters at `AT`.
    #[inline]
    #[must_use]
    pub fn chars<const AT: usize, const LEN: usize>(self) -> RawBytes<LEN> {
        RawBytes(self.array::<AT, LEN>())
    }
}

impl<const N: usize> FixedBytesMut<N> {
    /// All zero so far.
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "a blank run is no meaningful default"
    )]
    pub const fn new() -> Self {
        Self([0; N])
    }

    /// Writes `value` at `AT`.
    #[inline]
    pub fn put<const AT: usize, const LEN: usize>(&mut self, value: &impl Fixed<LEN>) {
        const { assert!(AT + LEN <= N, "the field lies outside the run") };
        self.0[AT..AT + LEN].copy_from_slice(&value.to_run());
    }

    /// The bytes made.
    #[must_use]
    pub const fn finish(self) -> [u8; N] {
        self.0
    }
}

macro_rules! fixed_integer {
    ($($integer:ident $size:literal)*) => {$(
        impl Fixed<$size> for $integer {
            #[inline]
            fn from_run(run: FixedBytes<'_, $size>) -> Self {
                Self::from_be_bytes(*run.0)
            }

            #[inline]
            fn to_run(&self) -> [u8; $size] {
                self.to_be_bytes()
            }
        }
    )*};
}

fixed_integer!(u8 1 i8 1 u32 4 i32 4 u64 8 i64 8);

macro_rules! fixed_semi {
    ($($semi:ident $size:literal $bits:ident)*) => {$(
        impl Fixed<$size> for $semi {
            #[inline]
            fn from_run(run: FixedBytes<'_, $size>) -> Self {
                Self::from_bits($bits::from_run(run))
            }

            #[inline]
            fn to_run(&self) -> [u8; $size] {
                self.to_bits().to_be_bytes()
            }
        }
    )*};
}

fixed_semi!(Semi8 1 u8 Semi32 4 u32 Semi64 8 u64);

impl<const N: usize> Fixed<N> for RawBytes<N> {
    #[inline]
    fn from_run(run: FixedBytes<'_, N>) -> Self {
        Self(*run.0)
    }

    #[inline]
    fn to_run(&self) -> [u8; N] {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_was_put() {
        let mut run = FixedBytesMut::<29>::new();
        run.put::<0, 4>(&0x0102_0304_u32);
        run.put::<4, 8>(&-2_i64);
        run.put::<12, 1>(&7_u8);
        run.put::<13, 4>(&Semi32::NONE);
        run.put::<17, 4>(&RawBytes(*b"TP03"));
        run.put::<21, 8>(&Semi64::from_bits(9));
        let bytes = run.finish();
        assert_eq!(bytes[..6], [1, 2, 3, 4, 0xff, 0xff]);
        let run = FixedBytes::new(&bytes);
        assert_eq!(run.u32::<0>(), 0x0102_0304);
        assert_eq!(run.i64::<4>(), -2);
        assert_eq!(run.u8::<12>(), 7);
        assert_eq!(run.semi32::<13>(), Semi32::NONE);
        assert_eq!(run.chars::<17, 4>(), RawBytes(*b"TP03"));
        assert_eq!(run.sub::<17, 12>().semi64::<4>().get(), Some(9));
    }
}
