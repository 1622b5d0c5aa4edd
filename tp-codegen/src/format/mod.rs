//! Schema text → the same schema in the one layout that all of ours have.
//!
//! Only white space, quotes and the order of attributes change. What a schema means stays, and so
//! does everything else its author wrote: comments, entities, CDATA sections, the DOCTYPE.
//!
//! - An element a line, two spaces a level, at most one blank line between two.
//! - Attributes in the order of the guide, in double quotes.
//! - Text on the line of its tags where it fits into 100 columns, else wrapped below them.
//!   Paragraphs stay apart. Text with a comment or CDATA section in it, or with elements beside it,
//!   is left as it is.
//! - A comment behind something stays on its line; the lines of a long one move together.

mod comment;
mod layout;
mod text;

use crate::diagnostic::Findings;
use crate::{Diagnostics, Source, xml};

/// How many characters a line may have where it can be broken.
const WIDTH: usize = 100;

/// The white space of XML.
const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// The text of `source` in the one layout: UTF-8 without byte-order mark, lines ending in `\n`.
/// Formatted again, it stays as it is.
///
/// Any well-formed XML can be formatted, also a schema that [`compile`](crate::compile) refuses.
///
/// # Errors
///
/// What makes the text no well-formed XML.
pub fn format(source: &Source) -> Result<String, Diagnostics> {
    let mut found = Findings::default();
    let document = xml::read(source, &mut found);
    let document = found.finish(source, document)?;
    // Without a finding there is a document.
    Ok(document.map_or_else(String::new, |document| {
        layout::document(source.text(), &document)
    }))
}
