//! Some seeds in every run of the tests; the command runs as many as you like.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a simulation that panics has failed"
)]

use tp_simulation::run;

#[test]
fn no_seed_breaks_an_invariant() {
    for seed in 1..=60 {
        let outcome = run(seed, false);
        if let Some(violation) = outcome.violation {
            panic!("seed {seed}, {violation}");
        }
    }
}

#[test]
fn a_seed_comes_to_the_same_each_time() {
    for seed in 1001..=1012 {
        assert_eq!(run(seed, false), run(seed, false), "seed {seed}");
    }
}
