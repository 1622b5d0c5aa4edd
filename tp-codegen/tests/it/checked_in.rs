//! The schemas of this repository are clean, and the generated code is what they say.

use crate::expected;
use crate::program::run_at;

/// Runs the program on the plan of this repository.
fn succeeds(arguments: &[&str]) {
    let workspace = expected::top();
    if !workspace.join("tp-frames/codegen.toml").exists() {
        // The crate was taken out of its repository.
        return;
    }
    run_at(&workspace, arguments, "").ends(0);
}

#[test]
fn checked_in_code_is_up_to_date() {
    succeeds(&["generate", "--check"]);
}

#[test]
fn nothing_is_found_in_the_schemas() {
    succeeds(&["lint", "--fail-on", "note"]);
}
