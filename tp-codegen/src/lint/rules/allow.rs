//! Rules for what a plan or a comment allows.

use crate::lint::rule::{Category, Rule, Severity};

/// The rules of allowing.
pub(super) static RULES: &[Rule] = &[MALFORMED, UNREASONED, UNUSED];

/// A bad entry.
pub(in crate::lint) const MALFORMED: Rule = Rule {
    name: "allow-malformed",
    category: Category::Allow,
    severity: Severity::Error,
    title: "an entry that cannot allow anything",
    explanation: "An entry of the plan, or a comment that begins with `lint:`, names a rule or a \
                  schema that does not exist, or is not written as `lint: allow(rule) reason`. The \
                  rules of this category cannot be allowed.",
    check: None,
};

/// An entry without reason.
pub(in crate::lint) const UNREASONED: Rule = Rule {
    name: "allow-without-reason",
    category: Category::Allow,
    severity: Severity::Error,
    title: "an entry without reason",
    explanation: "Whoever reads the entry later has to know why the finding is right as it is: what \
                  servers send, what was published, what programs expect.",
    check: None,
};

/// An entry that is not needed.
pub(in crate::lint) const UNUSED: Rule = Rule {
    name: "allow-unused",
    category: Category::Allow,
    severity: Severity::Warning,
    title: "an entry that allows nothing",
    explanation: "What was allowed is no longer found, or not there. Take the entry out, so that it \
                  does not hide the next mistake. Entries of a plan are judged when all schemas they \
                  are about have been looked at.",
    check: None,
};
