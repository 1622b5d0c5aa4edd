//! The numbers that pair replies with requests.

use std::num::NonZeroU32;

/// Counts sequence numbers: never 0, which marks frames nobody asked for.
#[derive(Debug)]
pub(crate) struct Sequence {
    next: NonZeroU32,
    /// Numbers have been given before, so that one may still wait for its answer.
    wrapped: bool,
}

impl Sequence {
    /// The first number given is `first`.
    pub(crate) const fn starting_at(first: NonZeroU32) -> Self {
        Self {
            next: first,
            wrapped: false,
        }
    }

    /// The next number that `taken` does not claim; `taken` is asked only when numbers come a
    /// second time.
    pub(crate) fn next(&mut self, taken: impl Fn(u32) -> bool) -> u32 {
        loop {
            let number = self.next.get();
            let (next, wraps) = match self.next.checked_add(1) {
                Some(next) => (next, false),
                None => (NonZeroU32::MIN, true),
            };
            let given = self.wrapped && taken(number);
            self.next = next;
            self.wrapped |= wraps;
            if !given {
                return number;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrap_skips_zero_and_what_is_taken() {
        let mut sequence = Sequence::starting_at(NonZeroU32::MAX);
        assert_eq!(sequence.next(|_| false), u32::MAX);
        assert_eq!(sequence.next(|number| number < 3), 3);
        assert_eq!(sequence.next(|_| false), 4);
    }
}
