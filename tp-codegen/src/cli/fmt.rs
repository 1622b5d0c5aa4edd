//! `tp-codegen fmt`: schemas in their one layout.

use std::io;
use std::path::{Path, PathBuf};

use tp_codegen::{Source, disk};

use super::{Color, Failure, Outcome, input, patch, plan};

/// Bring schemas into their one layout.
///
/// An element a line, two spaces a level, attributes in the order of SCHEMA.md, texts wrapped at 100
/// columns. What a schema means does not change, and comments, entities, CDATA sections and the
/// DOCTYPE stay. Any well-formed XML can be formatted, also a schema with mistakes.
///
/// A file that has this layout already is not written. If one of the files is not well-formed, it
/// is shown why, and none is written.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Examples:
  tp-codegen fmt protocol.xml            # write it anew, if need be
  tp-codegen fmt --check                 # in CI: the schemas of the plan
  tp-codegen fmt - <old.xml >new.xml     # as a filter in an editor"
)]
pub(super) struct Args {
    /// The XML descriptions, `-` for standard input to standard output [default: those of the plan]
    #[arg(value_name = "SCHEMA")]
    schemas: Vec<PathBuf>,

    /// Change nothing; show what would change and exit with 1 if anything would.
    #[arg(long, conflicts_with = "stdout")]
    check: bool,

    /// Print the formatted text instead of writing it to the file.
    #[arg(long)]
    stdout: bool,

    /// The plan whose schemas are meant if none is named [default: tp-frames/codegen.toml in this
    /// folder or the nearest one above]
    #[arg(long, value_name = "FILE", conflicts_with = "schemas")]
    plan: Option<PathBuf>,
}

/// A schema before and after.
struct Schema {
    path: PathBuf,
    before: Vec<u8>,
    after: String,
}

impl Schema {
    fn is_stdin(&self) -> bool {
        self.path == Path::new("-")
    }

    fn is_formatted(&self) -> bool {
        self.before == self.after.as_bytes()
    }
}

/// Runs it.
pub(super) fn run(args: &Args, color: Color) -> Result<Outcome, Failure> {
    let paths = if args.schemas.is_empty() {
        plan::load(args.plan.as_deref())?.schemas()
    } else {
        args.schemas.clone()
    };
    let schemas = input::each(paths, formatted)?;
    if args.check {
        return Ok(check(&schemas, color.on(&io::stdout())));
    }
    let (printed, written): (Vec<_>, Vec<_>) = schemas
        .iter()
        .partition(|schema| args.stdout || schema.is_stdin());
    let changed: Vec<_> = written
        .iter()
        .filter(|schema| !schema.is_formatted())
        .map(|schema| (schema.path.as_path(), schema.after.as_str()))
        .collect();
    disk::write_all(&changed)?;
    let mut text: String = printed.iter().map(|schema| schema.after.as_str()).collect();
    // What is printed goes on to another program.
    if printed.is_empty() {
        for (path, _) in &changed {
            text += &format!("wrote    {}\n", input::shown(path));
        }
        text += &format!("{} schemas, {} written\n", written.len(), changed.len());
    }
    Ok(Outcome::fine(text))
}

/// Reads and formats a schema.
fn formatted(path: PathBuf) -> Result<Schema, Failure> {
    let before = input::bytes(&path)?;
    let source = Source::new(&input::name(&path), before.clone())?;
    Ok(Schema {
        after: tp_codegen::format(&source)?,
        path,
        before,
    })
}

/// What is not in the one layout, and what it would be.
fn check(schemas: &[Schema], color: bool) -> Outcome {
    let mut text = String::new();
    let mut other = Vec::new();
    for schema in schemas.iter().filter(|schema| !schema.is_formatted()) {
        let before = String::from_utf8_lossy(&schema.before);
        text += &patch::patch(&schema.path, &before, &schema.after, color);
        other.push(input::shown(&schema.path));
    }
    if other.is_empty() {
        return Outcome::fine(format!("formatted: {} schemas\n", schemas.len()));
    }
    text += &format!(
        "{} of {} schemas not formatted; to mend that, run: tp-codegen fmt {}\n",
        other.len(),
        schemas.len(),
        other.join(" "),
    );
    Outcome {
        text,
        finding: true,
    }
}
