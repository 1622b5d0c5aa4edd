//! Games on a server.

use std::sync::Arc;

use tp_frames::{TpString, tp03, tp04};

use super::Source;
use super::across::{Across, packet, record};
use crate::transport::{Scheme, Url};

pub use tp_frames::tp04::GameParameterParamid as GameParameterId;

/// A game, as servers and metaservers announce it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Game {
    /// Its short name.
    pub name: TpString,
    /// The secret between game and metaserver; empty for everybody else.
    pub key: TpString,
    /// The versions of the protocol it speaks.
    pub tp: Vec<TpString>,
    /// Version of the server.
    pub server: TpString,
    /// Which server.
    pub sertype: TpString,
    /// Which rules.
    pub rule: TpString,
    /// Version of the rules.
    pub rulever: TpString,
    /// Where it can be reached.
    pub connections: Vec<GameConnection>,
    /// More about it.
    pub parameters: Vec<GameParameter>,
    /// Where its media are; some servers leave it out.
    pub mediabase: Option<TpString>,
    /// When it was created; only some servers send it.
    pub ctime: Option<u64>,
    /// The frame it came in.
    pub source: Source<tp03::Game, tp04::Game>,
}

/// One way to reach a game.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GameConnection {
    /// What kind: `tp`, `tps`, `tp+http` or `tp+https`.
    pub r#type: TpString,
    /// The host's name, empty if there is none.
    pub dns: TpString,
    /// The host's address, empty if there is none.
    pub ip: TpString,
    /// The port.
    pub port: u32,
}

impl GameConnection {
    /// The connection as a URL; nothing if its type is unknown, or it has no address.
    ///
    /// The host is its name, which a certificate may be for. Names of the local network
    /// (`.local`) are not known to every machine, so there it is the address, if there is one.
    #[must_use]
    pub fn url(&self) -> Option<Url> {
        let scheme = Scheme::of_connection(&self.r#type.to_str_lossy())?;
        let (dns, ip) = (self.dns.to_str_lossy(), self.ip.to_str_lossy());
        let is_local = dns.trim_end_matches('.').ends_with(".local");
        let host = match dns.is_empty() || (is_local && !ip.is_empty()) {
            true => ip,
            false => dns,
        };
        let url = Url::new(scheme, &host).ok()?;
        match u16::try_from(self.port).ok()? {
            0 => Some(url),
            port => Some(url.with_port(port)),
        }
    }
}

/// One more thing about a game: a text or a number.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GameParameter {
    /// What it is.
    pub paramid: GameParameterId,
    /// The text, empty where a number is meant.
    pub stringvalue: TpString,
    /// The number, 0 where a text is meant.
    pub intvalue: u32,
}

impl Game {
    /// Its name for people: the parameter [`LN`](GameParameterId::LN), or else its short name.
    #[must_use]
    pub fn long_name(&self) -> &TpString {
        self.text(GameParameterId::LN).unwrap_or(&self.name)
    }

    /// A parameter that is a text, if the game tells it.
    #[must_use]
    pub fn text(&self, id: GameParameterId) -> Option<&TpString> {
        self.parameter(id).map(|parameter| &parameter.stringvalue)
    }

    /// A parameter that is a number, if the game tells it.
    #[must_use]
    pub fn number(&self, id: GameParameterId) -> Option<u32> {
        self.parameter(id).map(|parameter| parameter.intvalue)
    }

    /// Sets a parameter that is a text.
    ///
    /// ```
    /// use tp_net::model::{Game, GameParameterId};
    ///
    /// let mut game = Game { name: "tp".into(), ..Game::default() };
    /// assert_eq!(game.long_name(), &"tp");
    /// game.set_text(GameParameterId::LN, "Friday's game");
    /// game.set_number(GameParameterId::TURN, 12);
    /// assert_eq!(game.long_name(), &"Friday's game");
    /// ```
    pub fn set_text(&mut self, id: GameParameterId, text: impl Into<TpString>) {
        self.set(GameParameter {
            paramid: id,
            stringvalue: text.into(),
            intvalue: 0,
        });
    }

    /// Sets a parameter that is a number.
    pub fn set_number(&mut self, id: GameParameterId, number: u32) {
        self.set(GameParameter {
            paramid: id,
            stringvalue: TpString::new(),
            intvalue: number,
        });
    }

    /// Where it can be reached, best first: `tps`, `tp`, `tp+https`, `tp+http`. Connections of
    /// unknown types and without an address are left out.
    ///
    /// ```
    /// use tp_net::model::{Game, GameConnection};
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
    /// let urls: Vec<_> = game.urls().iter().map(ToString::to_string).collect();
    /// assert_eq!(urls, ["tps://demo.example:6924", "tp://demo.example:6923"]);
    /// ```
    #[must_use]
    pub fn urls(&self) -> Vec<Url> {
        let mut urls: Vec<Url> = self
            .connections
            .iter()
            .filter_map(GameConnection::url)
            .collect();
        urls.sort_by_key(|url| url.scheme().rank());
        urls
    }

    fn parameter(&self, id: GameParameterId) -> Option<&GameParameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.paramid == id)
    }

    fn set(&mut self, parameter: GameParameter) {
        let id = parameter.paramid;
        match self.parameters.iter_mut().find(|it| it.paramid == id) {
            Some(old) => *old = parameter,
            None => self.parameters.push(parameter),
        }
    }
}

impl Across<GameParameterId> for tp03::GameParameterParamid {
    fn across(self) -> GameParameterId {
        tp04::GameParameterParamid(self.0)
    }
}

impl Across<tp03::GameParameterParamid> for GameParameterId {
    fn across(self) -> tp03::GameParameterParamid {
        tp03::GameParameterParamid(self.0)
    }
}

impl Across<GameParameterId> for GameParameterId {
    fn across(self) -> Self {
        self
    }
}

record!(GameConnection:
    tp03::GameConnection { r#type = r#type, dns = dns, ip = ip, port = port }
    tp04::GameConnection { r#type = r#type, dns = dns, ip = ip, port = port }
);

record!(GameParameter:
    tp03::GameParameter { paramid = paramid, stringvalue = stringvalue, intvalue = intvalue }
    tp04::GameParameter { paramid = paramid, stringvalue = stringvalue, intvalue = intvalue }
);

packet!(Game:
    Tp03 tp03::Game {
        name = name, key = key, tp = tp, server = server, sertype = sertype, rule = rule,
        rulever = rulever, connections = connections, parameters = parameters,
        mediabase = mediabase, ctime = ctime,
    }
    Tp04 tp04::Game {
        name = name, key = key, tp = tp, server = server, sertype = sertype, rule = rule,
        rulever = rulever, connections = connections, parameters = parameters,
        mediabase = mediabase, ctime = ctime,
    }
);

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
        connection.url().map(|url| url.to_string())
    }

    #[test]
    fn a_connection_is_a_url() {
        for (r#type, dns, ip, port, wanted) in [
            ("tp", "h.example", "192.0.2.1", 6923, "tp://h.example:6923"),
            ("tps", "", "192.0.2.1", 7, "tps://192.0.2.1:7"),
            ("tphttp", "h", "", 0, "tp+http://h"),
            (
                "tp https",
                "",
                "2001:db8::1",
                1,
                "tp+https://[2001:db8::1]:1",
            ),
            ("tp", "tp-1.local", "192.0.2.1", 1, "tp://192.0.2.1:1"),
            ("tp", "tp-1.local", "", 1, "tp://tp-1.local:1"),
            (
                "tp",
                "tp-1.local",
                "fe80::1%eth0",
                1,
                "tp://[fe80::1%25eth0]:1",
            ),
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
