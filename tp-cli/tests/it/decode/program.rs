//! The program under test.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::capture::Capture;

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code(),
        }
    }
}

impl Run {
    /// The last line of output.
    pub(crate) fn summary(&self) -> &str {
        self.stdout.lines().last().unwrap()
    }

    /// All lines of output but the last.
    pub(crate) fn shown(&self) -> &str {
        self.stdout
            .strip_suffix(&format!("{}\n", self.summary()))
            .unwrap()
    }

    /// The lines of JSON.
    pub(crate) fn json(&self) -> Vec<Value> {
        self.shown()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Everything went well, and the counts are these.
    #[track_caller]
    pub(crate) fn assert_fine(&self, summary: &str) {
        assert_eq!(
            (self.stderr.as_str(), self.summary(), self.code),
            ("", summary, Some(0))
        );
    }
}

/// The program, not run yet.
pub(crate) fn tp(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tp"));
    command.args(arguments);
    command
}

/// Runs `tp decode -` with `options`.
pub(crate) fn decode(options: &[&str], capture: &Capture) -> Run {
    decode_bytes(options, capture.text.as_bytes())
}

/// Runs `tp decode -` on any bytes.
pub(crate) fn decode_bytes(options: &[&str], capture: &[u8]) -> Run {
    let mut child = tp(&["decode", "-"])
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(capture).unwrap());
        child.wait_with_output().unwrap().into()
    })
}
