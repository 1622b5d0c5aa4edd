//! `tp serve`: the demo game, for clients elsewhere.

use std::net::SocketAddr;
use std::process::ExitCode;

use tp_game::{ACCOUNTS, Game, Serving};

use crate::announce::Announcer;
use crate::args::ServeArgs;
use crate::failure::Failure;
use crate::until_ctrl_c::{runtime, until_ctrl_c};

/// Runs the subcommand.
pub(crate) fn run(args: &ServeArgs) -> Result<ExitCode, Failure> {
    let game = Game::builder()
        .seed(args.seed)
        .long_name(&args.name)
        .build();
    let address = SocketAddr::from((args.listen, args.port));
    // From here on Ctrl-C ends the game in good order.
    let runtime = runtime()?;
    let serving = start(&game, &address.to_string())?;
    let announcer = Announcer::start(args, &game)?;
    let greeting = greeting(serving.local_addr(), args.seed);
    until_ctrl_c(&runtime, &greeting, announcer.run(&game))?;
    // First nobody finds it any more, then nobody reaches it.
    drop(announcer);
    serving.shutdown();
    Ok(ExitCode::SUCCESS)
}

/// Serves the game at `address`.
pub(crate) fn start(game: &Game, address: &str) -> Result<Serving, Failure> {
    let error = |error| format!("the demo game does not start: {error}");
    game.serve(address).map_err(error).map_err(Failure::failed)
}

/// Name and password of a player of every demo game.
pub(crate) fn guest() -> (&'static str, &'static str) {
    let [guest, ..] = ACCOUNTS;
    guest
}

fn greeting(address: SocketAddr, seed: u64) -> String {
    let accounts = ACCOUNTS
        .map(|(name, password)| format!("{name}/{password}"))
        .join(", ");
    let (user, password) = guest();
    format!(
        "the demo game, made from seed {seed}, listens on {address}\n\
         players and their passwords: {accounts}\n\
         try: tp universe {address} --user {user} --password {password}\n\
         Ctrl-C ends the game\n"
    )
}
