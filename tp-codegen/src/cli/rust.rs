//! `tp-codegen rust`: bindings from any schema.

use std::path::PathBuf;

use tp_codegen::emit::{self, RustOptions, Views};
use tp_codegen::family::Family;
use tp_codegen::output::Purpose;

use super::{Failure, Outcome, generate, input};

/// Make a Rust module from any schema, or from those of several versions, oldest first.
///
/// In the code of several versions, every packet stands once, whatever the number of versions, and
/// the version is told to whatever reads or writes. What had another name in an older version says so
/// in its schema: was="name".
///
/// The folder becomes a module: a mod.rs, a file per packet, and nothing else. Files that an earlier
/// run made and this one does not are removed; a folder with files of any other origin is refused.
/// The code depends on the crate tp-frames only.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Example: bindings for a private extension as the module `extension` of your crate
  tp-codegen rust extension.xml --out src/extension

Example: two versions of it in one module
  tp-codegen rust extension-1.xml extension-2.xml --out src/extension"
)]
pub(super) struct Args {
    /// The XML descriptions, the oldest version first; `-` for standard input.
    #[arg(required = true)]
    schemas: Vec<PathBuf>,

    /// The folder that becomes the module.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Derive serde's traits under this cargo feature of your crate.
    #[arg(long, value_name = "FEATURE")]
    serde: Option<String>,

    /// Make a borrowed form of these packets only, separated by commas; of all without it.
    #[arg(long, value_name = "PACKETS", value_delimiter = ',')]
    views: Option<Vec<String>>,
}

/// Runs it.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let models = input::compile_all(&args.schemas)?;
    let name = match args.out.file_name() {
        Some(name) => name.to_string_lossy().into_owned(),
        None => "protocol".to_owned(),
    };
    let family = Family::merge(name, models, &[])?;
    let options = RustOptions {
        serde_feature: args.serde.clone(),
        views: args.views.clone().map_or(Views::All, Views::Of),
    };
    let files = emit::rust(&family, &options)?;
    generate::write(&args.out, Purpose::Bindings, files)
}
