//! Where games say that they can be reached.

use tp_frames::game::{Game, GameConnection};

use super::{Scheme, Url};

impl Url {
    /// A connection as a URL; `None` if its type is unknown, or it has no address.
    ///
    /// The host is its name, which a certificate may be for. Names of the local network
    /// (`.local`) are not known to every machine, so there it is the address, if there is one.
    #[must_use]
    pub fn of_connection(connection: &GameConnection) -> Option<Self> {
        let scheme = Scheme::of_connection(&connection.r#type.to_str_lossy())?;
        let (dns, ip) = (connection.dns.to_str_lossy(), connection.ip.to_str_lossy());
        let is_local = dns.trim_end_matches('.').ends_with(".local");
        let by_ip = || Self::new(scheme, &ip);
        let url = match dns.is_empty() || (is_local && !ip.is_empty()) {
            true => by_ip(),
            // A name that is none here, such as an international one, is no reason to give up.
            false => Self::new(scheme, &dns).or_else(|_| by_ip()),
        };
        let url = url.ok()?;
        match u16::try_from(connection.port).ok()? {
            0 => Some(url),
            port => Some(url.with_port(port)),
        }
    }

    /// Where a game can be reached, best first: `tps`, `tp`, `tp+https`, `tp+http`. Connections
    /// of unknown types and without an address are left out.
    ///
    /// ```
    /// use tp_net::model::{Game, GameConnection};
    /// use tp_net::transport::Url;
    ///
    /// let connection = |r#type: &str, port| GameConnection {
    ///     r#type: r#type.into(),
    ///     dns: "demo.example".into(),
    ///     port,
    ///     ..GameConnection::default()
    /// };
    /// let game = Game {
    ///     connections: vec![connection("tp", 6923), connection("tps", 6924)],
    ///     ..Game::default()
    /// };
    /// let urls: Vec<_> = Url::of_game(&game).iter().map(ToString::to_string).collect();
    /// assert_eq!(urls, ["tps://demo.example:6924", "tp://demo.example:6923"]);
    /// ```
    #[must_use]
    pub fn of_game(game: &Game) -> Vec<Self> {
        let connections = game.connections.iter();
        let mut urls: Vec<Self> = connections.filter_map(Self::of_connection).collect();
        urls.sort_by_key(|url| url.scheme().rank());
        urls
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(r#type: &str, dns: &str, ip: &str, port: u32) -> Option<String> {
        let connection = GameConnection {
            r#type: r#type.into(),
            dns: dns.into(),
            ip: ip.into(),
            port,
        };
        Url::of_connection(&connection).map(|url| url.to_string())
    }

    #[test]
    fn a_connection_is_a_url() {
        for (r#type, dns, ip, port, wanted) in [
            ("tp", "h.example", "192.0.2.1", 6923, "tp://h.example:6923"),
            ("tps", "", "192.0.2.1", 7, "tps://192.0.2.1:7"),
            ("tphttp", "h", "", 0, "tp+http://h"),
            ("tp https", "", "fd00::1", 1, "tp+https://[fd00::1]:1"),
            ("tp", "tp-1.local", "192.0.2.1", 1, "tp://192.0.2.1:1"),
            ("tp", "tp-1.local", "", 1, "tp://tp-1.local:1"),
            (
                "tp",
                "b\u{fc}cher.example",
                "192.0.2.1",
                1,
                "tp://192.0.2.1:1",
            ),
            ("tp", "h.local", "fe80::1%e", 1, "tp://[fe80::1%25e]:1"),
        ] {
            assert_eq!(url(r#type, dns, ip, port).as_deref(), Some(wanted));
        }
    }

    #[test]
    fn what_nobody_can_connect_to_is_no_url() {
        for (r#type, dns, port) in [
            ("", "h", 1),
            ("ftp", "h", 1),
            ("tp", "", 1),
            ("tp", "a b", 1),
            ("tp", "h", 65536),
        ] {
            assert_eq!(url(r#type, dns, "", port), None);
        }
    }
}
