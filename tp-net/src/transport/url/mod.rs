//! Where a server is, and how to speak to it.

mod error;
mod escape;
mod of_game;
mod parse;
mod scheme;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::SocketAddr;

pub use error::UrlError;
#[cfg(feature = "http")]
pub(super) use parse::split_scheme;
#[cfg(any(feature = "http", feature = "tls"))]
pub(crate) use parse::split_zone;
#[cfg(feature = "tls")]
pub(super) use parse::{host, place};
pub use scheme::Scheme;

/// Where a server is, how to speak to it, and what to do there.
///
/// ```text
/// [scheme://][user[:password]@]host[:port][/game]
/// ```
///
/// | scheme | also written | what is spoken | port | administration |
/// |---|---|---|---|---|
/// | `tp`, or none | | frames over TCP | 6923 | 6925 |
/// | `tps` | | frames over TLS | 6924 | 6926 |
/// | `tp+http` | `tphttp`, `http` | frames in an HTTP tunnel | 80 | |
/// | `tp+https` | `tphttps`, `https` | frames over TLS, where web proxies expect it | 443 | |
///
/// User, password and game are percent-encoded where they hold what has a meaning in URLs. IPv6
/// addresses stand in brackets; a bare one without a port needs none. A slash at the end is no
/// part of the game's name.
///
/// [`Display`](fmt::Display) and [`Debug`] put `***` for the password; [`revealed`](Self::revealed)
/// writes the URL so that it can be read again. [`place`](Self::place) is what to log or show.
///
/// ```
/// use tp_net::transport::{Scheme, Url};
///
/// let url: Url = "tps://ada:s3cret@demo.example/game%20one/".parse()?;
/// assert_eq!((url.scheme(), url.host(), url.port()), (Scheme::Tps, "demo.example", None));
/// assert_eq!(url.login_name().as_deref(), Some("ada@game one"));
/// assert_eq!(url.to_string(), "tps://ada:***@demo.example/game%20one");
/// assert_eq!(url.revealed().to_string(), "tps://ada:s3cret@demo.example/game%20one");
/// assert_eq!(url.place().to_string(), "tps://demo.example");
///
/// let same = Url::new(Scheme::Tps, "demo.example")?.with_login("ada", "s3cret").with_game("game one");
/// assert_eq!(same, url);
/// # Ok::<(), tp_net::transport::UrlError>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Url {
    scheme: Scheme,
    /// A name in small letters or an IP address; IPv6 without brackets, perhaps with a zone
    /// behind `%`.
    host: String,
    port: Option<u16>,
    login: Option<Login>,
    game: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Login {
    user: String,
    password: Option<String>,
}

impl Url {
    /// A server at its usual port. IPv6 addresses may stand in brackets, and need not.
    ///
    /// # Errors
    ///
    /// [`NoHost`](UrlError::NoHost), [`Host`](UrlError::Host),
    /// [`International`](UrlError::International), [`Ipv6`](UrlError::Ipv6) or
    /// [`Zone`](UrlError::Zone).
    pub fn new(scheme: Scheme, host: &str) -> Result<Self, UrlError> {
        Ok(Self {
            scheme,
            host: parse::host(host)?,
            port: None,
            login: None,
            game: None,
        })
    }

    /// The same at this TCP port.
    #[must_use]
    pub fn with_port(self, port: u16) -> Self {
        Self {
            port: Some(port),
            ..self
        }
    }

    /// The same with a user's name. An empty one is none.
    #[must_use]
    pub fn with_user(self, user: impl Into<String>) -> Self {
        self.login(user.into(), None)
    }

    /// The same with a user's name and password. Without a name there is no password either.
    #[must_use]
    pub fn with_login(self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.login(user.into(), Some(password.into()))
    }

    fn login(self, user: String, password: Option<String>) -> Self {
        let login = (!user.is_empty()).then_some(Login { user, password });
        Self { login, ..self }
    }

    /// The same with the name of a game. An empty one is none.
    #[must_use]
    pub fn with_game(self, game: impl Into<String>) -> Self {
        let game = Some(game.into()).filter(|game| !game.is_empty());
        Self { game, ..self }
    }

    /// What is spoken.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host's name in small letters, or its IP address in the usual form; IPv6 without
    /// brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The TCP port, if it was given.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The TCP port; the scheme's for games if none was given.
    #[must_use]
    pub fn port_or_default(&self) -> u16 {
        self.port.unwrap_or(self.scheme.port())
    }

    /// The user's name, if it was given.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.login.as_ref().map(|login| login.user.as_str())
    }

    /// The user's password, if it was given; it may be empty.
    #[must_use]
    pub fn password(&self) -> Option<&str> {
        self.login.as_ref()?.password.as_deref()
    }

    /// The name of the game, if it was given: what some servers want behind the user's name.
    #[must_use]
    pub fn game(&self) -> Option<&str> {
        self.game.as_deref()
    }

    /// The name to log in with: `user@game` if a game was given, else the user's; none without a
    /// user. Servers that run one game cut the name at the `@`.
    #[must_use]
    pub fn login_name(&self) -> Option<String> {
        let user = self.user()?;
        Some(match self.game() {
            Some(game) => format!("{user}@{game}"),
            None => user.to_owned(),
        })
    }

    /// The same without user, password and game: scheme, host and port.
    #[must_use]
    pub fn place(&self) -> Self {
        Self {
            login: None,
            game: None,
            ..self.clone()
        }
    }

    /// The whole URL in writing, with its password, so that it can be read again: to be passed on to
    /// another program or kept where no other user may read it, and not for logs.
    #[must_use]
    pub fn revealed(&self) -> impl fmt::Display + '_ {
        Revealed(self)
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, is_revealed: bool) -> fmt::Result {
        write!(f, "{}://", self.scheme)?;
        if let Some(Login { user, password }) = &self.login {
            write!(f, "{}", escape::escaped(user))?;
            match password {
                Some(password) if is_revealed => write!(f, ":{}", escape::escaped(password))?,
                Some(_) => f.write_str(":***")?,
                None => {}
            }
            f.write_str("@")?;
        }
        write!(f, "{}", self.authority())?;
        match &self.game {
            Some(game) => write!(f, "/{}", escape::escaped(game)),
            None => Ok(()),
        }
    }

    /// The same with `port` if it has none.
    pub(crate) fn or_port(self, port: u16) -> Self {
        Self {
            port: self.port.or(Some(port)),
            ..self
        }
    }

    /// Host and port.
    pub(crate) fn authority(&self) -> Authority<'_> {
        Authority {
            host: &self.host,
            port: self.port,
        }
    }

    /// Host and port as others are told them, as in `Host` headers: without the zone of an
    /// address, which means something on this machine only (RFC 6874, 4).
    #[cfg(feature = "http")]
    pub(crate) fn authority_for_others(&self) -> Authority<'_> {
        let (host, _) = split_zone(&self.host);
        Authority {
            host,
            port: self.port,
        }
    }
}

/// Host and port in writing.
#[derive(Clone, Copy)]
pub(crate) struct Authority<'a> {
    host: &'a str,
    port: Option<u16>,
}

impl fmt::Display for Authority<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.split_once('%') {
            // The zone of a link-local address (RFC 6874).
            Some((address, zone)) => write!(f, "[{address}%25{}]", escape::escaped(zone))?,
            None if self.host.contains(':') => write!(f, "[{}]", self.host)?,
            None => f.write_str(self.host)?,
        }
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Url {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, false)
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Url(\"{self}\")")
    }
}

/// A URL with its password.
struct Revealed<'a>(&'a Url);

impl fmt::Display for Revealed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(f, true)
    }
}

impl From<SocketAddr> for Url {
    fn from(address: SocketAddr) -> Self {
        let host = match address {
            SocketAddr::V6(v6) if v6.scope_id() != 0 && v6.ip().is_unicast_link_local() => {
                format!("{}%{}", v6.ip(), v6.scope_id())
            }
            other => other.ip().to_canonical().to_string(),
        };
        Self {
            scheme: Scheme::Tp,
            host,
            port: Some(address.port()),
            login: None,
            game: None,
        }
    }
}

impl TryFrom<&str> for Url {
    type Error = UrlError;

    fn try_from(text: &str) -> Result<Self, UrlError> {
        text.parse()
    }
}

impl TryFrom<&String> for Url {
    type Error = UrlError;

    fn try_from(text: &String) -> Result<Self, UrlError> {
        text.parse()
    }
}

impl TryFrom<String> for Url {
    type Error = UrlError;

    fn try_from(text: String) -> Result<Self, UrlError> {
        text.parse()
    }
}

impl From<&Self> for Url {
    fn from(url: &Self) -> Self {
        url.clone()
    }
}
