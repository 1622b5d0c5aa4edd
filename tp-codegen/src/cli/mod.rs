//! The command line. Each subcommand computes what it has to say and returns it; only this file
//! prints.

mod color;
mod diff;
mod docs;
mod failure;
mod family;
mod fmt;
mod generate;
mod input;
mod lint;
mod model;
mod patch;
mod plan;
mod revision;
mod rust;
mod wireshark;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use color::Color;
use failure::Failure;

const EXIT_CODES: &str = "\
Exit codes:
  0  all is well
  1  a schema has mistakes, findings or another layout, generated files are not up to date, or a diff
     holds what --fail-on names
  2  wrong usage, an unreadable input or an output that cannot be written

A SCHEMA is an XML description of the protocol; its elements are explained in SCHEMA.md.";

/// Makes Rust bindings from XML descriptions of the Thousand Parsec protocol.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_CODES, arg_required_else_help = true)]
struct Cli {
    /// Color in error messages and diffs.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Generate(generate::Args),
    Rust(rust::Args),
    Family(family::Args),
    Model(model::Args),
    Lint(lint::Args),
    Fmt(fmt::Args),
    Diff(diff::Args),
    Wireshark(wireshark::Args),
    Docs(docs::Args),
}

/// What a subcommand found out.
struct Outcome {
    /// For stdout.
    text: String,
    /// Whether the answer is bad news, such as stale files.
    finding: bool,
}

impl Outcome {
    /// Good news.
    fn fine(text: String) -> Self {
        Self {
            text,
            finding: false,
        }
    }
}

/// Runs the program.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Generate(args) => generate::run(&args, cli.color),
        Command::Rust(args) => rust::run(&args),
        Command::Family(args) => family::run(&args),
        Command::Model(args) => model::run(&args),
        Command::Lint(args) => lint::run(&args, cli.color),
        Command::Fmt(args) => fmt::run(&args, cli.color),
        Command::Diff(args) => diff::run(&args),
        Command::Wireshark(args) => wireshark::run(&args),
        Command::Docs(args) => docs::run(&args),
    };
    match outcome.and_then(print) {
        Ok(finding) => ExitCode::from(u8::from(finding)),
        Err(failure) => {
            // There is nowhere left to report that stderr is closed.
            let text = failure.render(cli.color.on(&io::stderr()));
            let _ = writeln!(io::stderr(), "{text}");
            failure.exit_code()
        }
    }
}

/// Prints an outcome and says whether it is a finding.
fn print(outcome: Outcome) -> Result<bool, Failure> {
    let mut stdout = io::stdout().lock();
    let printed = stdout.write_all(outcome.text.as_bytes());
    match printed.and_then(|()| stdout.flush()) {
        // A reader such as `head` has seen enough; that is no failure of ours.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Stdout(error)),
        _ => Ok(outcome.finding),
    }
}
