//! The rules, a file for each group that has to do with one another.

mod enumerations;
mod names;
mod parameters;
mod prose;
mod replies;
mod similar;
mod spelling;
mod structure;
mod versions;

use super::allow;
use super::rule::Rule;

/// Every table of rules, by category.
pub(super) static TABLES: &[&[Rule]] = &[
    names::RULES,
    similar::RULES,
    prose::RULES,
    spelling::RULES,
    structure::RULES,
    enumerations::RULES,
    parameters::RULES,
    replies::RULES,
    versions::RULES,
    allow::RULES,
];
