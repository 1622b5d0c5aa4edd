//! Reports for people, programs, code scanners and GitHub.

mod github;
mod json;
mod sarif;
mod text;

use serde::Serialize;

use crate::source::visible_json;

/// A document as indented JSON, ending in a line break.
fn pretty(document: &impl Serialize) -> String {
    // Plain structs of text and numbers can always be written.
    visible_json(document).unwrap_or_default()
}
