//! `tp demo`, and `tp` alone: the demo game and a client of it, in one program.

use std::process::ExitCode;

use tp_net::Versions;
use tp_net::server::Server;
use tp_net::transport::tls::Trust;

use crate::failure::{Failure, print};
use crate::place::Place;
use crate::serve;
use crate::universe::show;

const NEXT: &str = "
That was a whole game: a server and a client of it, both in this program. What to try next:
  tp serve                      runs the game for clients of yours
  tp universe HOST --user NAME --password WORD
                                draws the universe of any server
  tp decode FILE                reads captured traffic, such as tests/vectors/session-tp04.txt
In a checkout, `cargo run -q --` stands for `tp`; README.md leads on from there.
";

/// Runs the subcommand.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    // Port 0 is any free one; nobody else can reach it.
    let serving = serve::start(
        &tp_game::Game::builder().build(),
        Server::builder().listen("127.0.0.1:0"),
    )?;
    let (user, password) = serve::guest();
    let place = Place {
        url: serving.local_addr().into(),
        versions: Versions::all(),
        user: user.into(),
        password: password.into(),
        trust: Trust::default(),
    };
    let shown = show(&place)?;
    serving.shutdown();
    print(&(shown + NEXT))?;
    Ok(ExitCode::SUCCESS)
}
