//! Numbers that look random and are the same for the same seed.

/// SplitMix64: small, fast, and good enough to place stars.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `end`; 0 if there is none.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        let end = u64::from(end);
        let wide = (self.next() >> 32).wrapping_mul(end);
        u32::try_from(wide >> 32).unwrap_or_default()
    }

    /// A number from `-reach` to `reach`.
    pub(crate) fn around(&mut self, reach: i64) -> i64 {
        let width = reach.unsigned_abs().saturating_mul(2).saturating_add(1);
        let offset = self.next().checked_rem(width).unwrap_or_default();
        i64::try_from(offset)
            .unwrap_or_default()
            .saturating_sub(reach)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_for_the_same_seed_and_within_bounds() {
        let (mut one, mut two) = (Random::new(7), Random::new(7));
        for _ in 0..1000 {
            assert_eq!(one.next(), two.next());
            assert!(one.below(10) < 10);
            assert!(one.around(5).abs() <= 5);
            two = one.clone();
        }
        assert_ne!(Random::new(7).next(), Random::new(8).next());
        assert_eq!(one.below(0), 0);
    }
}
