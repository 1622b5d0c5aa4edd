//! `tp decode`, run on captures made here: what it prints, counts and exits with.

mod capture;
mod failures;
mod json;
mod padding;
mod parameters;
mod secrets;
mod text;

use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use crate::program::{Run, command};
use capture::Capture;

impl Run {
    /// The last line of output.
    fn summary(&self) -> &str {
        self.stdout.lines().last().unwrap()
    }

    /// All lines of output but the last.
    fn shown(&self) -> &str {
        let end = format!("{}\n", self.summary());
        self.stdout.strip_suffix(&end).unwrap()
    }

    /// The lines of JSON.
    fn json(&self) -> Vec<Value> {
        crate::program::json(self.shown())
    }

    /// Everything went well, and the counts are these.
    #[track_caller]
    fn assert_fine(&self, summary: &str) {
        assert_eq!(
            (self.stderr.as_str(), self.summary(), self.code),
            ("", summary, Some(0))
        );
    }
}

/// Runs `tp decode -` with `options`.
fn decode(options: &[&str], capture: &Capture) -> Run {
    decode_bytes(options, capture.text.as_bytes())
}

/// Runs `tp decode -` on any bytes.
fn decode_bytes(options: &[&str], capture: &[u8]) -> Run {
    let mut child = command(&["decode", "-"])
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
