//! What was skipped, told at the end: cargo shows nothing that a test which passes has printed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, thread};

use super::{find, package};

/// Keeps the reason of the test that runs, for the list at the end.
pub(super) fn note(reason: &str) {
    let test = thread::current().name().unwrap_or("a test").to_owned();
    let list = fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(list());
    // A list that cannot be written is no reason to fail.
    let _ = list.and_then(|mut list| list.write_all(format!("{reason}\t{test}\n").as_bytes()));
}

/// Beside the programs of the tests, wherever they were built.
fn list() -> PathBuf {
    let program = env::current_exe().unwrap_or_default();
    let folder = program.parent().unwrap_or(Path::new("."));
    folder.join("skipped-tests.txt")
}

/// Takes the list of the tests that were skipped, and says what to install for them.
#[must_use]
pub fn skipped() -> String {
    let list = list();
    let noted = fs::read_to_string(&list).unwrap_or_default();
    // What is not there need not be removed.
    let _ = fs::remove_file(list);
    told(&noted)
}

fn told(noted: &str) -> String {
    let mut tests: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut packages: Vec<&str> = Vec::new();
    for (reason, test) in noted.lines().filter_map(|line| line.split_once('\t')) {
        let missing = reason.strip_suffix(" is not installed");
        // It was skipped in an earlier run, and the program has been installed since.
        if missing.is_some_and(|program| find(program).is_some()) {
            continue;
        }
        packages.extend(missing.and_then(package));
        tests.entry(reason).or_default().push(test);
    }
    packages.sort_unstable();
    packages.dedup();
    let mut told = String::new();
    for (reason, tests) in &mut tests {
        tests.sort_unstable();
        tests.dedup();
        let _ = writeln!(told, "  {reason}: {}", tests.join(", "));
    }
    if told.is_empty() {
        return "no test was skipped\n".to_owned();
    }
    told.insert_str(0, "skipped, for what this machine lacks:\n");
    if !packages.is_empty() {
        let _ = writeln!(told, "to run them: apt-get install {}", packages.join(" "));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_skipped_is_told_once_with_what_to_install() {
        let noted = "\
            no network namespace can be made here\tzeroconf::one\n\
            sh is not installed\tinstalled::since\n\
            no-such-program is not installed\tb\n\
            no-such-program is not installed\ta\n\
            no-such-program is not installed\tb\n";
        let wanted = "\
            skipped, for what this machine lacks:\n\
            \x20 no network namespace can be made here: zeroconf::one\n\
            \x20 no-such-program is not installed: a, b\n";
        assert_eq!(told(noted), wanted);
        assert_eq!(told(""), "no test was skipped\n");
    }

    #[test]
    fn every_program_has_a_package() {
        assert_eq!(package("avahi-browse"), Some("avahi-utils"));
        assert_eq!(package("#"), None);
    }
}
