//! A server, and who logs in there: what all commands that ask one have in common.

mod password;
mod profiles;
mod trust;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use tp_frames::{Version, printable};
use tp_net::blocking::Client;
use tp_net::transport::tls::{Fault, Fingerprint, Trust};
use tp_net::transport::{Proxies, TransportError, Url};
use tp_net::{Error, Options, Versions, game};

use crate::failure::Failure;
use crate::{prompt, values};
use password::Password;
use profiles::{Profile, Profiles};
pub(crate) use profiles::{ProfilesArgs, run as profiles};
use trust::TrustArgs;

/// A server, and who logs in there
#[derive(Args)]
pub(crate) struct ConnectionArgs {
    /// Where the server is: HOST, HOST:PORT, or SCHEME://NAME@HOST:PORT/GAME, of which all but the
    /// host can be left out; schemes are tp, tps, tp+http and tp+https. Or @PROFILE, one of your
    /// settings; `tp profiles` has more
    #[arg(value_name = "URL")]
    server: String,

    /// The player's name, unless the URL has it; some games want it as NAME@GAME
    #[arg(long, value_name = "NAME", help_heading = "Connection")]
    user: Option<String>,

    /// A file whose first line is the password. Without it the password is that of the URL, or what
    /// the variable TP_PASSWORD holds, or is asked for
    #[arg(long, value_name = "FILE", help_heading = "Connection")]
    password_file: Option<PathBuf>,

    /// The version of the protocol to speak; `auto`, which is usual, is the newest that the server
    /// knows
    #[arg(long, value_enum, value_name = "VERSION", help_heading = "Connection")]
    protocol: Option<Protocol>,

    #[command(flatten)]
    route: RouteArgs,
}

/// How a server is reached
#[derive(Args)]
pub(crate) struct RouteArgs {
    /// How long connecting may take, and how long each answer, 100ms to 60m; 10s and 30s if not
    /// given
    #[arg(long, value_name = "TIME", value_parser = values::time, help_heading = "Connection")]
    timeout: Option<Duration>,

    /// The HTTP proxy on the way, http://HOST:PORT, or `none`; by default, for tp+http and tp+https,
    /// what the environment says
    #[arg(long, value_name = "URL", help_heading = "Connection")]
    proxy: Option<String>,

    #[command(flatten)]
    trust: TrustArgs,
}

/// Which version of the protocol to speak with a server.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Protocol {
    /// The newest that the server knows
    Auto,
    /// TP03
    Tp03,
    /// TP04
    Tp04,
}

impl Protocol {
    fn versions(self) -> Versions {
        match self {
            Self::Auto => Versions::all(),
            Self::Tp03 => Versions::only(game::TP03),
            Self::Tp04 => Versions::only(game::TP04),
        }
    }
}

/// How to reach a server, and who logs in there.
pub(crate) struct Connection {
    /// Without user and password.
    pub(crate) url: Url,
    pub(crate) options: Options,
    user: Option<String>,
    password: Option<Password>,
}

impl ConnectionArgs {
    /// What the arguments, the URL and the settings say together.
    pub(crate) fn connection(&self) -> Result<Connection, Failure> {
        let (url, profile) = resolve(&self.server)?;
        let user = self.user(&url, &profile)?;
        let password = self.password(&url, &profile)?;
        let protocol = self.protocol.or(profile.protocol);
        let versions = protocol.unwrap_or(Protocol::Auto).versions();
        let options = self.route.options(&url, &profile)?.versions(versions);
        Ok(Connection {
            url: url.place(),
            options,
            user,
            password,
        })
    }

    /// The name that logs in, as the server wants it.
    fn user(&self, url: &Url, profile: &Profile) -> Result<Option<String>, Failure> {
        match (&self.user, url.login_name()) {
            (Some(given), Some(name)) if *given != name && url.user() != Some(given) => {
                Err(Failure::misuse(format_args!(
                    "--user is {}, and the URL says {}: who logs in?",
                    printable(given),
                    printable(&name)
                )))
            }
            (_, Some(name)) => Ok(Some(name)),
            (Some(given), None) => Ok(Some(given.clone())),
            (None, None) => Ok(profile.user.clone()),
        }
    }

    fn password(&self, url: &Url, profile: &Profile) -> Result<Option<Password>, Failure> {
        match (&self.password_file, url.password()) {
            (Some(_), Some(_)) => Err(Failure::misuse(
                "the URL has a password, and --password-file names another",
            )),
            (None, Some(password)) => Ok(Some(Password::Known(password.to_owned()))),
            (Some(file), None) => Ok(Some(Password::File(file.clone()))),
            (None, None) => Ok(profile.password_file.clone().map(Password::File)),
        }
    }
}

impl RouteArgs {
    /// How long each answer may take, if that was said.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// A server, and how it is reached.
    pub(crate) fn to(&self, server: &str) -> Result<(Url, Options), Failure> {
        let (url, profile) = resolve(server)?;
        Ok((url.place(), self.options(&url, &profile)?))
    }

    fn options(&self, url: &Url, profile: &Profile) -> Result<Options, Failure> {
        let of_profile = profile.trust()?;
        let trust = match self.trust.ways() {
            0 => &of_profile,
            _ => &self.trust,
        };
        if trust.ways() > 0 && !url.scheme().is_encrypted() {
            return Err(Failure::misuse(format_args!(
                "whom to trust matters where the connection is encrypted, and {} is not: tps:// and \
                 tp+https:// are",
                url.place()
            )));
        }
        let mut options = options().trust(trust.trust()?);
        if let Some(limit) = self.timeout.or(profile.timeout) {
            options = options
                .connect_timeout(limit)
                .greeting_timeout(limit)
                .optional_reply_timeout(limit)
                .reply_timeout(Some(limit));
        }
        if let Some(proxy) = self.proxy.as_ref().or(profile.proxy.as_ref()) {
            options = options.proxies(match proxy.as_str() {
                "none" => Proxies::Never,
                proxy => Proxies::Always(proxy.parse().map_err(Failure::misuse)?),
            });
        }
        Ok(options)
    }
}

/// The URL that was given, or that of a profile, and the profile.
fn resolve(server: &str) -> Result<(Url, Profile), Failure> {
    let (url, profile) = match server.strip_prefix('@') {
        Some(name) => {
            let profile = Profiles::read()?.take(name)?;
            (profile.url.clone(), profile)
        }
        None => (server.to_owned(), Profile::default()),
    };
    Ok((url.parse().map_err(Failure::misuse)?, profile))
}

/// How this program connects to servers.
pub(crate) fn options() -> Options {
    Options::default().client_name(concat!("tp/", env!("CARGO_PKG_VERSION")))
}

impl Connection {
    /// To a server of this program.
    pub(crate) fn to_own(url: Url, trust: Trust, user: &str, password: &str) -> Self {
        Self {
            url,
            options: options().trust(trust).proxies(Proxies::Never),
            user: Some(user.to_owned()),
            password: Some(Password::Known(password.to_owned())),
        }
    }

    /// A client that nobody has logged in with.
    pub(crate) fn connect(&self) -> Result<Client, Failure> {
        let connected = Client::connect(&self.url, self.options.clone());
        connected.map_err(|error| self.not_connected(&error))
    }

    /// Whether the server speaks this version too.
    pub(crate) fn speaks(&self, version: Version) -> bool {
        let options = self.options.clone().versions(Versions::only(version));
        Client::connect(&self.url, options).is_ok()
    }

    /// The fingerprint of the server's certificate, if it shows one: what is told of a server that
    /// nobody trusts.
    pub(crate) fn certificate(&self) -> Option<Fingerprint> {
        if !self.url.scheme().is_encrypted() {
            return None;
        }
        let options = self.options.clone().trust(Trust::pinned([]));
        let refused = Client::connect(&self.url, options).err()?;
        Some(refused.untrusted()?.fingerprint)
    }

    /// A client that is logged in.
    pub(crate) fn log_in(&self) -> Result<Client, Failure> {
        // First it is asked for, and then there is a time limit.
        let (user, password) = self.login()?;
        let mut client = self.connect()?;
        match client.login(&*user, &*password) {
            Ok(_) => Ok(client),
            Err(error) => Err(self.not_logged_in(&error)),
        }
    }

    /// Name and password, asked for if there is a person to ask.
    pub(crate) fn login(&self) -> Result<(String, String), Failure> {
        let user = match &self.user {
            Some(user) => user.clone(),
            None => password::ask_name(&self.url)?,
        };
        let password = match &self.password {
            Some(password) => password.read()?,
            None => password::find(&user, &self.url)?,
        };
        Ok((user, password))
    }

    /// Name and password of an account that is to be; what is typed is typed twice.
    pub(crate) fn new_login(&self) -> Result<(String, String), Failure> {
        let asks = self.password.is_none() && !password::is_in_environment();
        let (user, password) = self.login()?;
        if asks && prompt::ask_secret("Once more")? != password {
            return Err(Failure::misuse("the two passwords are not the same"));
        }
        Ok((user, password))
    }

    /// There is no connection.
    pub(crate) fn not_connected(&self, error: &Error) -> Failure {
        let hint = hint(error);
        match error {
            // This error tells the address by itself.
            Error::Unreachable { .. } => Failure::failed(format_args!("{error}{hint}")),
            _ => Failure::failed(format_args!("{}: {error}{hint}", self.url)),
        }
    }

    /// The server has answered the login with this.
    pub(crate) fn not_logged_in(&self, error: &Error) -> Failure {
        match (error.is_refused(), &self.user) {
            (true, Some(user)) => Failure::failed(format_args!(
                "{} does not log in {user}: {error}; check the name and the password",
                self.url
            )),
            _ => Failure::failed(format_args!("no answer to the login: {error}")),
        }
    }

    /// The server has answered a question with this.
    pub(crate) fn not_told(&self, error: &Error) -> Failure {
        match error.is_refused() {
            true => Failure::failed(format_args!("{} refuses: {error}", self.url)),
            false => Failure::failed(format_args!("{} does not tell: {error}", self.url)),
        }
    }
}

/// The answers that came. What the player may not see is left out; a lost connection is told.
pub(crate) fn visible<T>(answers: Vec<Result<T, Error>>) -> Result<Vec<T>, Error> {
    answers
        .into_iter()
        .filter(|answer| !matches!(answer, Err(Error::Refused(_) | Error::Malformed(_))))
        .collect()
}

fn hint(error: &Error) -> &'static str {
    if let Some(untrusted) = error.untrusted() {
        return match untrusted.fault {
            Fault::Changed { .. } => "",
            _ => " (--fingerprint, --ca, --trust-first-use)",
        };
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
        Error::VersionRefused(_) => "; try --protocol auto",
        _ => "",
    }
}
