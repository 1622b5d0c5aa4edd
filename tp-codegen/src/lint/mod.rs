//! What a schema should not say although it may.
//!
//! The compiler refuses what cannot be right. The rules here find what most likely is not: a word
//! that is misspelt, a request nobody answers, a version note that contradicts another. Each rule
//! is an entry in a table ([`Rule::all`]) with its name, severity, category and explanation; the
//! tables stand in `rules/`, beside what checks them.
//!
//! What is right as it is can be allowed, with a reason: by a comment beside the element, or in the
//! plan ([`AllowList`]). An entry that allows nothing is a finding itself.
//!
//! ```
//! use tp_codegen::lint::{AllowList, Linter, Severity};
//! use tp_codegen::Source;
//!
//! let source = Source::new("a.xml", "<protocol version='TP04'><packet name='one'/></protocol>")?;
//! let allow = AllowList::default();
//! let mut linter = Linter::new(&allow);
//! linter.schema(&source);
//! let report = linter.finish();
//! assert_eq!(report.worst(), Some(Severity::Warning));
//! assert!(report.findings().any(|finding| finding.rule == "packet-name"));
//! println!("{}", report.text(false));
//! # Ok::<(), tp_codegen::Diagnostics>(())
//! ```

mod allow;
mod comment;
mod context;
mod output;
mod place;
mod report;
mod rule;
mod rules;

use crate::diagnostic::Findings;
use crate::{Diagnostics, Source, checked};

pub use allow::{Allow, AllowList};
pub use report::{File, Finding, Report};
pub use rule::{Category, Rule, Severity};

use context::Context;

/// Looks at schemas one after another, and in the end at the allow-list.
#[derive(Debug)]
pub struct Linter<'a> {
    allow: &'a AllowList,
    /// Which entries of the allow-list have allowed something.
    used: Vec<bool>,
    report: Report,
}

impl<'a> Linter<'a> {
    /// Nothing looked at yet.
    #[must_use]
    pub fn new(allow: &'a AllowList) -> Self {
        Linter {
            allow,
            used: vec![false; allow.entries.len()],
            report: Report::default(),
        }
    }

    /// Looks at a schema. Where it has mistakes, they are what is found.
    pub fn schema(&mut self, source: &Source) {
        self.version(source, None);
    }

    /// Looks at a schema and at what it made of that of the version before, if there is one.
    pub fn version(&mut self, source: &Source, older: Option<&Source>) {
        let (read, found) = checked(source);
        let (Some((document, schema)), true) = (&read, found.is_empty()) else {
            self.refused(&found.into_diagnostics(source));
            return;
        };

        let mut found = Findings::default();
        let older = older.map(checked).filter(|(_, found)| found.is_empty());
        let older = older.and_then(|(older, _)| older);
        let older = older.as_ref().map(|(_, schema)| schema);
        let context = Context::new(source, document, schema, older);
        for rule in Rule::all() {
            if let Some(check) = rule.check {
                let found = &mut found;
                check(&context, &mut rule::Found { rule, found });
            }
        }
        let mut comments = comment::read(source.text(), document, &mut found);
        let places = place::Places::new(document);
        let mut file = File::new(source);
        for finding in found.into_list() {
            let place = places.of(finding.span);
            let by_comment = comments.allow(&finding);
            let by_list = self.allow_by_list(source.name(), finding.code.name, &place);
            if by_comment || by_list {
                file.allowed = file.allowed.saturating_add(1);
            } else {
                file.add(finding, place);
            }
        }
        for finding in comments.unused() {
            let place = places.of(finding.span);
            file.add(finding, place);
        }
        self.report.add(file);
    }

    /// Adds a schema that could not even be read as text.
    pub fn refused(&mut self, diagnostics: &Diagnostics) {
        self.report.add(File::refused(diagnostics));
    }

    /// Everything found, and what is wrong with the allow-list.
    #[must_use]
    pub fn finish(mut self) -> Report {
        let seen = self.report.files.iter().map(|file| file.source.name());
        let seen: Vec<&str> = seen.collect();
        let file = self.allow.check(&self.used, &seen);
        if !file.findings.is_empty() {
            self.report.add(file);
        }
        self.report
    }

    /// Whether the list allows what `rule` has found at `place`. All entries that do are in use.
    fn allow_by_list(&mut self, schema: &str, rule: &str, place: &str) -> bool {
        let mut allowed = false;
        for (entry, used) in self.allow.entries.iter().zip(&mut self.used) {
            if self.allow.covers(entry, schema, rule, place) {
                *used = true;
                allowed = true;
            }
        }
        allowed
    }
}
