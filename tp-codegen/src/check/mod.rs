//! What a schema must be beyond its grammar, as a list of passes.
//!
//! Each pass looks at the whole schema and stands alone: none relies on another having found
//! nothing. What a pass cannot judge because something else is broken, it passes over.

mod enumerations;
mod header;
mod inheritance;
mod names;
mod numbers;
mod optional;
mod parameters;
mod paths;
mod replies;
mod rust_names;
mod sizes;

use crate::ast::Schema;
use crate::ast::context::Context;
use crate::diagnostic::Findings;

type Pass = fn(&Context<'_>, &mut Findings);

/// Every pass and what it is about.
const PASSES: &[(&str, Pass)] = &[
    ("names are identifiers and unique", names::check),
    (
        "bases exist and lead nowhere in circles",
        inheritance::check,
    ),
    ("the header is one that exists", header::check),
    ("ids and types are in range and unique", numbers::check),
    ("replies go from requests to answers", replies::check),
    (
        "fields have widths that exist, list entries have bytes",
        sizes::check,
    ),
    ("values fit their enumerations", enumerations::check),
    ("optional fields come last", optional::check),
    (
        "parameters stand at the end and know their types",
        parameters::check,
    ),
    ("type paths lead to types", paths::check),
    ("names can be used in Rust", rust_names::check),
];

/// Runs all passes.
pub(crate) fn run(schema: &Schema, found: &mut Findings) {
    let context = Context::new(schema);
    for (_, pass) in PASSES {
        pass(&context, found);
    }
}
