//! Finds the programs of the machine that tests run against: openssl, tshark, a browser; and gives
//! a test a network of its own, or the smallest client.
//!
//! A test without its component skips, and the end of `cargo test --workspace` lists it with what to
//! install. Where the variable [`MUST_RUN`] is set, as CI does, it fails instead: a test that skips
//! proves nothing.
//!
//! ```
//! let Some(shell) = tp_test_components::program("sh") else {
//!     return;
//! };
//! assert!(shell.is_absolute());
//! ```

mod browser;
#[cfg(feature = "client")]
mod client;
mod namespace;
mod skipped;

use std::env;
use std::path::PathBuf;

pub use browser::{Page, browse};
#[cfg(feature = "client")]
pub use client::Client;
pub use namespace::alone;
pub use skipped::skipped;

/// The environment variable that makes a skip a failure.
pub const MUST_RUN: &str = "TP_TESTS_MUST_RUN";

/// Programs, and the Debian package of each.
const PACKAGES: &str = include_str!("../packages.txt");

/// Where daemons are that a plain user's `PATH` leaves out.
const SYSTEM: [&str; 2] = ["/usr/sbin", "/sbin"];

/// The full path of a program, or nothing if the test has to skip.
///
/// # Panics
///
/// It is missing and [`MUST_RUN`] is set.
#[must_use]
pub fn program(name: &str) -> Option<PathBuf> {
    let found = find(name);
    if found.is_none() {
        skip(&format!("{name} is not installed"));
    }
    found
}

fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(SYSTEM.map(PathBuf::from));
    folders
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// The Debian package of a program.
fn package(name: &str) -> Option<&'static str> {
    let lines = PACKAGES.lines().filter(|line| !line.starts_with('#'));
    let mut lines = lines.map(str::split_whitespace);
    lines.find_map(|mut line| (line.next()? == name).then(|| line.next())?)
}

/// Says why a test cannot run here; the test returns next.
///
/// # Panics
///
/// [`MUST_RUN`] is set.
#[expect(clippy::panic, reason = "how a test fails")]
pub fn skip(reason: &str) {
    if env::var_os(MUST_RUN).is_some() {
        panic!("{reason}, and {MUST_RUN} is set");
    }
    skipped::note(reason);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_where_it_is() {
        assert!(program("sh").is_some_and(|path| path.is_file()));
    }

    #[test]
    fn a_missing_program_skips_or_fails() {
        let missing = std::panic::catch_unwind(|| program("no-such-program-of-tp"));
        match env::var_os(MUST_RUN) {
            Some(_) => assert!(missing.is_err()),
            None => assert!(missing.is_ok_and(|path| path.is_none())),
        }
    }
}
