//! `tp metaserver`: a list of games, for a group of friends.

use std::net::SocketAddr;
use std::process::ExitCode;

use tp_net::discovery::metaserver::{Directory, Frames, Server};
use tp_net::game;

use crate::args::{FramesChoice, MetaserverArgs};
use crate::failure::Failure;
use crate::shutdown::{runtime, until_told};

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
