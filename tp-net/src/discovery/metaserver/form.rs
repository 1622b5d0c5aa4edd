//! An update as a form: what a game sends to a metaserver.

use std::borrow::Cow;
use std::net::IpAddr;

use form_urlencoded::Serializer;
use tp_frames::TpString;

use super::super::txt_record;
use super::Key;
use crate::model::{Game, GameConnection, Refusal};
use crate::transport::{Scheme, split_zone};

/// Connections of one game that are sent or read.
pub(super) const CONNECTIONS: usize = 16;

/// The longest name of a host.
const DNS: usize = 253;

/// The fields of an update.
pub(super) fn update(game: &Game, key: &Key) -> String {
    let mut form = Serializer::new(String::new());
    form.append_pair("action", "update");
    form.append_pair("key", key.as_str());
    form.extend_pairs(txt_record::pairs(game));
    for (n, connection) in game.connections.iter().take(CONNECTIONS).enumerate() {
        let GameConnection {
            r#type,
            dns,
            ip,
            port,
        } = connection;
        let ip = ip.to_str_lossy();
        // A zone means something on this machine only.
        let (ip, _) = split_zone(&ip);
        // An address that means any is none to tell; the metaserver sees where we are.
        let any = ip.parse().is_ok_and(|ip: IpAddr| ip.is_unspecified());
        for (name, value) in [
            ("type", r#type.to_str_lossy()),
            ("dns", dns.to_str_lossy()),
            ("ip", if any { "" } else { ip }.into()),
            ("port", port.to_string().into()),
        ] {
            form.append_pair(&format!("{name}{n}"), &value);
        }
    }
    form.finish()
}

/// The fields of a request; the last of a name counts.
pub(super) struct Fields<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Fields<'a> {
    /// Reads a query and the body of a form.
    pub(super) fn read(query: &'a str, body: &'a [u8]) -> Self {
        let query = form_urlencoded::parse(query.as_bytes());
        Self(query.chain(form_urlencoded::parse(body)).collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().rev().find(|(known, _)| known == name);
        field
            .map(|(_, value)| value.as_ref())
            .filter(|value| !value.is_empty())
    }

    /// How many bytes all values have together.
    pub(super) fn len(&self) -> usize {
        self.0
            .iter()
            .fold(0, |sum, (_, value)| sum.saturating_add(value.len()))
    }

    /// The game that an update tells of, and its key.
    pub(super) fn game(&self, from: IpAddr) -> Result<(Game, Key), Refusal> {
        let mut game = Game::default();
        for (name, value) in &self.0 {
            txt_record::read(&mut game, name, value);
        }
        txt_record::finish(&mut game);
        if game.name.is_empty() {
            return Err(Refusal::frame("A game needs a name: ln or sn."));
        }
        let Some(key) = self.get("key") else {
            return Err(Refusal::frame("An update needs a key."));
        };
        // By these games are told apart. Reading the form put U+FFFD for what is not UTF-8.
        let is_odd = |it: char| it.is_control() || it == char::REPLACEMENT_CHARACTER;
        let is_text = |bytes| str::from_utf8(bytes).is_ok_and(|text| !text.contains(is_odd));
        let names = [game.long_name(), &game.name].map(TpString::as_bytes);
        if !names.into_iter().chain([key.as_bytes()]).all(is_text) {
            let words = "Names and keys are UTF-8, without control characters.";
            return Err(Refusal::frame(words));
        }
        for n in 0..CONNECTIONS {
            let field = |name: &str| self.get(&format!("{name}{n}"));
            let Some(r#type) = field("type") else {
                break;
            };
            let connection = connection(r#type, &field, from)
                .map_err(|problem| Refusal::frame(format!("Connection {n}: {problem}")))?;
            game.connections.push(connection);
        }
        if game.connections.is_empty() {
            return Err(Refusal::frame(
                "A game needs a connection: type0 and port0.",
            ));
        }
        Ok((game, key.into()))
    }
}

fn connection<'a>(
    r#type: &str,
    field: &impl Fn(&str) -> Option<&'a str>,
    from: IpAddr,
) -> Result<GameConnection, &'static str> {
    let scheme = Scheme::of_connection(r#type).ok_or("types are tp, tps, tp+http and tp+https.")?;
    let port = field("port").and_then(|port| port.parse::<u16>().ok());
    let port = port
        .filter(|port| *port != 0)
        .ok_or("ports are 1 to 65535.")?;
    let dns = field("dns").unwrap_or_default();
    let of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if dns.len() > DNS || !dns.bytes().all(of_a_name) {
        return Err("dns is no name of a host.");
    }
    let ip: Option<IpAddr> = match field("ip") {
        Some(ip) => Some(ip.parse().map_err(|_| "ip is no address.")?),
        None => None,
    };
    // A server that does not know how it is reached is reached where it asks from.
    let ip = match ip.filter(|ip| !ip.is_unspecified()) {
        None if dns.is_empty() => Some(from.to_canonical()),
        ip => ip,
    };
    Ok(GameConnection {
        r#type: scheme.as_str().into(),
        dns: dns.into(),
        ip: ip.map(|ip| ip.to_string()).unwrap_or_default().into(),
        port: port.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

    fn read(query: &str) -> Result<(Game, Key), String> {
        let read = Fields::read(query, b"").game(FROM);
        read.map_err(|refusal| refusal.result.to_str_lossy().into_owned())
    }

    #[test]
    fn an_update_is_read_as_it_was_written() {
        let mut game = Game {
            name: "tp".into(),
            tp: vec!["0.3".into(), "0.3+".into()],
            rule: "a&b=c d+e ö".into(),
            ..Game::default()
        };
        txt_record::read(&mut game, "ln", "A game");
        txt_record::read(&mut game, "sn", "tp");
        for (r#type, dns, ip) in [("tp+http", "game.example", ""), ("tps", "", "2001:db8::1")] {
            game.connections.push(GameConnection {
                r#type: r#type.into(),
                dns: dns.into(),
                ip: ip.into(),
                port: 80,
            });
        }
        let written = update(&game, &"sec ret".into());
        assert_eq!(read(&written), Ok((game, "sec ret".into())));
    }

    #[test]
    fn who_does_not_know_his_address_is_where_he_asks_from() {
        for ip in ["", "&ip0=0.0.0.0", "&ip0=::"] {
            let (game, _) = read(&format!("ln=a&key=k&type0=tp&port0=6923{ip}")).unwrap();
            assert_eq!(game.connections[0].ip, "192.0.2.7");
        }
        let unspecified = GameConnection {
            r#type: "tp".into(),
            ip: "0.0.0.0".into(),
            port: 1,
            ..Default::default()
        };
        let mut game = Game {
            name: "a".into(),
            connections: vec![unspecified],
            ..Game::default()
        };
        assert!(update(&game, &"k".into()).contains("&ip0=&"));
        game.connections[0].ip = "fe80::1%eth0".into();
        assert!(update(&game, &"k".into()).contains("&ip0=fe80%3A%3A1&"));
    }

    #[test]
    fn each_fault_is_told() {
        let name = "A game needs a name: ln or sn.";
        let none = "A game needs a connection: type0 and port0.";
        let types = "Connection 0: types are tp, tps, tp+http and tp+https.";
        let ports = "Connection 0: ports are 1 to 65535.";
        let odd = "Names and keys are UTF-8, without control characters.";
        for (query, told) in [
            ("", name),
            ("ln=&name=&key=k", name),
            ("ln=a&type0=tp&port0=1", "An update needs a key."),
            ("ln=a&key=k", none),
            ("ln=a&key=k&type1=tp&port1=1", none),
            ("ln=a&key=k&type0=ftp&port0=1", types),
            ("ln=a&key=k&type0=tp&port0=0", ports),
            ("ln=a&key=k&type0=tp&port0=65536", ports),
            (
                "ln=a&key=k&type0=tp&port0=1&type1=tps",
                "Connection 1: ports are 1 to 65535.",
            ),
            (
                "ln=a&key=k&type0=tp&port0=1&dns0=a/b",
                "Connection 0: dns is no name of a host.",
            ),
            (
                "ln=a&key=k&type0=tp&port0=1&ip0=here",
                "Connection 0: ip is no address.",
            ),
            ("ln=%ff&key=k&type0=tp&port0=1", odd),
            ("ln=a&sn=%ff&key=k&type0=tp&port0=1", odd),
            ("ln=a&key=%ff&type0=tp&port0=1", odd),
            ("ln=a%00&key=k&type0=tp&port0=1", odd),
            ("ln=a%0A&key=k&type0=tp&port0=1", odd),
        ] {
            assert_eq!(read(query).map(|_| ()), Err(told.to_owned()), "{query}");
        }
    }
}
