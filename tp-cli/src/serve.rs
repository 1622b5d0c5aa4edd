//! `tp serve`: the demo game, for clients elsewhere.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use tp_game::{ACCOUNTS, Game, ServeError, Serving};
use tp_net::server::{Builder, Limits, Server};
use tp_net::transport::tls::Identity;

use crate::admin::AdminArgs;
use crate::announce::{AnnounceArgs, Announcer};
use crate::failure::Failure;
use crate::identity::IdentityArgs;
use crate::log::LogArgs;
use crate::secret_file;
use crate::shutdown::{runtime, until_told};
use crate::sighup::Sighup;
use crate::values::time;
use clap::Args;
use clap::builder::RangedU64ValueParser;
use std::net::IpAddr;
use std::path::PathBuf;

/// Run the demo game for clients elsewhere, until Ctrl-C or SIGTERM
#[derive(Args)]
#[command(after_help = "\
Examples:
  tp serve
  tp serve --port 0                    any free port, which is printed
  tp serve --listen 0.0.0.0 --seed 7   for other machines, another universe
  tp serve --listen 0.0.0.0 --publish  for other machines, which find it by themselves
  tp serve --listen 0.0.0.0 --metaserver http://meta.example/ --host game.example
  tp serve --cert chain.pem --key key.pem
  tp serve --admin                     with commands and a log for an administrator
  tp serve --data game                 kept in a folder, and there again next time

The one port takes plain connections, encrypted ones (tps://), tunnels through HTTP (tp+http://) and \
browsers. At SIGHUP (Unix) the certificate is read again; connections stay.

Anyone who reaches the game can play, as the passwords are public, unless --accounts has others.

Exit status: 0 after Ctrl-C or SIGTERM; 1 if it cannot listen, or the game in the folder is no game or \
is in use; 2 if another file or an option cannot be used.")]
pub(crate) struct ServeArgs {
    /// The TCP port; 0 is any free one
    #[arg(long, default_value_t = 6923)]
    pub(crate) port: u16,

    /// The IP address to listen on
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub(crate) listen: IpAddr,

    /// What the universe is made from: the same seed gives the same one
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,

    /// The game's name, as players find it
    #[arg(long, default_value = "A demonstration")]
    pub(crate) name: String,

    /// How long a turn lasts at most, 1s to 60m; without it, it ends when all players who are there have
    /// finished it
    #[arg(long, value_name = "TIME", value_parser = turn_time)]
    pub(crate) turn_time: Option<Duration>,

    /// Accounts for a new game, instead of the public ones: a file of NAME:PASSWORD lines
    #[arg(long, value_name = "FILE")]
    pub(crate) accounts: Option<PathBuf>,

    /// How long an attempt to log in waits at most after wrong ones, in seconds, 0 to 3600; 0 lets
    /// everybody guess passwords, as test-client does
    #[arg(long, value_name = "S", default_value_t = 60, value_parser = RangedU64ValueParser::<u64>::new().range(0..=3600))]
    pub(crate) login_delay: u64,

    /// Keep the game in this folder, made if it is missing: it goes on where it was, even after a
    /// crash. --seed is for a new game
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) log: LogArgs,

    #[command(flatten)]
    pub(crate) announce: AnnounceArgs,

    #[command(flatten)]
    pub(crate) identity: IdentityArgs,

    #[command(flatten)]
    pub(crate) admin: AdminArgs,
}

/// As long as a turn may last.
fn turn_time(text: &str) -> Result<Duration, &'static str> {
    let time = time(text)?;
    match time.as_secs() {
        0 => Err("a turn lasts a second at least"),
        _ => Ok(time),
    }
}

/// Runs the subcommand.
pub(crate) fn run(args: &ServeArgs) -> Result<ExitCode, Failure> {
    let (game, kept) = game(args)?;
    let address = SocketAddr::from((args.listen, args.port));
    let identity = args
        .identity
        .identity(args.listen, args.announce.host.as_deref())?;
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
    let announcer = Announcer::start(&args.announce, &game)?;
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
    if args.announce.is_wanted() && args.listen.is_loopback() {
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
