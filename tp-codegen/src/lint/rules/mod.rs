//! The rules, a file for each group that has to do with one another.

pub(super) mod allow;
mod enumerations;
mod meaning;
mod names;
mod parameters;
mod prose;
mod replies;
mod similar;
mod spelling;
mod structure;
mod versions;

use super::rule::Rule;

/// Every table of rules, by category.
static TABLES: &[&[Rule]] = &[
    names::RULES,
    similar::RULES,
    prose::RULES,
    spelling::RULES,
    structure::RULES,
    enumerations::RULES,
    parameters::RULES,
    replies::RULES,
    versions::RULES,
    meaning::RULES,
    allow::RULES,
];

impl Rule {
    /// Every rule, by category.
    pub fn all() -> impl Iterator<Item = &'static Rule> {
        TABLES.iter().copied().flatten()
    }

    /// The rule of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Rule> {
        Rule::all().find(|rule| rule.name == name)
    }
}
