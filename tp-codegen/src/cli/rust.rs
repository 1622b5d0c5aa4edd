//! `tp-codegen rust`: bindings from any schema.

use std::path::PathBuf;

use tp_codegen::disk;
use tp_codegen::emit::{self, RustOptions};
use tp_codegen::output::{Changes, Purpose};

use super::{Failure, Outcome, generate, input};

/// Make a Rust module from any schema.
///
/// The folder becomes a module: a mod.rs, a file per packet, and nothing else. Files that an earlier
/// run made and this one does not are removed; a folder with files of any other origin is refused.
/// The code depends on the crate tp-frames only.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Example: bindings for a private extension as the module `extension` of your crate
  tp-codegen rust extension.xml --out src/extension"
)]
pub(super) struct Args {
    /// The XML description, `-` for standard input.
    schema: PathBuf,

    /// The folder that becomes the module.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Derive serde's traits under this cargo feature of your crate.
    #[arg(long, value_name = "FEATURE")]
    serde: Option<String>,
}

/// Runs it.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let model = input::compile(&args.schema)?;
    let options = RustOptions {
        serde_feature: args.serde.clone(),
        ..RustOptions::default()
    };
    let files = emit::rust(&model, &options)?;
    let changes = Changes::between(disk::read_folder(&args.out, Purpose::Bindings)?, files)?;
    disk::apply(&args.out, &changes)?;
    Ok(Outcome::fine(generate::report(&args.out, &changes)))
}
