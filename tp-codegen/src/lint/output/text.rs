//! Findings as a compiler prints them.

use annotate_snippets::Level;

use crate::diagnostic::render::{Shown, render};
use crate::lint::report::Report;
use crate::lint::rule::Severity;

impl Report {
    /// The findings as a compiler prints them and a line that counts them, with ANSI colours if
    /// `color`.
    #[must_use]
    pub fn text(&self, color: bool) -> String {
        let mut text = String::new();
        for file in &self.files {
            let shown = file.findings.iter().map(|finding| Shown {
                level: match finding.severity {
                    Severity::Note => Level::NOTE,
                    Severity::Warning => Level::WARNING,
                    Severity::Error => Level::ERROR,
                },
                id: Some(finding.rule),
                message: &finding.message,
                primary: &finding.primary,
                related: &finding.related,
                help: finding.help.as_deref(),
            });
            let rendered = render(&file.source, shown, color);
            if !rendered.is_empty() {
                text += &rendered;
                text += "\n\n";
            }
        }
        text + &summary(self)
    }
}

fn summary(report: &Report) -> String {
    let number = |count: usize, noun: &str| match count {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    };
    let counts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Note]
        .into_iter()
        .map(|severity| (report.count(severity), severity.to_string()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| number(count, &noun))
        .collect();
    let counts = match counts.as_slice() {
        [] => "nothing found".to_owned(),
        counts => counts.join(", "),
    };
    let files = number(report.files.len(), "file");
    format!("{files}: {counts}, {} allowed\n", report.allowed())
}
