//! The generated code in this repository is what the schemas say.

use std::path::Path;
use std::process::Command;

#[test]
fn checked_in_code_is_up_to_date() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    if !workspace.join("tp-frames/codegen.toml").exists() {
        // The crate was taken out of its repository.
        return;
    }
    let output = Command::new(env!("CARGO_BIN_EXE_tp-codegen"))
        .args(["generate", "--check"])
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
