//! tp-frames works without `std`: `tests/no_std` is a static library with a panic handler and an
//! allocator of its own that only builds as long as `std` stays out; so it is built here, and
//! seen not to build when `std` comes in: `cargo test -p tp-tests --test no_std`.
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::path::PathBuf;
use std::process::{Command, Output};

fn build(features: &str) -> Output {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let proof = root.join("no_std");
    // The versions of this workspace, which are certainly here, so that no network is needed.
    std::fs::copy(root.join("../Cargo.lock"), proof.join("Cargo.lock")).unwrap();
    Command::new(env!("CARGO"))
        .args([
            "build",
            "--offline",
            "--color=never",
            "--features",
            features,
        ])
        .arg("--manifest-path")
        .arg(proof.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(folder())
        // Flags for this build, such as coverage, want `std`.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .unwrap()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("no_std")
}

/// Links the library to a program in C, and nothing else, and runs it.
#[cfg(target_os = "linux")]
fn run() {
    let program = folder().join("program");
    let linked = Command::new("cc")
        .arg(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("no_std/main.c"))
        .arg(folder().join("debug/libtp_no_std.a"))
        .arg("-o")
        .arg(&program)
        .output()
        .unwrap();
    assert!(
        linked.status.success(),
        "{}",
        String::from_utf8_lossy(&linked.stderr)
    );
    let ran = Command::new(&program).status().unwrap();
    assert_eq!(
        ran.code(),
        Some(0),
        "see `tp_no_std_check` for what the number means"
    );
}

#[test]
fn a_library_without_std_builds_and_one_with_it_does_not() {
    let without = build("");
    let said = String::from_utf8_lossy(&without.stderr);
    assert!(without.status.success(), "{said}");
    #[cfg(target_os = "linux")]
    run();

    for leak in ["leak-std", "leak-feature"] {
        let with = build(leak);
        let said = String::from_utf8_lossy(&with.stderr);
        assert!(
            !with.status.success(),
            "{leak} builds, so this test proves nothing"
        );
        assert!(
            said.contains("panic_impl"),
            "{leak} fails for another reason:\n{said}"
        );
    }
}
