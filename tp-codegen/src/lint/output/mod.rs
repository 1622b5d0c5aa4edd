//! Reports for people, programs, code scanners and GitHub.

mod github;
mod json;
mod sarif;
mod text;

use serde::Serialize;

/// A document as indented JSON, ending in a line break.
fn pretty(document: &impl Serialize) -> String {
    // Plain structs of text and numbers can always be written.
    let text = serde_json::to_string_pretty(document).unwrap_or_default();
    text + "\n"
}
