//! `tp-codegen model`: the resolved protocol as JSON.

use std::path::PathBuf;

use tp_codegen::visible_json;

use super::{Failure, Outcome, input};

/// Print the resolved protocol as JSON.
///
/// Bases are flattened, references resolved, wire sizes and Rust names decided: all that bindings
/// are made from, for programs that make something else from it.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Example: ids and names of all frames
  tp-codegen model protocol.xml | jq -r '.packets[] | select(.id) | \"\\(.id) \\(.name)\"'"
)]
pub(super) struct Args {
    /// The XML description, `-` for standard input.
    schema: PathBuf,
}

/// Runs it.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let model = input::compile(&args.schema)?;
    Ok(Outcome::fine(visible_json(&model)?))
}
