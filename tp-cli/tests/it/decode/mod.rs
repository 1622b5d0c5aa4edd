//! `tp decode`, run on captures made here: what it prints, counts and exits with.

mod capture;
mod failures;
mod filters;
mod json;
pub(crate) mod packets;
mod padding;
mod parameters;
#[allow(dead_code, reason = "unit tests use more of it")]
mod pcap;
mod secrets;
mod text;

use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;

use crate::program::{Run, command};
use capture::Capture;

impl Run {
    /// The counts: the last line of text, or where notes are if JSON is printed.
    fn summary(&self) -> &str {
        let last = |lines: &str| lines.lines().last().unwrap_or_default().len();
        let (text, notes) = (&*self.stdout, &*self.stderr);
        let all = match text.lines().last() {
            Some(line) if line.starts_with("frames ") => text,
            _ => notes,
        };
        let end = all.trim_end_matches('\n');
        &end[end.len() - last(all)..]
    }

    /// All lines of output but the counts.
    fn shown(&self) -> &str {
        let end = format!("{}\n", self.summary());
        self.stdout.strip_suffix(&end).unwrap_or(&self.stdout)
    }

    /// All that is told on standard error but the counts.
    fn notes(&self) -> &str {
        let end = format!("{}\n", self.summary());
        self.stderr.strip_suffix(&end).unwrap_or(&self.stderr)
    }

    /// The lines of JSON.
    fn json(&self) -> Vec<Value> {
        crate::program::json(self.shown())
    }

    /// Everything went well, and the counts are these.
    #[track_caller]
    fn assert_fine(&self, summary: &str) {
        assert_eq!(
            (self.notes(), self.summary(), self.code),
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
        // It may end before it has read all.
        scope.spawn(move || stdin.write_all(capture));
        child.wait_with_output().unwrap().into()
    })
}
