//! Reading URLs.

use std::str::FromStr;

use super::escape::unescaped;
use super::{Login, Scheme, Url, UrlError, is_ipv6};

impl FromStr for Url {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        let text = text.trim_ascii();
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (scheme.parse()?, rest),
            None => (Scheme::Tp, text),
        };
        if rest.contains(['?', '#']) {
            return Err(UrlError::Query);
        }
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (login, place) = match authority.rsplit_once('@') {
            Some((login, place)) => (Some(parse_login(login)?), place),
            None => (None, authority),
        };
        let (host_text, port) = split_port(place)?;
        let port = port.map(parse_port).transpose()?;
        let game = path.strip_suffix('/').unwrap_or(path);
        Ok(Self {
            scheme,
            host: host(host_text)?,
            port,
            login,
            game: Some(plain(game, game)?).filter(|game| !game.is_empty()),
        })
    }
}

/// A host, as it is kept.
pub(super) fn host(text: &str) -> Result<String, UrlError> {
    let ipv6 = |host: String| match is_ipv6(&host) && is_sane_zone(&host) {
        true => Ok(host),
        false => Err(UrlError::Ipv6(text.to_owned())),
    };
    if let Some(inside) = text.strip_prefix('[') {
        let no_ipv6 = || UrlError::Ipv6(text.to_owned());
        let inside = inside.strip_suffix(']').ok_or_else(no_ipv6)?;
        // The zone is percent-encoded (RFC 6874), the address is not.
        return ipv6(match inside.split_once('%') {
            Some((address, zone)) => {
                let zone = zone.strip_prefix("25").unwrap_or(zone);
                format!("{address}%{}", plain(zone, zone)?)
            }
            None => inside.to_owned(),
        });
    }
    if text.is_empty() {
        return Err(UrlError::NoHost);
    }
    if text.contains(':') {
        return ipv6(text.to_owned());
    }
    // Names go into HTTP headers and files, so nothing that has a meaning there.
    let is_of_names =
        |character: char| character.is_alphanumeric() || matches!(character, '-' | '.' | '_');
    match text.chars().all(is_of_names) {
        true => Ok(text.to_owned()),
        false => Err(UrlError::Host(text.to_owned())),
    }
}

/// Returns `true` if the zone of an address, if it has one, is a name or number of an interface.
fn is_sane_zone(host: &str) -> bool {
    let (_, zone) = host.split_once('%').unwrap_or((host, ""));
    zone.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
}

fn split_port(place: &str) -> Result<(&str, Option<&str>), UrlError> {
    if place.starts_with('[') {
        let no_ipv6 = || UrlError::Ipv6(place.to_owned());
        let end = place.find(']').ok_or_else(no_ipv6)?;
        let (host, rest) = place
            .split_at_checked(end.saturating_add(1))
            .ok_or_else(no_ipv6)?;
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if rest.is_empty() => Ok((host, None)),
            None => Err(no_ipv6()),
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
        _ => Err(UrlError::Port(text.to_owned())),
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
        user: plain(user, user)?,
        password: password.map(|password| plain(password, "")).transpose()?,
    })
}

/// What text stands for; `shown` stands in the error.
fn plain(text: &str, shown: &str) -> Result<String, UrlError> {
    let bytes = unescaped(text).ok_or(UrlError::Escape)?;
    String::from_utf8(bytes).map_err(|_| UrlError::NotUtf8(shown.to_owned()))
}
