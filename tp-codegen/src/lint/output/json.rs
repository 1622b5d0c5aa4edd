//! Findings for programs.

use serde::Serialize;

use crate::lint::report::{Finding, Report};
use crate::lint::rule::Severity;

#[derive(Serialize)]
struct Document<'r> {
    findings: Vec<&'r Finding>,
    counts: Counts,
    allowed: usize,
}

#[derive(Serialize)]
struct Counts {
    error: usize,
    warning: usize,
    note: usize,
}

impl Report {
    /// One JSON object: `findings`, `counts` by severity, and `allowed`.
    #[must_use]
    pub fn json(&self) -> String {
        super::pretty(&Document {
            findings: self.findings().collect(),
            counts: Counts {
                error: self.count(Severity::Error),
                warning: self.count(Severity::Warning),
                note: self.count(Severity::Note),
            },
            allowed: self.allowed(),
        })
    }
}
