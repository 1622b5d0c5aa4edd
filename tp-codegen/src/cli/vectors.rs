//! `tp-codegen vectors`: golden vectors.

use std::path::PathBuf;

use tp_codegen::disk;
use tp_codegen::output::{Changes, Purpose};
use tp_codegen::vectors::{self, Options};

use super::{Failure, Outcome, generate, input};

/// Make golden vectors: bytes, and the values they stand for.
///
/// Each schema gives a JSON file of frames of every packet and parameters of every type, in
/// hexadecimal, each with its values, or with what is wrong with it. Any implementation, in any
/// language, can be tested with them. The README.md in tests/vectors of this project describes the
/// form.
///
/// Equal seeds make equal files, and a change in one packet leaves those of the others alone.
///
/// A file is named after the protocol: tp04.json, or after the schema where a schema before it has
/// the same version: admin.json. Files that an earlier run made and this one does not are removed; a
/// folder with files of any other origin is refused.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Example: five random frames of each packet, beside those with the ends of what fields can have
  tp-codegen vectors protocol.xml protocol3.xml admin.xml --out vectors --seed 7 --count 5"
)]
pub(super) struct Args {
    /// The XML descriptions; `-` is standard input.
    #[arg(required = true, value_name = "SCHEMA")]
    schemas: Vec<PathBuf>,

    /// The folder for the files.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// Where random values begin.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// How many frames with random values of each packet, and tails of each parameter.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(..=10_000))]
    count: u32,
}

/// Runs it.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let models = input::compile_all(&args.schemas)?;
    let options = Options {
        seed: args.seed,
        count: args.count,
    };
    let files = vectors::vectors(&models, options)?;
    let changes = Changes::between(disk::read_folder(&args.out, Purpose::Vectors)?, files)?;
    disk::apply(&args.out, &changes)?;
    Ok(Outcome::fine(generate::report(&args.out, &changes)))
}
