//! `tp-codegen diff`: what changed between two editions of a schema, and for whom.

use std::path::PathBuf;

use tp_codegen::diff::{Changes, diff};
use tp_codegen::visible_json;

use super::{Failure, Outcome, input};

/// Show what changed between two schemas, and what breaks.
///
/// Every change is named once, in the words of the protocol, and told apart by what it breaks:
///
///   wire           frames no longer get across between old and new programs; which frames, and
///                  whether old clients fail with new servers, new clients with old servers, or both
///   source         programs that use the generated crate no longer compile
///   documentation  neither: only words changed
///
/// Things that were renamed or moved are recognised. The order of declarations, comments and layout
/// do not count. At the end stand totals and what they call for: a new protocol version, and which part
/// of the crate's version has to rise.
///
/// OLD and NEW are files, `-` for standard input, or `REV:PATH` as git understands it: a revision and a
/// path from the top of the repository (`REV:./PATH`: from here; `:PATH`: what is staged). A file of
/// that very name wins.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Examples:
  tp-codegen diff HEAD:protocol.xml protocol.xml           # before you commit
  tp-codegen diff main:protocol.xml protocol.xml --format markdown   # for the pull request
  tp-codegen diff v1.0:protocol.xml protocol.xml --fail-on wire,source   # in CI
  tp-codegen diff old.xml new.xml --format json | jq '.changes[] | select(.breaks_wire) | .what'"
)]
pub(super) struct Args {
    /// The schema before.
    old: PathBuf,

    /// The schema after.
    new: PathBuf,

    /// How to show the changes.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,

    /// Exit with 1 if there is a change of this class; several with commas.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "CLASS")]
    fail_on: Vec<Class>,
}

/// How to show the changes.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Format {
    /// For a terminal
    #[default]
    Text,
    /// For programs
    Json,
    /// For a pull request
    Markdown,
}

/// What to fail on.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Class {
    /// Frames that no longer get across
    Wire,
    /// Programs that no longer compile
    Source,
    /// Any change, of documentation too
    Any,
}

impl Class {
    fn is_in(self, changes: &Changes) -> bool {
        let totals = &changes.totals;
        match self {
            Self::Wire => totals.wire > 0,
            Self::Source => totals.source > 0,
            Self::Any => totals.changes > 0,
        }
    }
}

/// Runs it.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let stdin = PathBuf::from("-");
    if args.old == stdin && args.new == stdin {
        return Err(Failure::StdinTwice);
    }
    let (old, new) = (
        input::compile_edition(&args.old)?,
        input::compile_edition(&args.new)?,
    );
    let changes = diff(&old, &new);
    let text = match args.format {
        Format::Text => changes.to_text(),
        Format::Json => visible_json(&changes)?,
        Format::Markdown => changes.to_markdown(),
    };
    let finding = args.fail_on.iter().any(|class| class.is_in(&changes));
    Ok(Outcome { text, finding })
}
