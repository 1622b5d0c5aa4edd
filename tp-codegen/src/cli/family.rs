//! `tp-codegen family`: what was merged, and how.

use std::path::PathBuf;

use tp_codegen::family::Family;

use super::{Failure, Outcome, generate, input, plan};

/// Show how the versions of a protocol become one.
///
/// Prints, packet by packet, what was paired under two names, what only some versions have, what was
/// kept apart, and what is the same in all. It is what a reviewer reads first when the protocol is
/// bumped: two things that mean the same must not stand here as two.
#[derive(Debug, clap::Args)]
#[command(
    verbatim_doc_comment,
    after_help = "\
Example: the game of the usual plan
  tp-codegen family game

Example: two schemas
  tp-codegen family --schemas protocol3.xml protocol.xml"
)]
pub(super) struct Args {
    /// The family of the plan; all of them if none is named.
    name: Option<String>,

    /// Schemas instead of a plan, the oldest version first.
    #[arg(long, value_name = "SCHEMA", num_args = 1.., conflicts_with = "plan")]
    schemas: Vec<PathBuf>,

    /// The plan [default: tp-frames/codegen.toml in this folder or the nearest one above]
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
}

/// Runs it.
pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let mut families = if args.schemas.is_empty() {
        generate::compile(&plan::load(args.plan.as_deref())?)?
    } else {
        let models = input::compile_all(&args.schemas)?;
        let name = args.name.as_deref().unwrap_or("protocol");
        vec![Family::merge(name, models, &[])?]
    };
    if let Some(name) = &args.name {
        families.retain(|family| family.name == *name);
        if families.is_empty() {
            return Err(Failure::NoFamily(name.clone()));
        }
    }
    let pages: Vec<String> = families.iter().map(Family::page).collect();
    Ok(Outcome::fine(pages.join("\n")))
}
