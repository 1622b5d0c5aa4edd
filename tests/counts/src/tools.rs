//! What counts: valgrind for instructions, strace for system calls; and what they have counted.

use std::ffi::OsString;
use std::path::Path;
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

/// A command that runs `subject` under valgrind and leaves in the file how many instructions each
/// call of a function took. It is named with the last of its modules, and is not inlined.
#[must_use]
pub fn calls_of(function: &str, subject: &Path, file: &Path) -> Command {
    let mut out = OsString::from("--callgrind-out-file=");
    out.push(file);
    let mut command = Command::new(Tool::Callgrind.program());
    command.args(["--quiet", "--tool=callgrind", "--combine-dumps=yes"]);
    command.arg(out);
    command.arg(format!("--toggle-collect=*{function}*"));
    // A pattern takes only one option, so this is another for the same function.
    command.arg(format!("--dump-after=*::{function}*"));
    command.arg(subject);
    command
}

/// What is in such a file, in the order of the calls. What came behind the last call is left out.
#[must_use]
pub fn parts(file: &str) -> Vec<u64> {
    let totals = file
        .lines()
        .filter_map(|line| line.strip_prefix("totals: "));
    let mut parts: Vec<u64> = totals.filter_map(|it| it.trim().parse().ok()).collect();
    parts.pop();
    parts
}

/// The instructions in callgrind's log: `==7== Collected : 126757`.
fn collected(log: &str) -> Option<u64> {
    let (_, collected) = log.rsplit_once("Collected :")?;
    collected.lines().next()?.trim().parse().ok()
}

/// The calls in strace's table, whose last line is their sum: `100.00 0.00 0 29 1 total`. The
/// column of errors is blank if there were none.
fn calls(table: &str) -> Option<u64> {
    let total = table
        .lines()
        .find(|line| line.trim_end().ends_with(" total"))?;
    total.split_whitespace().nth(3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_of_callgrind_is_read() {
        let log = "\
            ==7== Callgrind, a call-graph generating cache profiler\n\
            ==7== Events    : Ir\n\
            ==7== Collected : 126757\n\
            ==7== \n\
            ==7== I   refs:      126,757\n";
        assert_eq!(Tool::Callgrind.total(log), Some(126_757));
        assert_eq!(Tool::Callgrind.total("==7== Events    : Ir\n"), None);
    }

    #[test]
    fn the_parts_of_callgrind_are_read() {
        let file = "\
            part: 1\nsummary: 44\n\nfn=(1) measured\n0 44\n\ntotals: 44\n\
            part: 2\nsummary: 55\n\nfn=(1)\n0 55\n\ntotals: 55\n\
            part: 3\nsummary: 7\n\ntotals: 7\n";
        assert_eq!(parts(file), [44, 55]);
        assert!(parts("").is_empty());
    }

    #[test]
    fn the_total_of_strace_is_read() {
        let table = |errors: &str| {
            format!(
                "% time     seconds  usecs/call     calls    errors syscall\n\
                ------ ----------- ----------- --------- --------- ----------------\n\
                 12.33    0.005351          43       122           sendto\n\
                  0.01    0.000003           3         1           total_of_another_name\n\
                ------ ----------- ----------- --------- --------- ----------------\n\
                100.00    0.043392          32      1319 {errors:>9} total\n"
            )
        };
        assert_eq!(Tool::Strace.total(&table("2")), Some(1319));
        assert_eq!(Tool::Strace.total(&table("")), Some(1319));
        assert_eq!(Tool::Strace.total("strace: ptrace: not permitted\n"), None);
    }
}
