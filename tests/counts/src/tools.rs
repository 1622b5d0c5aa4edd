//! What counts: valgrind for instructions, strace for system calls; and what they have counted.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a subject runs under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// valgrind: counts the instructions of user space.
    Callgrind,
    /// strace: counts system calls.
    Strace,
}

impl Tool {
    /// The program of it.
    #[must_use]
    pub const fn program(self) -> &'static str {
        match self {
            Self::Callgrind => "valgrind",
            Self::Strace => "strace",
        }
    }

    /// A command that runs `subject` and leaves a report in the file.
    #[must_use]
    pub fn command(self, subject: &Path, report: &Path) -> Command {
        let mut command = Command::new(self.program());
        match self {
            Self::Callgrind => {
                let mut log = OsString::from("--log-file=");
                log.push(report);
                command.arg("--tool=callgrind");
                command.arg("--callgrind-out-file=/dev/null").arg(log);
            }
            Self::Strace => {
                command.args(["-f", "-c", "-o"]).arg(report);
            }
        }
        command.arg(subject);
        command
    }

    /// How many a report says there were.
    #[must_use]
    pub fn total(self, report: &str) -> Option<u64> {
        match self {
            Self::Callgrind => collected(report),
            Self::Strace => calls(report),
        }
    }
}

/// The instructions in callgrind's log: `==7== Collected : 126757`.
fn collected(log: &str) -> Option<u64> {
    let lines = log
        .lines()
        .filter_map(|line| line.split_once("Collected :"));
    lines.last()?.1.trim().parse().ok()
}

/// The calls in strace's table, whose last line is their sum: `100.00 0.00 0 29 1 total`. The
/// column of errors is blank if there were none.
fn calls(table: &str) -> Option<u64> {
    let total = table
        .lines()
        .find(|line| line.trim_end().ends_with(" total"))?;
    total.split_whitespace().nth(3)?.parse().ok()
}

/// A file for a report, of this process only.
#[must_use]
pub fn report_file() -> PathBuf {
    std::env::temp_dir().join(format!("tp-counts-{}", std::process::id()))
}
