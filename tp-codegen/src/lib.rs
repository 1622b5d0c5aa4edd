//! Reads XML descriptions of the Thousand Parsec protocol and emits Rust bindings.
//!
//! The library is pure: text in, files out. Only [`disk`], which serves the binary and the
//! [`Builder`], touches the disk; nothing panics on a schema, however broken. Data flows one way:
//! [`Source`] → syntax tree with spans → checks → [`Model`](model::Model) → [`emit`] →
//! [`GeneratedFile`]s.

mod ast;
pub mod builder;
mod check;
pub mod diagnostic;
pub mod diff;
pub mod disk;
pub mod emit;
pub mod family;
mod format;
pub mod lint;
pub mod model;
mod names;
pub mod output;
pub mod parallel;
mod parse;
pub mod plan;
mod resolve;
mod source;
mod words;
mod xml;

pub use builder::Builder;
pub use diagnostic::Diagnostics;
pub use format::format;
pub use source::{Source, visible, visible_json};

/// A file an emitter made, not yet on any disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Where it belongs, relative to the output folder, parts joined by `/`.
    pub path: String,
    /// What it says; lines end in `\n`.
    pub text: String,
}

/// Compiles one schema: reads, checks and resolves it.
///
/// # Errors
///
/// Everything found wrong, in the order of the text.
pub fn compile(source: &Source) -> Result<model::Model, Diagnostics> {
    let (document, found) = checked(source);
    let schema = found.finish(source, document)?.map(|(_, schema)| schema);
    Ok(resolve::resolve(source, schema.as_ref()))
}

/// Reads and checks one schema. Without a finding there is one.
fn checked(source: &Source) -> (Option<(xml::Document, ast::Schema)>, diagnostic::Findings) {
    let mut found = diagnostic::Findings::default();
    let document = xml::read(source, &mut found);
    let read = document.and_then(|document| {
        let schema = parse::parse(&document.root, &mut found)?;
        // A schema with bad parts is checked all the same: one mistake must not hide another.
        check::run(&schema, &mut found);
        Some((document, schema))
    });
    (read, found)
}
