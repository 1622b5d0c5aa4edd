//! `tp completions` and `tp man`: what shells and readers of manuals want.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Command};
use clap_complete::Shell;

use crate::failure::Failure;
use crate::output::print;

/// Print what completes commands and options in a shell
#[derive(Args)]
#[command(after_help = "\
Examples:
  tp completions bash >~/.local/share/bash-completion/completions/tp
  tp completions zsh >~/.zfunc/_tp
  tp completions fish >~/.config/fish/completions/tp.fish")]
pub(crate) struct CompletionsArgs {
    /// Which shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

/// Write the manual: a page for tp and one for each command
#[derive(Args)]
#[command(after_help = "\
Examples:
  tp man --out ~/.local/share/man/man1
  man tp-order")]
pub(crate) struct ManArgs {
    /// The folder of the pages, made if it is missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

/// Runs `tp completions`, for this command line.
pub(crate) fn completions(
    args: &CompletionsArgs,
    mut command: Command,
) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "tp", &mut script);
    let script = String::from_utf8(script).map_err(Failure::failed)?;
    print(&script)?;
    Ok(ExitCode::SUCCESS)
}

/// Runs `tp man`, for this command line.
pub(crate) fn man(args: &ManArgs, command: Command) -> Result<ExitCode, Failure> {
    let written =
        fs::create_dir_all(&args.out).and_then(|()| clap_mangen::generate_to(command, &args.out));
    written.map_err(|error| {
        Failure::misuse(format_args!(
            "cannot write to {}: {error}",
            args.out.display()
        ))
    })?;
    Ok(ExitCode::SUCCESS)
}
