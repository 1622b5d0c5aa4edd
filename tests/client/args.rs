//! The command line.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::Parser;
use tp_tests::report::{ReportArgs, Selection};

/// Test Thousand Parsec clients: what do they make of a server that misbehaves?
///
/// The server runs the demo game and spoils it: each scenario is one way to misbehave, on a port of
/// its own. On the first port nothing goes wrong, unless the name of the user is the name or number
/// of a scenario. Any name and any password are let in.
///
/// Point the client at a port, play, and end the server: the report says what the client made of
/// each scenario, and which of the rules of a client it broke. With --only it is about those alone;
/// all ports are there all the same.
#[derive(Parser)]
#[command(name = "test-server", max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The IP address to listen on
    #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub(crate) listen: IpAddr,

    /// The first port, where nothing goes wrong; the scenarios have those behind it. 0: any that
    /// are free
    #[arg(long, default_value_t = 7_000)]
    pub(crate) port: u16,

    /// Play the connections to the first port by this file: connections = ["late", "12.5", …].
    /// The last goes on for ever
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) selection: Selection,

    #[command(flatten)]
    pub(crate) report: ReportArgs,

    /// End after so many seconds; otherwise at Ctrl-C
    #[arg(long = "for", value_name = "SECONDS")]
    pub(crate) seconds: Option<u64>,

    /// End when standard input ends
    #[arg(long)]
    pub(crate) until_eof: bool,

    /// Print where the scenarios are as one line of JSON
    #[arg(long)]
    pub(crate) json_places: bool,

    /// Print the scenarios and end
    #[arg(long)]
    pub(crate) list: bool,
}

const EXAMPLES: &str = "\
Examples:
  test-server                                 then point a client at the ports it prints
  test-server --report html --out report.html
  test-server --port 0 --for 60 --report junit --out clients.xml --expect known.toml
  test-server --only 1 5.6 20                 a client's CI: these are played, and no others

By the name of a user: log in to port 7000 as byte-by-byte, or as 1.1.
By script: a file that says connections = [\"only-tp03-fail\", \"honest\"].

Exit status: 0 if no client broke a rule but what --expect knows, 1 if one did, 2 if the server
cannot start or an argument is wrong, 3 if the report is too little to judge by: fewer than half of
the scenarios and rules were tried, or not every scenario that --only names.";
