//! Ways through space.

use proptest::prelude::*;

use super::super::*;

/// All of space, and a small part of it, where steps are short.
fn coordinate() -> impl Strategy<Value = i64> {
    prop_oneof![any::<i64>(), -9_i64..9, Just(i64::MIN), Just(i64::MAX)]
}

fn point() -> impl Strategy<Value = Vector> {
    [coordinate(), coordinate(), coordinate()].prop_map(Vector::from)
}

fn is_between(from: i64, between: i64, to: i64) -> bool {
    (from.min(to)..=from.max(to)).contains(&between)
}

proptest! {
    #[test]
    fn a_step_leads_there_and_is_no_longer_than_it_may_be(
        from in point(),
        to in point(),
        most in prop_oneof![1_u64..9, any::<u64>()],
    ) {
        let next = from.towards(to, most);
        prop_assert!(from.reaches(next, most));
        prop_assert!(is_between(from.x, next.x, to.x));
        prop_assert!(is_between(from.y, next.y, to.y));
        prop_assert!(is_between(from.z, next.z, to.z));
        prop_assert_eq!(next == to, from.reaches(to, most));
        prop_assert!(next != from || from == to || most == 0);
        prop_assert_eq!(from.towards(to, 0), from);
    }
}
