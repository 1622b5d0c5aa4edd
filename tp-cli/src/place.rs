//! A server, and who logs in there: what all commands that ask one have in common.

use clap::{Args, ValueEnum};
use tp_net::transport::tls::Trust;
use tp_net::transport::{TransportError, Url};
use tp_net::{Error, Options, Versions, game};

use crate::failure::Failure;
use crate::trust::TrustArgs;

/// A server, and who logs in
#[derive(Args)]
pub(crate) struct PlaceArgs {
    /// Where the server is: HOST, HOST:PORT, or SCHEME://NAME:PASSWORD@HOST:PORT/GAME, of which
    /// all but the host can be left out; schemes are tp, tps, tp+http and tp+https
    #[arg(value_name = "URL")]
    server: String,

    /// The player's name, unless the URL has it; some games want it as NAME@GAME
    #[arg(long)]
    user: Option<String>,

    /// The player's password, unless the URL has it
    #[arg(long)]
    password: Option<String>,

    /// The version of the protocol to speak
    #[arg(long, value_enum, default_value_t = VersionChoice::Auto)]
    version: VersionChoice,

    #[command(flatten)]
    trust: TrustArgs,
}

/// Which version of the protocol to speak with a server.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum VersionChoice {
    /// The newest that the server knows
    Auto,
    /// TP03
    Tp03,
    /// TP04
    Tp04,
}

/// A server, and who logs in there.
pub(crate) struct Place {
    /// Without user and password.
    pub(crate) url: Url,
    pub(crate) versions: Versions,
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) trust: Trust,
}

/// What went wrong, and while doing what.
pub(crate) enum Trouble {
    Connecting(Error),
    LoggingIn(Error),
    Asking(Error),
}

impl PlaceArgs {
    /// What the arguments and the URL say together.
    pub(crate) fn place(&self) -> Result<Place, Failure> {
        let versions = match self.version {
            VersionChoice::Auto => Versions::all(),
            VersionChoice::Tp03 => Versions::only(game::TP03),
            VersionChoice::Tp04 => Versions::only(game::TP04),
        };
        let url: Url = self.server.parse().map_err(Failure::failed)?;
        let user = self.user.clone().or_else(|| url.login_name());
        let password = self.password.as_deref().or(url.password());
        let (Some(user), Some(password)) = (user, password) else {
            return Err(Failure::unusable(
                "who logs in? Give --user and --password, or tp://NAME:PASSWORD@HOST",
            ));
        };
        Ok(Place {
            url: url.place(),
            versions,
            user,
            password: password.to_owned(),
            trust: self.trust.trust()?,
        })
    }
}

impl Place {
    /// How a client of this program connects there.
    pub(crate) fn options(&self) -> Options {
        Options::default()
            .client_name(concat!("tp/", env!("CARGO_PKG_VERSION")))
            .versions(self.versions)
            .trust(self.trust.clone())
    }

    /// What went wrong there, and what to do about it, in one line.
    pub(crate) fn failure(&self, trouble: &Trouble) -> Failure {
        let (message, hint) = match trouble {
            // This error tells the address by itself.
            Trouble::Connecting(error @ Error::Unreachable { .. }) => {
                (error.to_string(), connecting(error))
            }
            Trouble::Connecting(error) => (format!("{}: {error}", self.url), connecting(error)),
            Trouble::LoggingIn(error) if error.is_refused() => (
                format!("{} does not log in {}: {error}", self.url, self.user),
                "; check --user and --password",
            ),
            Trouble::LoggingIn(error) => (format!("no answer to the login: {error}"), ""),
            Trouble::Asking(error) => (format!("{} does not tell: {error}", self.url), ""),
        };
        Failure::failed(message + hint)
    }
}

fn connecting(error: &Error) -> &'static str {
    if error.untrusted().is_some() {
        return " (--fingerprint, --ca, --trust-first-use)";
    }
    if let Some(TransportError::Lookup { .. }) = error.transport() {
        return "; is it spelled right, and is this machine on the network?";
    }
    match error {
        Error::Unreachable { .. } => {
            "; is the server running, and is this its port? Most servers use 6923, and 6924 for tps"
        }
        Error::NotTp(_) | Error::Framing(_) | Error::NotGreeted { .. } => {
            "; is this the port of the game?"
        }
        Error::VersionRefused(_) => "; try --version auto",
        _ => "",
    }
}
