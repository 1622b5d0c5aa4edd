//! `tp serve`: the demo game, for clients elsewhere.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::process::ExitCode;

use tp_game::{ACCOUNTS, Game, Serving};

use crate::args::ServeArgs;
use crate::failure::Failure;

/// Runs the subcommand.
pub(crate) fn run(args: &ServeArgs) -> Result<ExitCode, Failure> {
    let game = Game::builder().seed(args.seed).build();
    let address = SocketAddr::from((args.listen, args.port));
    // From here on Ctrl-C ends the game in good order.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| cannot_wait(&error))?;
    let serving = start(&game, &address.to_string())?;
    let greeting = greeting(serving.local_addr(), args.seed);
    runtime.block_on(async {
        let end = tokio::signal::ctrl_c();
        // `end` is polled first: Ctrl-C is caught before anybody is told of it.
        let (end, ()) = tokio::join!(end, async {
            // The game goes on if nobody reads this.
            let _ = io::stdout().write_all(greeting.as_bytes());
        });
        end.map_err(|error| cannot_wait(&error))
    })?;
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

fn cannot_wait(error: &io::Error) -> Failure {
    Failure::failed(format_args!("cannot wait for Ctrl-C: {error}"))
}
