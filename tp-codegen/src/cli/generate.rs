//! `tp-codegen generate`: what the plan says, written or checked.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use tp_codegen::family::Family;
use tp_codegen::output::{Changes, Purpose};
use tp_codegen::{GeneratedFile, disk};

use super::{Color, Failure, Outcome, input, patch, plan};

/// Write what the plan says, or check that it is written.
///
/// The plan is a TOML file that says which schemas are the versions of which protocol; each protocol
/// becomes a module of the output folder:
///
///   out = "src/generated"
///   serde = "serde"              # optional: a cargo feature that derives serde's traits
///
///   [[family]]
///   name = "game"
///   versions = ["../protocol3.xml", "../protocol.xml"]     # oldest first
///   views = ["Object"]           # optional: the packets with a borrowed form, otherwise all
///
///   [[family.rename]]            # optional: for schemas that do not say `was` themselves
///   place = "Resource.singularunit"
///   was = "singularunitname"
///
/// Paths are relative to the plan. Nothing is written before every schema has compiled. Files that
/// are right already are left alone; generated files that nothing generates any more are removed; a
/// folder with files of any other origin is refused.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Example: what CI runs to see that the checked-in code is what the schemas say
  tp-codegen generate --check"
)]
pub(super) struct Args {
    /// The plan [default: tp-frames/codegen.toml in this folder or the nearest one above]
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,

    /// Change nothing; show what is not up to date and exit with 1 if anything is.
    #[arg(long)]
    check: bool,
}

/// Runs it.
pub(super) fn run(args: &Args, color: Color) -> Result<Outcome, Failure> {
    let loaded = plan::load(args.plan.as_deref())?;
    let files = loaded.plan.emit(&compile(&loaded)?)?;
    let out = loaded.resolve(&loaded.plan.out);
    let changes = Changes::between(disk::read_folder(&out, Purpose::Bindings)?, files)?;

    if args.check {
        let mend = match &args.plan {
            Some(plan) => format!("tp-codegen generate --plan {}", input::shown(plan)),
            None => "cargo gen".to_owned(),
        };
        Ok(check(&out, &changes, &mend, color.on(&io::stdout())))
    } else {
        disk::apply(&out, &changes)?;
        Ok(Outcome::fine(report(&out, &changes)))
    }
}

/// Compiles every schema of the plan, and merges the versions of each protocol.
pub(super) fn compile(loaded: &plan::Loaded) -> Result<Vec<Family>, Failure> {
    let families = &loaded.plan.families;
    let models = input::each(families, |planned| {
        input::each(&planned.schemas, |schema| {
            input::compile(&loaded.resolve(schema))
        })
    })?;
    let merged = families.iter().zip(models);
    let merged = merged.map(|(planned, models)| planned.merge(models));
    Ok(merged.collect::<Result<_, _>>()?)
}

/// Makes the folder `out` hold `files` and no others.
pub(super) fn write(
    out: &Path,
    purpose: Purpose,
    files: Vec<GeneratedFile>,
) -> Result<Outcome, Failure> {
    let changes = Changes::between(disk::read_folder(out, purpose)?, files)?;
    disk::apply(out, &changes)?;
    Ok(Outcome::fine(report(out, &changes)))
}

/// What was done to the folder `out`, a line a file.
pub(super) fn report(out: &Path, changes: &Changes) -> String {
    let mut text = String::new();
    let written = changes
        .write
        .iter()
        .map(|write| ("wrote", &write.file.path));
    let removed = changes.remove.iter().map(|path| ("removed", path));
    list(&mut text, out, written.chain(removed));
    text + &format!(
        "{} files, {} written, {} removed, {} unchanged\n",
        changes.write.len().saturating_add(changes.unchanged.len()),
        changes.write.len(),
        changes.remove.len(),
        changes.unchanged.len(),
    )
}

/// What is not up to date in the folder `out`, and the command that mends it.
fn check(out: &Path, changes: &Changes, mend: &str, color: bool) -> Outcome {
    if changes.is_empty() {
        let text = format!(
            "up to date: {} files in {}\n",
            changes.unchanged.len(),
            input::shown(out)
        );
        return Outcome::fine(text);
    }
    let mut text = String::new();
    for write in &changes.write {
        if let Some(before) = &write.before {
            let path = out.join(&write.file.path);
            text += &patch::patch(&path, before, &write.file.text, color);
        }
    }
    let written = changes.write.iter().map(|write| {
        let state = write.before.as_ref().map_or("missing", |_| "stale");
        (state, &write.file.path)
    });
    let orphaned = changes.remove.iter().map(|path| ("orphaned", path));
    list(&mut text, out, written.chain(orphaned));
    text += &format!(
        "{} files are not what the schemas say; to mend them, run: {mend}\n",
        changes.write.len().saturating_add(changes.remove.len()),
    );
    Outcome {
        text,
        finding: true,
    }
}

/// Adds a line per file in the folder `out`.
fn list<'a>(text: &mut String, out: &Path, files: impl Iterator<Item = (&'a str, &'a String)>) {
    for (what, path) in files {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{what:<9}{}", input::shown(&out.join(path)));
    }
}
