//! Where a server is.

use std::fmt;
use std::net::{Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// The port of a plain connection to a game.
pub const PORT: u16 = 6923;

/// The port of a plain connection to a server's administration.
pub const ADMIN_PORT: u16 = 6925;

/// Host and port of a server.
///
/// Written `host`, `host:port`, `[v6]:port` or `tp://host:port`; what follows a slash is left to
/// the game. Without a port it is 6923 for games and 6925 for administration.
///
/// ```
/// use tp_net::transport::Address;
///
/// let address: Address = "tp://demo.example/".parse()?;
/// assert_eq!((address.host(), address.port()), ("demo.example", None));
/// # Ok::<(), tp_net::transport::AddressError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    host: String,
    port: Option<u16>,
}

/// Why an address cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// There is no host.
    #[error("the address {0:?} names no host")]
    NoHost(
        /// The address.
        String,
    ),
    /// The port is no number from 0 to 65535.
    #[error("{0:?} is no port")]
    Port(
        /// What stands in its place.
        String,
    ),
    /// This client cannot speak that way.
    #[error("connections of kind {0:?} are not supported")]
    Scheme(
        /// What stands before `://`.
        String,
    ),
    /// A bracket is not closed, or holds no IPv6 address.
    #[error("{0:?} is no IPv6 address")]
    V6(
        /// The address.
        String,
    ),
}

impl Address {
    /// The host's name or IP address; IPv6 without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The TCP port, if it was given. Connectors are always given one.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The same with `port` if it has none.
    pub(crate) fn or_port(self, port: u16) -> Self {
        Self {
            port: self.port.or(Some(port)),
            ..self
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let rest = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("tp") => rest,
            Some((scheme, _)) => return Err(AddressError::Scheme(scheme.to_owned())),
            None => text,
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let place = authority
            .rsplit_once('@')
            .map_or(authority, |(_, place)| place);
        let (host, port) = split_port(place)?;
        if host.is_empty() {
            return Err(AddressError::NoHost(place.to_owned()));
        }
        let port = match port {
            None => None,
            Some(port) => Some(
                port.parse()
                    .map_err(|_| AddressError::Port(port.to_owned()))?,
            ),
        };
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }
}

fn split_port(place: &str) -> Result<(&str, Option<&str>), AddressError> {
    let no_v6 = || AddressError::V6(place.to_owned());
    if let Some(inside) = place.strip_prefix('[') {
        let (host, port) = inside.split_once(']').ok_or_else(no_v6)?;
        host.parse::<Ipv6Addr>().map_err(|_| no_v6())?;
        return match port.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if port.is_empty() => Ok((host, None)),
            None => Err(no_v6()),
        };
    }
    match place.split_once(':') {
        // A bare IPv6 address has no room for a port.
        Some((_, rest)) if rest.contains(':') => {
            place.parse::<Ipv6Addr>().map_err(|_| no_v6())?;
            Ok((place, None))
        }
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((place, None)),
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') {
            write!(f, "[{host}]")?;
        } else {
            f.write_str(host)?;
        }
        match port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self {
            host: address.ip().to_string(),
            port: Some(address.port()),
        }
    }
}

impl TryFrom<&str> for Address {
    type Error = AddressError;

    fn try_from(text: &str) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl TryFrom<&String> for Address {
    type Error = AddressError;

    fn try_from(text: &String) -> Result<Self, AddressError> {
        text.parse()
    }
}

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_reads() {
        for (text, shown) in [
            ("localhost", "localhost"),
            ("localhost:99", "localhost:99"),
            ("tp://h", "h"),
            ("TP://h:7/game%20one/", "h:7"),
            ("tp://u:p@h:99/game", "h:99"),
            ("127.0.0.1:1", "127.0.0.1:1"),
            ("::1", "[::1]"),
            ("[::1]", "[::1]"),
            ("tp://[fe80::1]:70", "[fe80::1]:70"),
        ] {
            assert_eq!(
                text.parse::<Address>().map(|it| it.to_string()),
                Ok(shown.to_owned())
            );
        }
    }

    #[test]
    fn every_fault_is_told_apart() {
        let error = |text: &str| text.parse::<Address>().unwrap_err();
        assert_eq!(error(""), AddressError::NoHost(String::new()));
        assert_eq!(error(":7"), AddressError::NoHost(":7".into()));
        assert_eq!(error("h:70000"), AddressError::Port("70000".into()));
        assert_eq!(error("h:"), AddressError::Port(String::new()));
        assert_eq!(error("gopher://h"), AddressError::Scheme("gopher".into()));
        assert_eq!(error("[::1"), AddressError::V6("[::1".into()));
        assert_eq!(error("[h]:7"), AddressError::V6("[h]:7".into()));
        assert_eq!(error("a:b:c"), AddressError::V6("a:b:c".into()));
    }
}
