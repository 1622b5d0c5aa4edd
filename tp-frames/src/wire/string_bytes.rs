//! The bytes of a string.

use alloc::vec::Vec;

/// How many bytes stand in place of a vector, so that names need no memory of their own: all that
/// is left of its room beside what tells the two apart, but for one that says how many they are.
const SHORT: usize = 15;

/// The bytes of a string, of no more size than a vector.
pub(super) enum StringBytes {
    Long(Vec<u8>),
    /// Behind the bytes and what is left of their room, how many they are.
    Short([u8; SHORT + 1]),
}

/// A copy is short if it can be.
impl Clone for StringBytes {
    fn clone(&self) -> Self {
        match self {
            Self::Long(bytes) => Self::copy(bytes),
            Self::Short(bytes) => Self::Short(*bytes),
        }
    }
}

impl StringBytes {
    /// A copy of these bytes.
    pub(super) fn copy(bytes: &[u8]) -> Self {
        match u8::try_from(bytes.len()) {
            Ok(length) if bytes.len() <= SHORT => {
                let mut short = [0; SHORT + 1];
                if let Some(room) = short.get_mut(..bytes.len()) {
                    room.copy_from_slice(bytes);
                }
                let [.., last] = &mut short;
                *last = length;
                Self::Short(short)
            }
            _ => Self::Long(bytes.to_vec()),
        }
    }

    #[inline]
    pub(super) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Long(bytes) => bytes,
            Self::Short([bytes @ .., length]) => bytes.get(..usize::from(*length)).unwrap_or(bytes),
        }
    }

    pub(super) fn into_vec(self) -> Vec<u8> {
        match self {
            Self::Long(bytes) => bytes,
            short @ Self::Short(_) => short.as_slice().to_vec(),
        }
    }

    /// Appends bytes.
    pub(super) fn extend(&mut self, more: &[u8]) {
        match self {
            Self::Long(bytes) => bytes.extend_from_slice(more),
            short @ Self::Short(_) => *short = Self::Long([short.as_slice(), more].concat()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TpString;

    #[test]
    fn strings_of_every_length_are_what_they_are_made_of() {
        assert_eq!(size_of::<TpString>(), size_of::<Vec<u8>>());
        assert_eq!(size_of::<Option<TpString>>(), size_of::<Vec<u8>>());
        for length in 0..40_u8 {
            let bytes: Vec<u8> = (0..length).collect();
            let copied = TpString::from(bytes.as_slice());
            let given = TpString::from_bytes(bytes.clone());
            assert_eq!(copied.as_bytes(), bytes);
            assert_eq!(copied, given);
            assert_eq!(copied.cmp(&given), core::cmp::Ordering::Equal);
            assert_eq!(copied.clone().into_bytes(), given.into_bytes());
            let mut longer = copied.clone();
            longer.extend(["abc", "d"]);
            assert_eq!(longer.as_bytes(), [bytes.as_slice(), b"abcd"].concat());
            assert!(longer > copied && longer != copied);
        }
    }

    #[test]
    fn short_strings_take_no_memory_of_their_own() {
        let longest = StringBytes::copy(&[1; SHORT]);
        assert!(matches!(longest, StringBytes::Short(_)));
        let longer = StringBytes::copy(&[1; SHORT + 1]);
        assert!(matches!(longer, StringBytes::Long(_)));
        let given = StringBytes::Long(Vec::from([1]));
        let copied = given.clone();
        assert!(matches!(copied, StringBytes::Short([1, .., 1])));
    }
}
