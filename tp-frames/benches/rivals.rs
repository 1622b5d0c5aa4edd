//! Runs the tables beside other codecs.
//!
//! They are a package of their own, so that the tests of this one need not build what the other
//! codecs depend on.
#![allow(missing_docs, reason = "nobody depends on a benchmark")]

use std::process::{Command, exit};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo test --benches` runs benchmarks too, and asks for no figures.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args([
            "run",
            "--quiet",
            "--profile",
            "bench",
            "--package",
            "tp-rivals",
            "--",
        ])
        .args(arguments)
        .status();
    exit(match status {
        Ok(status) if status.success() => 0,
        _ => 1,
    });
}
