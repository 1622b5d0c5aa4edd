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

/// Every pass.
const PASSES: &[Pass] = &[
    names::check,        // Names are identifiers and unique.
    inheritance::check,  // Bases exist and lead nowhere in circles.
    header::check,       // The header is one that exists.
    numbers::check,      // Ids and types are in range and unique.
    replies::check,      // Replies go from requests to answers.
    sizes::check,        // Fields have widths that exist, list entries have bytes.
    enumerations::check, // Values fit their enumerations.
    optional::check,     // Optional fields come last.
    parameters::check,   // Parameters stand at the end and know their types.
    paths::check,        // Type paths lead to types.
    rust_names::check,   // Names can be used in Rust.
];

/// Runs all passes.
pub(crate) fn run(schema: &Schema, found: &mut Findings) {
    let context = Context::new(schema);
    for pass in PASSES {
        pass(&context, found);
    }
}
