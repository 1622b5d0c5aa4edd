//! The last program of `cargo test --workspace`: what was skipped in all of them.
//!
//! Cargo runs packages and the tests of a package by their names, and no name of ours comes later.

fn main() {
    // Programs that run tests in their own way ask first which there are.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    print!("\n{}", tp_test_components::skipped());
}
