//! The list of servers that are reached without a proxy.

use std::net::IpAddr;

use crate::transport::url::split_zone;

/// Returns `true` if `list`, the value of `no_proxy`, names this server.
pub(super) fn is_listed(list: &str, host: &str, port: u16) -> bool {
    let host = host.trim_end_matches('.');
    list.split(|character: char| character == ',' || character.is_whitespace())
        .filter(|entry| !entry.is_empty())
        .any(|entry| entry == "*" || matches(entry, host, port))
}

fn matches(entry: &str, host: &str, port: u16) -> bool {
    let (name, wanted_port) = split_port(entry);
    if wanted_port.is_some_and(|wanted| wanted != port) {
        return false;
    }
    // A zone says through which interface; that the address is exempt does not hang on it, unless
    // the entry has one too.
    let ((name, wanted_zone), (host, zone)) = (split_zone(name), split_zone(host));
    if wanted_zone.is_some() && wanted_zone != zone {
        return false;
    }
    match host.parse() {
        Ok(address) => is_in(name, address),
        Err(_) => is_under(name, host),
    }
}

/// Name or address, and the port behind it if there is one.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    if let Some((inside, rest)) = entry.strip_prefix('[').and_then(|it| it.split_once(']')) {
        return (
            inside,
            rest.strip_prefix(':').and_then(|port| port.parse().ok()),
        );
    }
    match entry.split_once(':') {
        // More colons are an IPv6 address.
        Some((name, port)) if !port.contains(':') => match port.parse() {
            Ok(port) => (name, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

/// Returns `true` if an address is this one, or in this network.
fn is_in(network: &str, address: IpAddr) -> bool {
    let (start, length) = match network.split_once('/') {
        Some((start, length)) => (start, Some(length)),
        None => (network, None),
    };
    let Ok(start) = start.parse() else {
        return false;
    };
    let bits_of = |ip| match ip {
        IpAddr::V4(ip) => (u128::from(ip.to_bits()), 32_u32),
        IpAddr::V6(ip) => (ip.to_bits(), 128),
    };
    let ((start, bits), (address, other)) = (bits_of(start), bits_of(address));
    if bits != other {
        return false;
    }
    let length = match length.map(str::parse::<u32>) {
        None => bits,
        Some(Ok(length)) if length <= bits => length,
        Some(_) => return false,
    };
    // What differs must be behind the network's part.
    (start ^ address)
        .checked_shr(bits.saturating_sub(length))
        .unwrap_or(0)
        == 0
}

/// Returns `true` if a name is this one, or ends in a dot and this one.
fn is_under(parent: &str, name: &str) -> bool {
    let parent = parent.trim_matches('.').to_ascii_lowercase();
    let name = name.to_ascii_lowercase();
    match name.strip_suffix(&parent) {
        Some(rest) => !parent.is_empty() && (rest.is_empty() || rest.ends_with('.')),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_match_as_they_do_for_curl() {
        for (list, host, listed) in [
            ("", "h", false),
            ("*", "h", true),
            ("h", "h", true),
            ("H", "h", true),
            ("h.", "h", true),
            ("h", "h.", true),
            ("example.org", "www.example.org", true),
            (".example.org", "www.example.org", true),
            (".example.org", "example.org", true),
            ("example.org", "badexample.org", false),
            ("www.example.org", "example.org", false),
            (".", "h", false),
            ("a, b  c", "c", true),
            ("a,b", "c", false),
            ("10.0.0.1", "10.0.0.1", true),
            ("10.0.0.0/8", "10.200.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/0", "11.0.0.1", true),
            ("10.0.0.0/32", "10.0.0.1", false),
            ("10.0.0.0/33", "10.0.0.0", false),
            ("10.0.0.0/x", "10.0.0.0", false),
            ("0.0.1", "10.0.0.1", false),
            ("::1", "::1", true),
            ("[::1]", "::1", true),
            ("0:0:0:0:0:0:0:1", "::1", true),
            ("fd00::/8", "fd12::1", true),
            ("fd00::/8", "fe80::1", false),
            ("::/0", "fe80::1", true),
            ("fe80::/10", "fe80::1%eth0", true),
            ("fe80::1", "fe80::1%eth0", true),
            ("[fe80::1]:80", "fe80::1%eth0", true),
            ("fe80::1%eth0", "fe80::1%eth0", true),
            ("fe80::1%eth1", "fe80::1%eth0", false),
            ("fe80::2", "fe80::1%eth0", false),
            ("fd00::/8", "fe80::1%eth0", false),
            ("::/0", "10.0.0.1", false),
            ("h:80", "h", true),
            ("h:81", "h", false),
            ("10.0.0.1:80", "10.0.0.1", true),
            ("10.0.0.1:81", "10.0.0.1", false),
            ("[::1]:80", "::1", true),
            ("[::1]:81", "::1", false),
        ] {
            assert_eq!(is_listed(list, host, 80), listed, "{host:?} in {list:?}");
        }
    }
}
