//! `tp metaserver`: a list of games, for a group of friends.

use std::net::SocketAddr;
use std::process::ExitCode;

use tp_net::discovery::metaserver::{Directory, Frames, Server};
use tp_net::game;

use crate::failure::Failure;
use crate::log::LogArgs;
use crate::shutdown::{runtime, until_told};
use clap::{Args, ValueEnum};
use std::net::IpAddr;

/// Run a metaserver: a list of games that others ask, until Ctrl-C or SIGTERM
#[derive(Args)]
#[command(after_help = "\
Examples:
  tp metaserver
  tp metaserver --listen 0.0.0.0 --port 80   for other machines

Games register by themselves, and are forgotten ten minutes after they last did. A web browser shows \
the list.")]
pub(crate) struct MetaserverArgs {
    /// The TCP port; 0 is any free one
    #[arg(long, default_value_t = 8080)]
    pub(crate) port: u16,

    /// The IP address to listen on
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub(crate) listen: IpAddr,

    /// The version in the headers of answers
    #[arg(long, value_enum, default_value_t = FramesChoice::Auto)]
    pub(crate) frames: FramesChoice,

    #[command(flatten)]
    pub(crate) log: LogArgs,
}

/// The version in the headers of a metaserver's answers.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FramesChoice {
    /// TP03 for Python programs and those that do not say what they are, TP04 for others
    Auto,
    /// TP03 for all
    Tp03,
    /// TP04 for all
    Tp04,
}

/// Runs the subcommand.
pub(crate) fn run(args: &MetaserverArgs) -> Result<ExitCode, Failure> {
    let directory = Directory::default().frames(match args.frames {
        FramesChoice::Auto => Frames::ByUserAgent,
        FramesChoice::Tp03 => Frames::Always(game::TP03),
        FramesChoice::Tp04 => Frames::Always(game::TP04),
    });
    args.log.start(None);
    let runtime = runtime()?;
    let address = SocketAddr::from((args.listen, args.port));
    let server = runtime.block_on(Server::start(address, directory));
    let server = server
        .map_err(|error| Failure::failed(format_args!("the metaserver does not start: {error}")))?;
    let greeting = greeting(server.local_addr());
    until_told(&runtime, &greeting, std::future::ready(()))?;
    runtime.block_on(server.shutdown());
    Ok(ExitCode::SUCCESS)
}

fn greeting(address: SocketAddr) -> String {
    let host = match address.ip() {
        any if any.is_unspecified() => format!("HOST:{}", address.port()),
        _ => address.to_string(),
    };
    format!(
        "the metaserver listens on {address}; a web browser shows it at http://{host}/\n\
         games register with: tp serve --metaserver http://{host}/\n\
         players find them with: tp find --metaserver http://{host}/\n\
         Ctrl-C ends the metaserver\n"
    )
}
