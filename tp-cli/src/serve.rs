//! `tp serve`: the demo game, for clients elsewhere.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use tp_game::{ACCOUNTS, Game, ServeError, Serving};
use tp_net::server::{Builder, Limits, Server};
use tp_net::transport::tls::Identity;

use crate::announce::Announcer;
use crate::args::ServeArgs;
use crate::failure::Failure;
use crate::secret_file;
use crate::shutdown::{runtime, until_told};
use crate::sighup::Sighup;

/// Runs the subcommand.
pub(crate) fn run(args: &ServeArgs) -> Result<ExitCode, Failure> {
    let (game, kept) = game(args)?;
    let address = SocketAddr::from((args.listen, args.port));
    let identity = args.identity.identity(args.listen, args.host.as_deref())?;
    let admin = args.admin.administration(&game, identity.as_ref())?;
    let followed = admin.as_ref().map(|admin| admin.log.clone());
    // From here on Ctrl-C ends the game in good order.
    let runtime = runtime()?;
    let sighup = Sighup::catch(&runtime)?;
    let limits = Limits::default().login_delay(Duration::from_secs(args.login_delay));
    let mut builder = Server::builder()
        .name(&args.name)
        .limits(limits)
        .listen(address.to_string());
    if let Some(identity) = &identity {
        builder = builder.tls(identity.clone());
    }
    let (serving, account) = match admin {
        Some(it) => (
            started(game.serve_with_admin(builder, it.builder, it.admin))?,
            Some(it.account),
        ),
        None => (start(&game, builder)?, None),
    };
    let announcer = Announcer::start(args, &game)?;
    // Who mistypes an argument reads of that and of nothing else.
    args.log.start(followed);
    let accounts = match args.accounts {
        None => public_accounts(),
        Some(_) => format!("{} accounts", game.accounts()),
    };
    let mut greeting = greeting(
        serving.local_addr(),
        game.seed(),
        &accounts,
        identity.as_ref(),
    );
    greeting.push_str(&kept);
    if let (Some(address), Some(account)) = (serving.admin_addr(), account) {
        // Memory takes it all.
        let _ = writeln!(greeting, "administration on {address}: as {account}");
    }
    greeting.push_str("Ctrl-C ends the game\n");
    if (args.publish || args.metaserver.is_some()) && args.listen.is_loopback() {
        greeting.push_str("only this machine reaches it; --listen 0.0.0.0 lets others in\n");
    }
    let meanwhile = async {
        tokio::join!(announcer.run(&game), sighup.reload(identity));
    };
    until_told(&runtime, &greeting, meanwhile)?;
    // First nobody finds it any more, then nobody reaches it.
    drop(announcer);
    serving.shutdown();
    Ok(ExitCode::SUCCESS)
}

/// The game, and what is to be said of where it is kept.
fn game(args: &ServeArgs) -> Result<(Game, String), Failure> {
    let mut builder = Game::builder().seed(args.seed).long_name(&args.name);
    if let Some(time) = args.turn_time {
        builder = builder.turn_time(time);
    }
    if let Some(file) = &args.accounts {
        builder = builder.public_accounts(false);
        for (name, password) in secret_file::read_accounts(file)? {
            builder = builder.account(name, password);
        }
    }
    let Some(folder) = &args.data else {
        return Ok((builder.build(), String::new()));
    };
    let opened = builder.open(folder).map_err(Failure::failed)?;
    let (game, folder) = (opened.game, folder.display());
    let mut kept = match opened.is_new {
        true => format!("a new game, kept in {folder}\n"),
        false => format!(
            "kept in {folder}: turn {}, {} accounts\n",
            game.turn(),
            game.accounts()
        ),
    };
    if opened.recovered > 0 {
        // Memory takes it all.
        let _ = writeln!(
            kept,
            "it was not ended properly: {} changes since its last snapshot are made again",
            opened.recovered
        );
    }
    Ok((game, kept))
}

/// Serves the game as the builder says.
pub(crate) fn start(game: &Game, builder: Builder) -> Result<Serving, Failure> {
    started(game.serve_by(builder))
}

fn started(serving: Result<Serving, ServeError>) -> Result<Serving, Failure> {
    serving.map_err(|error| Failure::failed(format_args!("the demo game does not start: {error}")))
}

/// Name and password of a player of every demo game.
pub(crate) fn guest() -> (&'static str, &'static str) {
    let [guest, ..] = ACCOUNTS;
    guest
}

/// The accounts that everybody may use.
fn public_accounts() -> String {
    let accounts = ACCOUNTS.map(|(name, password)| format!("{name}/{password}"));
    format!("players and their passwords: {}", accounts.join(", "))
}

fn greeting(address: SocketAddr, seed: u64, accounts: &str, identity: Option<&Identity>) -> String {
    let (user, password) = guest();
    let mut greeting =
        format!("the demo game, made from seed {seed}, listens on {address}\n{accounts}\n");
    // An address to listen on is not always one to connect to.
    let place = match address.ip().is_unspecified() {
        true => format!("localhost:{}", address.port()),
        false => address.to_string(),
    };
    // Memory takes it all.
    let _ = writeln!(greeting, "try: tp objects {user}:{password}@{place}");
    if let Some(identity) = identity {
        let fingerprint = identity.fingerprint();
        let _ = writeln!(
            greeting,
            "encrypted: tp objects tps://{user}:{password}@{place} --fingerprint {fingerprint}"
        );
    }
    let _ = writeln!(greeting, "in a browser: http://{place}/");
    greeting
}
