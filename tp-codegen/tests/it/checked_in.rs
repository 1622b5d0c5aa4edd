//! The schemas of this repository are laid out and clean, and the generated code is what they say.

use std::path::Path;
use std::process::Command;

/// Runs the program on the plan of this repository.
fn succeeds(arguments: &[&str]) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if !workspace.join("tp-frames/codegen.toml").exists() {
        // The crate was taken out of its repository.
        return;
    }
    let output = Command::new(env!("CARGO_BIN_EXE_tp-codegen"))
        .args(arguments)
        .current_dir(workspace)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&text)
    );
}

#[test]
fn checked_in_code_is_up_to_date() {
    succeeds(&["generate", "--check"]);
}

#[test]
fn schemas_have_the_one_layout() {
    succeeds(&["fmt", "--check"]);
}

#[test]
fn nothing_is_found_in_the_schemas() {
    succeeds(&["lint", "--fail-on", "note"]);
}
