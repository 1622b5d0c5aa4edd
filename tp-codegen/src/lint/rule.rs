//! Rules as data.

use std::fmt;

use serde::Serialize;

use super::context::Context;
use crate::diagnostic::{Finding, Findings};
use crate::source::Span;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Severity {
    /// Worth a look; often right as it is.
    Note,
    /// Most likely not meant.
    Warning,
    /// Cannot be right.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Its name in JSON; takes a width, for lists.
        self.serialize(f)
    }
}

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Category {
    /// How things are named.
    Names,
    /// The words that describe them.
    Prose,
    /// How words are spelt.
    Spelling,
    /// Packets, their bases and their fields.
    Structure,
    /// The values of enumerations.
    Values,
    /// Parameters and parameter sets.
    Parameters,
    /// What answers what.
    Replies,
    /// Version notes.
    Versions,
    /// The allow-list.
    Allow,
    /// What the compiler refuses; no rule, but a finding with a code of its own.
    Schema,
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// Looks at a whole schema and reports what breaks one rule.
pub(super) type Check = fn(&Context<'_>, &mut Found<'_>);

/// One rule.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rule {
    /// Its name, such as `missing-prose`, which never changes its meaning.
    pub name: &'static str,
    /// What it is about.
    pub category: Category,
    /// How bad it is to break it.
    pub severity: Severity,
    /// What it finds, in a few words.
    pub title: &'static str,
    /// Why that is worth finding, exactly what is found, and what to do: one paragraph of Markdown.
    pub explanation: &'static str,
    /// What looks for it; none for the rules of the allow-list, which come last.
    pub(super) check: Option<Check>,
}

/// Where a check puts what it finds.
pub(super) struct Found<'f> {
    /// What it breaks.
    pub(super) rule: &'static Rule,
    pub(super) found: &'f mut Findings<&'static Rule>,
}

impl Found<'_> {
    /// Adds a finding. Labels and help are added to what this returns.
    pub(super) fn report(
        &mut self,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Finding<&'static Rule> {
        self.found.report(self.rule, span, message)
    }
}
