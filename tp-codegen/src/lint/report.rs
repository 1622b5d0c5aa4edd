//! What was found, ready to be printed or handed to a program.

use serde::Serialize;

use super::rule::{Category, Rule, Severity};
use crate::diagnostic::{self, Label, label};
use crate::{Diagnostics, Source};

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The name of the rule, or the code of a mistake the compiler refuses.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about.
    pub category: Category,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Name of the file.
    pub file: String,
    /// What it is in: names joined by dots, such as `Fail.code.Gone`; `protocol` for the whole.
    pub place: String,
    /// Where it is.
    #[serde(flatten)]
    pub primary: Label,
    /// Other places that have to do with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Label>,
    /// A likely fix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// What was found in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// What the file says.
    pub source: Source,
    /// What was found in it, in the order of the text.
    pub findings: Vec<Finding>,
    /// How many findings were allowed.
    pub allowed: usize,
}

impl File {
    pub(super) fn new(source: &Source) -> Self {
        File {
            source: source.clone(),
            findings: Vec::new(),
            allowed: 0,
        }
    }

    /// A schema with mistakes.
    pub(super) fn refused(diagnostics: &Diagnostics) -> Self {
        let mut file = File::new(diagnostics.source());
        file.findings.extend(diagnostics.iter().map(|one| Finding {
            rule: one.code.name(),
            severity: Severity::Error,
            category: Category::Schema,
            message: one.message.clone(),
            file: one.file.clone(),
            place: "protocol".to_owned(),
            primary: one.primary.clone(),
            related: one.related.clone(),
            help: one.help.clone(),
        }));
        file
    }

    pub(super) fn add(&mut self, finding: diagnostic::Finding<&'static Rule>, place: String) {
        let label = |span, text| label(&self.source, span, text);
        let related = finding.related.into_iter();
        let finding = Finding {
            rule: finding.code.name,
            severity: finding.code.severity,
            category: finding.code.category,
            message: finding.message,
            file: self.source.name().to_owned(),
            place,
            primary: label(finding.span, finding.label),
            related: related.map(|(span, text)| label(span, text)).collect(),
            help: finding.help,
        };
        self.findings.push(finding);
    }
}

/// What was found, file by file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The files, in the order in which they were looked at; the plan, if something is wrong with its
    /// allow-list, comes last.
    pub files: Vec<File>,
}

impl Report {
    pub(super) fn add(&mut self, mut file: File) {
        let place = |finding: &Finding| (finding.primary.line, finding.primary.column);
        file.findings
            .sort_by(|a, b| (place(a), a.rule, &a.message).cmp(&(place(b), b.rule, &b.message)));
        self.files.push(file);
    }

    /// Every finding, file by file, in the order of the text.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.files.iter().flat_map(|file| &file.findings)
    }

    /// How many findings are of that severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings()
            .filter(|finding| finding.severity == severity)
            .count()
    }

    /// How many findings were allowed.
    #[must_use]
    pub fn allowed(&self) -> usize {
        self.files.iter().map(|file| file.allowed).sum()
    }

    /// The severity of the worst finding.
    #[must_use]
    pub fn worst(&self) -> Option<Severity> {
        self.findings().map(|finding| finding.severity).max()
    }
}
