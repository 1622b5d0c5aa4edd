//! Semisigned integers: unsigned, but all bits one mean −1, "none".

use core::cmp::Ordering;
use core::fmt;
use core::num::ParseIntError;
use core::str::FromStr;

macro_rules! semi {
    ($($(#[$doc:meta])* $name:ident($bits:ident, $wide:ident);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name($bits);

        impl $name {
            /// −1 on the wire: none, unknown, "append", "all", whatever the field says.
            pub const NONE: Self = Self($bits::MAX);

            /// A number; the one pattern that means −1 becomes [`NONE`](Self::NONE).
            #[must_use]
            pub const fn from_bits(bits: $bits) -> Self {
                Self(bits)
            }

            /// The bits as they travel.
            #[must_use]
            pub const fn to_bits(self) -> $bits {
                self.0
            }

            /// The number, if it is one.
            #[must_use]
            pub const fn get(self) -> Option<$bits> {
                match self.0 {
                    $bits::MAX => None,
                    number => Some(number),
                }
            }

            /// Returns `true` if it is −1.
            #[must_use]
            pub const fn is_none(&self) -> bool {
                self.0 == $bits::MAX
            }
        }

        impl Default for $name {
            /// −1: "none", "all", "append", what these fields say where nobody says more.
            fn default() -> Self {
                Self::NONE
            }
        }

        impl From<Option<$bits>> for $name {
            fn from(number: Option<$bits>) -> Self {
                number.map_or(Self::NONE, Self)
            }
        }

        impl From<$bits> for $name {
            fn from(number: $bits) -> Self {
                Self(number)
            }
        }

        impl From<$name> for Option<$bits> {
            fn from(semi: $name) -> Self {
                semi.get()
            }
        }

        impl From<$name> for $wide {
            /// −1, or the number.
            fn from(semi: $name) -> Self {
                semi.get().map_or(-1, $wide::from)
            }
        }

        impl TryFrom<$wide> for $name {
            type Error = core::num::TryFromIntError;

            /// Takes −1 and every number but the one pattern that means −1.
            fn try_from(number: $wide) -> Result<Self, Self::Error> {
                match number {
                    -1 => Ok(Self::NONE),
                    number if number == $wide::from($bits::MAX) => {
                        // There is no other way to make this error.
                        $bits::try_from(-1_i8).map(Self)
                    }
                    number => $bits::try_from(number).map(Self),
                }
            }
        }

        impl Ord for $name {
            /// −1 comes before every number.
            fn cmp(&self, other: &Self) -> Ordering {
                self.get().cmp(&other.get())
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            /// Reads −1 and every number but the one pattern that means −1.
            fn from_str(text: &str) -> Result<Self, ParseIntError> {
                if text == "-1" {
                    return Ok(Self::NONE);
                }
                match text.parse()? {
                    // There is no other way to make this error.
                    $bits::MAX => "256".parse::<u8>().map(|_| Self::NONE),
                    number => Ok(Self(number)),
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&$wide::from(*self), f)
            }
        }
    )*};
}

semi! {
    /// −1, or 0 to 254, in 8 bits.
    Semi8(u8, i16);
    /// −1, or 0 to 2³²−2, in 32 bits.
    ///
    /// ```
    /// use tp_frames::{Semi32, game};
    ///
    /// // "Append" is −1, and what nobody says.
    /// let mut message = game::PostMessage { id: 0, ..Default::default() };
    /// assert_eq!(message.slot, Semi32::NONE);
    /// assert_eq!(message.slot.get(), None);
    /// message.slot = 2.into();
    /// assert_eq!(message.slot.get(), Some(2));
    /// assert_eq!(i64::from(Semi32::NONE), -1);
    /// ```
    Semi32(u32, i64);
    /// −1, or 0 to 2⁶⁴−2, in 64 bits.
    Semi64(u64, i128);
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn only_all_ones_is_none() {
        assert_eq!(Semi32::from_bits(0x8000_0000).get(), Some(2_147_483_648));
        assert_eq!(Semi32::from_bits(u32::MAX - 1).get(), Some(4_294_967_294));
        assert_eq!(Semi32::from_bits(u32::MAX), Semi32::NONE);
        assert_eq!(i64::from(Semi32::NONE), -1);
        assert_eq!(Semi64::try_from(-1_i128), Ok(Semi64::NONE));
        assert!(Semi64::try_from(-2_i128).is_err());
        assert!(Semi32::try_from(i64::from(u32::MAX)).is_err());
    }

    #[test]
    fn none_is_the_least_and_text_reads_back() {
        let sorted = [Semi8::NONE, 0.into(), 254.into()];
        assert!(sorted.is_sorted());
        for semi in sorted {
            assert_eq!(semi.to_string().parse(), Ok(semi));
        }
        for text in ["255", "-2", "256", "", "+-1"] {
            assert!(text.parse::<Semi8>().is_err(), "{text}");
        }
    }
}
