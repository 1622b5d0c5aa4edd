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

/// One object with everything.
pub(super) fn json(report: &Report) -> String {
    super::pretty(&Document {
        findings: report.findings().collect(),
        counts: Counts {
            error: report.count(Severity::Error),
            warning: report.count(Severity::Warning),
            note: report.count(Severity::Note),
        },
        allowed: report.allowed(),
    })
}
