//! Why a subcommand gave up.

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use super::revision::RevisionError;
use tp_codegen::disk::DiskError;
use tp_codegen::emit::{EmitError, ReferenceError};
use tp_codegen::family::FamilyError;
use tp_codegen::output::OutputError;
use tp_codegen::plan::file::PlanError;
use tp_codegen::{Diagnostics, visible};

/// Why a subcommand gave up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(super) enum Failure {
    /// Mistakes in one or more schemas.
    #[error("a schema has mistakes")]
    Schemas(Vec<Diagnostics>),
    /// A mistake in the plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The plan is not text.
    #[error("{} is not UTF-8 text", .0.display())]
    PlanText(PathBuf),
    /// No plan where one is looked for.
    #[error("there is no {0} in this folder or above it; name a plan with --plan")]
    NoPlan(&'static str),
    /// A revision could not be read.
    #[error(transparent)]
    Revision(#[from] RevisionError),
    /// Standard input is there only once.
    #[error("OLD and NEW cannot both be standard input")]
    StdinTwice,
    /// `--explain` of something that is no rule.
    #[error("there is no rule `{0}`; list the rules with --list-rules")]
    NoRule(String),
    /// A schema could not be read from standard input.
    #[error("cannot read standard input")]
    Stdin(#[source] io::Error),
    /// The outcome could not be printed.
    #[error("cannot write to standard output")]
    Stdout(#[source] io::Error),
    /// A file could not be read or written.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The output folder is not ours to change.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The plan has no such family.
    #[error("the plan has no family `{0}`")]
    NoFamily(String),
    /// The schemas are no versions of one protocol.
    #[error(transparent)]
    Family(#[from] FamilyError),
    /// The emitter failed.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// A protocol cannot be called so.
    #[error("a protocol needs another name, as in NAME=SCHEMA")]
    Reference(#[from] ReferenceError),
    /// The outcome could not be written as JSON.
    #[error("cannot write JSON")]
    Json(#[from] serde_json::Error),
}

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Schemas(vec![diagnostics])
    }
}

impl Failure {
    /// What to tell the user.
    pub(super) fn render(&self, color: bool) -> String {
        match self {
            Self::Schemas(all) => {
                let all: Vec<_> = all.iter().map(|one| one.render(color)).collect();
                all.join("\n\n")
            }
            Self::Plan(error) => error.render(color),
            other => {
                let mut text = format!("error: {other}");
                let mut cause = other.source();
                while let Some(error) = cause {
                    text += &format!(": {error}");
                    cause = error.source();
                }
                // Names of files, and what git said, are anybody's.
                visible(&text).into_owned()
            }
        }
    }

    /// What to tell the calling program.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Schemas(_) => ExitCode::from(1),
            _ => ExitCode::from(2),
        }
    }
}
