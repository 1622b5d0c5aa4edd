//! The last program of `cargo test --workspace`: what was skipped in all of them.
//!
//! Cargo runs packages and the tests of a package by their names, and no name of ours comes later.

fn main() {
    print!("\n{}", tp_test_components::skipped());
}
