//! Reports for people, programs, code scanners and GitHub.

mod github;
mod json;
mod sarif;
mod text;

use serde::Serialize;

use super::report::Report;

impl Report {
    /// The findings as a compiler prints them and a line that counts them, with ANSI colours if
    /// `color`.
    #[must_use]
    pub fn text(&self, color: bool) -> String {
        text::text(self, color)
    }

    /// One JSON object: `findings`, `counts` by severity, and `allowed`.
    #[must_use]
    pub fn json(&self) -> String {
        json::json(self)
    }

    /// A SARIF 2.1.0 log of one run.
    #[must_use]
    pub fn sarif(&self) -> String {
        sarif::sarif(self)
    }

    /// Workflow commands of GitHub Actions, one line a finding.
    #[must_use]
    pub fn github(&self) -> String {
        github::github(self)
    }
}

/// A document as indented JSON, ending in a line break.
fn pretty(document: &impl Serialize) -> String {
    // Plain structs of text and numbers can always be written.
    let text = serde_json::to_string_pretty(document).unwrap_or_default();
    text + "\n"
}
