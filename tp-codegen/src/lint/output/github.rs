//! Findings for GitHub Actions, which shows them beside the lines of a pull request.
//!
//! Source: GitHub Actions, workflow commands: `::error file=…,line=…::message`.

use crate::lint::report::{Finding, Report};
use crate::lint::rule::Severity;

impl Report {
    /// Workflow commands of GitHub Actions, one line a finding.
    #[must_use]
    pub fn github(&self) -> String {
        self.findings().map(command).collect()
    }
}

fn command(finding: &Finding) -> String {
    let command = match finding.severity {
        Severity::Note => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let primary = &finding.primary;
    let mut properties = vec![
        ("file", finding.file.clone()),
        ("line", primary.line.to_string()),
        ("endLine", primary.end_line.to_string()),
    ];
    // Columns count within one line only.
    if primary.line == primary.end_line {
        properties.push(("col", primary.column.to_string()));
        properties.push(("endColumn", primary.end_column.to_string()));
    }
    properties.push(("title", format!("{} ({})", finding.rule, finding.place)));
    let properties: Vec<_> = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", property(value)))
        .collect();
    let message = match &finding.help {
        Some(help) => format!("{}\n{help}", finding.message),
        None => finding.message.clone(),
    };
    format!("::{command} {}::{}\n", properties.join(","), data(&message))
}

/// Text behind the `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, which commas and colons would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("50%, a:b\r\nc"), "50%25, a:b%0D%0Ac");
        assert_eq!(property("50%, a:b\nc"), "50%25%2C a%3Ab%0Ac");
    }
}
