//! The command line.

use clap::{Parser, ValueEnum};
use tp_tests::report::{ReportArgs, Selection};

use tp_tests::frame::Version;

/// Test a Thousand Parsec server: does it keep the rules of the protocol?
///
/// Cases are numbered; each states a rule, where it comes from, and what was sent and received.
/// A case passes, fails, or deviates: then the server does something that the protocol allows or
/// that real servers are known for, but that a client may not expect.
///
/// Without an account, only the cases that need none are run.
#[derive(Parser)]
#[command(name = "test-client", max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Where the server is: HOST, HOST:PORT or a URL (tp, tps, tp+http, tp+https); the port is the
    /// scheme's if not given. A user and password in it are those of --user and --password
    #[arg(required_unless_present = "list")]
    pub(crate) url: Option<String>,

    /// The name of an account
    #[arg(long, requires = "password")]
    pub(crate) user: Option<String>,

    /// Its password
    #[arg(long, requires = "user")]
    pub(crate) password: Option<String>,

    /// The name of an account of another player
    #[arg(long, requires_all = ["other_password", "user"])]
    pub(crate) other_user: Option<String>,

    /// Its password
    #[arg(long, requires = "other_user")]
    pub(crate) other_password: Option<String>,

    /// Make the accounts that are missing, and those that cases try out; they stay at the server
    #[arg(long)]
    pub(crate) register: bool,

    /// Start the server with this command of the shell, which stays as long as the server does, and
    /// start it again whenever it is gone. What it prints is not shown but for its last words
    #[arg(long, value_name = "COMMAND")]
    pub(crate) start: Option<String>,

    #[command(flatten)]
    pub(crate) selection: Selection,

    /// The version of the protocol
    #[arg(long, value_enum, default_value_t = VersionChoice::Both)]
    pub(crate) version: VersionChoice,

    #[command(flatten)]
    pub(crate) report: ReportArgs,

    /// Print the cases and end
    #[arg(long)]
    pub(crate) list: bool,

    /// Seconds to wait for any one answer
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, value_parser = seconds)]
    pub(crate) patience: f64,

    /// Seconds that the whole run may take; what is left is skipped
    #[arg(long, value_name = "SECONDS", default_value_t = 600.0, value_parser = seconds)]
    pub(crate) time_limit: f64,

    /// Cases at a time, of those that change nothing: 4, or with --start 1, which tells for certain
    /// during which case the server vanishes
    #[arg(long, value_name = "NUMBER")]
    jobs: Option<usize>,
}

impl Args {
    /// Cases at a time.
    pub(crate) fn jobs(&self) -> usize {
        let usual = if self.start.is_some() { 1 } else { 4 };
        self.jobs.unwrap_or(usual)
    }
}

const EXAMPLES: &str = "\
Examples:
  test-client localhost --register
  test-client tp://game.example --user ada --password s3cret --report html --out report.html
  test-client localhost --user ada --password s3cret --only 2 12.5 --version tp04
  test-client localhost --register --report junit --out conformance.xml --expect known.toml
  test-client localhost --register --start './server --port 6923' --except 2.13

Exit status: 0 if nothing failed but what --expect knows, 1 if something did, 2 if the server
cannot be reached or speaks something else, or an argument is wrong, 3 if the report is too little
to judge by: the server vanished for good, the time was over, or fewer than half of the cases were
tried.";

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum VersionChoice {
    Tp03,
    Tp04,
    Both,
}

impl VersionChoice {
    pub(crate) fn versions(self) -> &'static [Version] {
        match self {
            Self::Tp03 => &[Version::Tp03],
            Self::Tp04 => &[Version::Tp04],
            Self::Both => &Version::ALL,
        }
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if (0.01..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("a number from 0.01 to 86400 is wanted".into()),
    }
}
