//! What is spoken with a server.

use std::fmt;
use std::str::FromStr;

use super::UrlError;

/// What is spoken with a server: the part of a URL before `://`.
///
/// ```
/// use tp_net::transport::Scheme;
///
/// let scheme: Scheme = "tps".parse()?;
/// assert_eq!((scheme, scheme.port()), (Scheme::Tps, 6924));
/// assert_eq!(scheme.to_string(), "tps");
/// # Ok::<(), tp_net::transport::UrlError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// `tp`: frames over TCP.
    Tp,
    /// `tps`: frames over TLS.
    Tps,
    /// `tp+http`: frames in an HTTP tunnel.
    TpHttp,
    /// `tp+https`: frames over TLS, as with [`Tps`](Self::Tps). HTTP is spoken only with a proxy
    /// on the way; servers have none inside.
    TpHttps,
}

impl Scheme {
    /// All of them, in the order in which clients prefer them where a game offers several.
    pub(crate) const PREFERENCE: [Self; 4] = [Self::Tps, Self::Tp, Self::TpHttps, Self::TpHttp];

    /// Where it stands in that order.
    pub(crate) fn rank(self) -> usize {
        let place = Self::PREFERENCE.iter().position(|scheme| *scheme == self);
        place.unwrap_or(Self::PREFERENCE.len())
    }

    /// The scheme of a connection as games tell its type; `None` if there is none. In a query
    /// whose plus was not escaped it arrives as a space.
    pub(crate) fn of_connection(r#type: &str) -> Option<Self> {
        r#type.replace(' ', "+").parse().ok()
    }

    /// The scheme as written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tp => "tp",
            Self::Tps => "tps",
            Self::TpHttp => "tp+http",
            Self::TpHttps => "tp+https",
        }
    }

    /// The TCP port of games: 6923, 6924, 80 or 443.
    #[must_use]
    pub fn port(self) -> u16 {
        match self {
            Self::Tp => 6923,
            Self::Tps => 6924,
            Self::TpHttp => 80,
            Self::TpHttps => 443,
        }
    }

    /// The TCP port of a server's administration: 6925, and 6926 with TLS; tunnels have the one
    /// of games.
    #[must_use]
    pub fn admin_port(self) -> u16 {
        match self {
            Self::Tp => 6925,
            Self::Tps => 6926,
            Self::TpHttp | Self::TpHttps => self.port(),
        }
    }

    /// Returns `true` if nobody on the way can read or change what is said.
    #[must_use]
    pub fn is_encrypted(self) -> bool {
        matches!(self, Self::Tps | Self::TpHttps)
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scheme {
    type Err = UrlError;

    /// Case does not matter.
    fn from_str(text: &str) -> Result<Self, UrlError> {
        match text.to_ascii_lowercase().as_str() {
            "tp" => Ok(Self::Tp),
            "tps" => Ok(Self::Tps),
            "tp+http" | "tphttp" | "http" => Ok(Self::TpHttp),
            "tp+https" | "tphttps" | "https" => Ok(Self::TpHttps),
            _ => Err(UrlError::Scheme(text.to_owned())),
        }
    }
}
