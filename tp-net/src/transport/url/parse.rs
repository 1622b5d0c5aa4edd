//! Reading URLs.

use std::net::Ipv6Addr;
use std::str::FromStr;

use super::escape::unescaped;
use super::{Login, Scheme, Url, UrlError};

impl FromStr for Url {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let text = text.trim_ascii();
        let (scheme, rest) = match split_scheme(text) {
            Some((scheme, rest)) => (scheme.parse()?, rest),
            None => (Scheme::Tp, text),
        };
        if rest.contains(['?', '#']) {
            return Err(UrlError::Query);
        }
        // RFC 3986 ends the authority here, even where the slash is meant to be of a password.
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if path.contains('@') {
            return Err(UrlError::Slash);
        }
        let (login, place_text) = match authority.rsplit_once('@') {
            Some((login, place)) => (Some(parse_login(login)?), place),
            None => (None, authority),
        };
        let (host, port) = place(place_text)?;
        let game = path.strip_suffix('/').unwrap_or(path);
        Ok(Self {
            scheme,
            host,
            port,
            login,
            game: Some(plain(game, "game")?).filter(|game| !game.is_empty()),
        })
    }
}

/// What stands before `://` and behind it, if that is how the text begins: these three may also
/// be in a password.
pub(in crate::transport) fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let is_of_schemes =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    text.split_once("://")
        .filter(|(scheme, _)| scheme.bytes().all(is_of_schemes))
}

/// Host and port as they stand in URLs, and in files that name servers.
pub(in crate::transport) fn place(text: &str) -> Result<(String, Option<u16>), UrlError> {
    let (host_text, port) = split_port(text)?;
    let port = port.map(parse_port).transpose()?;
    Ok((host(host_text)?, port))
}

/// A host, in the one way in which it is kept, so that it can be compared: a name in small
/// letters, or an address as the standard library writes it.
pub(in crate::transport) fn host(text: &str) -> Result<String, UrlError> {
    if let Some(inside) = text.strip_prefix('[') {
        let inside = inside.strip_suffix(']').ok_or(UrlError::Ipv6)?;
        // The zone is percent-encoded (RFC 6874), the address is not.
        return match inside.split_once('%') {
            Some((address, zone)) => {
                let zone = zone.strip_prefix("25").unwrap_or(zone);
                ipv6(address, Some(&plain(zone, "zone")?))
            }
            None => ipv6(inside, None),
        };
    }
    if text.is_empty() {
        return Err(UrlError::NoHost);
    }
    if text.contains(':') {
        let (address, zone) = split_zone(text);
        return ipv6(address, zone);
    }
    if !text.is_ascii() {
        return Err(UrlError::International);
    }
    // Names go into HTTP headers and files, so nothing that has a meaning there.
    let is_of_names = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    // A dot may mark the end of a name; between two there is a label (RFC 1035, 2.3.1).
    let mut labels = text.strip_suffix('.').unwrap_or(text).split('.');
    match text.bytes().all(is_of_names) && labels.all(|label| !label.is_empty()) {
        true => Ok(text.to_ascii_lowercase()),
        false => Err(UrlError::Host),
    }
}

/// The address of a host, and its zone if it has one.
pub(crate) fn split_zone(host: &str) -> (&str, Option<&str>) {
    match host.split_once('%') {
        Some((address, zone)) => (address, Some(zone)),
        None => (host, None),
    }
}

fn ipv6(address: &str, zone: Option<&str>) -> Result<String, UrlError> {
    let address: Ipv6Addr = address.parse().map_err(|_| UrlError::Ipv6)?;
    match zone {
        // An IPv4 address in an IPv6 one is the same host.
        None => Ok(address.to_canonical().to_string()),
        // Elsewhere an address says all, and a zone is a mistake (RFC 6874).
        Some(zone) if address.is_unicast_link_local() && is_zone(zone) => {
            Ok(format!("{address}%{zone}"))
        }
        Some(_) => Err(UrlError::Zone),
    }
}

/// Returns `true` if it can be the name or number of an interface.
fn is_zone(zone: &str) -> bool {
    let is_of_zones =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    !zone.is_empty() && zone.bytes().all(is_of_zones)
}

fn split_port(place: &str) -> Result<(&str, Option<&str>), UrlError> {
    if place.starts_with('[') {
        let end = place.find(']').ok_or(UrlError::Ipv6)?;
        let (host, rest) = place
            .split_at_checked(end.saturating_add(1))
            .ok_or(UrlError::Ipv6)?;
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if rest.is_empty() => Ok((host, None)),
            None => Err(UrlError::Ipv6),
        };
    }
    match place.split_once(':') {
        // A bare IPv6 address has no room for a port.
        Some((_, rest)) if rest.contains(':') => Ok((place, None)),
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((place, None)),
    }
}

fn parse_port(text: &str) -> Result<u16, UrlError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(port) if digits && port != 0 => Ok(port),
        _ => Err(UrlError::Port),
    }
}

fn parse_login(text: &str) -> Result<Login, UrlError> {
    let (user, password) = match text.split_once(':') {
        Some((user, password)) => (user, Some(password)),
        None => (text, None),
    };
    if user.is_empty() {
        return Err(UrlError::NoUser);
    }
    Ok(Login {
        user: plain(user, "user's name")?,
        password: password
            .map(|password| plain(password, "password"))
            .transpose()?,
    })
}

/// What text stands for; `part` is what it is of the URL.
fn plain(text: &str, part: &'static str) -> Result<String, UrlError> {
    let bytes = unescaped(text).ok_or(UrlError::Escape)?;
    String::from_utf8(bytes).map_err(|_| UrlError::NotUtf8(part))
}
