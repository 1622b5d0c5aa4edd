//! Lets others find the game that `tp serve` serves.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use tp_game::Game;
use tp_net::discovery::metaserver::{Key, Metaserver};
use tp_net::discovery::{Error, metaserver, zeroconf};
use tp_net::model;
use tp_net::transport::{Scheme, Url};

use crate::failure::{Failure, complain};
use crate::secret_file;

/// How often the game is looked at for what is new.
const LOOK: Duration = Duration::from_secs(1);

/// Letting others find the game
#[derive(Args)]
#[command(next_help_heading = "Letting others find the game")]
pub(crate) struct AnnounceArgs {
    /// Announce the game on the local network, by zeroconf
    #[arg(long)]
    pub(crate) publish: bool,

    /// Register the game with this metaserver, and keep it registered
    #[arg(long, value_name = "URL")]
    pub(crate) metaserver: Option<String>,

    /// How players elsewhere reach this machine, a name or an address; without it, the metaserver
    /// takes the address it is asked from
    #[arg(long, value_name = "HOST", requires = "metaserver", value_parser = host)]
    pub(crate) host: Option<String>,

    /// A file with the game's key for metaservers, made if it is missing; without it the key is
    /// new each time, and a game started again is refused for ten minutes
    #[arg(long, value_name = "FILE", requires = "metaserver")]
    pub(crate) key_file: Option<PathBuf>,
}

fn host(text: &str) -> Result<String, String> {
    let url = Url::new(Scheme::Tp, text).map_err(|error| error.to_string())?;
    match url.host().contains('%') {
        true => Err("a zone means nothing to players elsewhere".to_owned()),
        false => Ok(url.host().to_owned()),
    }
}

impl AnnounceArgs {
    /// Whether anybody is to be told of the game.
    pub(crate) fn is_wanted(&self) -> bool {
        self.publish || self.metaserver.is_some()
    }
}

/// What announces the game, as far as it was asked for.
pub(crate) struct Announcer {
    zeroconf: Option<zeroconf::Publisher>,
    metaserver: Option<Registration>,
}

struct Registration {
    publisher: metaserver::Publisher,
    url: String,
    /// How players reach this machine.
    host: Option<String>,
}

impl Announcer {
    /// Starts to announce a game that is served.
    pub(crate) fn start(args: &AnnounceArgs, game: &Game) -> Result<Self, Failure> {
        let announcement = game.announcement();
        let zeroconf = match args.publish {
            true => Some(zeroconf::Publisher::start(&announcement).map_err(not_announced)?),
            false => None,
        };
        let metaserver = match &args.metaserver {
            Some(url) => Some(register(url, args, &announcement)?),
            None => None,
        };
        Ok(Self {
            zeroconf,
            metaserver,
        })
    }

    /// Tells what is new about the game, and how that goes. Ends if nothing is announced.
    pub(crate) async fn run(&self, game: &Game) {
        if self.zeroconf.is_none() && self.metaserver.is_none() {
            return;
        }
        let mut registered = None;
        loop {
            let announcement = game.announcement();
            if let Some(publisher) = &self.zeroconf
                && let Err(error) = publisher.set(&announcement)
            {
                complain(format_args!("warning: {error}"));
            }
            if let Some(registration) = &self.metaserver {
                let game = told(announcement, registration.host.as_deref());
                registration.publisher.set(game);
                registration.report(&mut registered);
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl Registration {
    /// Says how the last update went, if that is not what was said before.
    fn report(&self, registered: &mut Option<bool>) {
        let Some(outcome) = self.publisher.outcome() else {
            return;
        };
        if *registered == Some(outcome.is_ok()) {
            return;
        }
        *registered = Some(outcome.is_ok());
        let url = &self.url;
        match outcome {
            Ok(receipt) if receipt.confirmed => {
                // The game goes on if nobody reads this.
                let _ = writeln!(io::stdout(), "registered with {url}");
            }
            Ok(receipt) => {
                let said = receipt.text.printable();
                let _ = writeln!(io::stdout(), "sent to {url}, which says: {said}");
            }
            Err(error) => complain(format_args!(
                "warning: not registered: {error}; it is tried again"
            )),
        }
    }
}

fn register(url: &str, args: &AnnounceArgs, game: &model::Game) -> Result<Registration, Failure> {
    let metaserver = Metaserver::new(url).map_err(Failure::misuse)?;
    let key = match &args.key_file {
        Some(file) => secret_file::read_or_make(file, "key")?.into(),
        None => Key::random().map_err(not_announced)?,
    };
    let publisher = metaserver::Publisher::builder(metaserver, key);
    let game = told(game.clone(), args.host.as_deref());
    Ok(Registration {
        publisher: publisher.start(game).map_err(not_announced)?,
        url: url.to_owned(),
        host: args.host.clone(),
    })
}

/// The announcement, with how this machine is reached.
fn told(mut game: model::Game, host: Option<&str>) -> model::Game {
    if let Some(host) = host {
        let is_address = host.parse::<std::net::IpAddr>().is_ok();
        for connection in &mut game.connections {
            let (dns, ip) = if is_address { ("", host) } else { (host, "") };
            (connection.dns, connection.ip) = (dns.into(), ip.into());
        }
    }
    game
}

fn not_announced(error: Error) -> Failure {
    Failure::failed(format_args!("the game is not announced: {error}"))
}
