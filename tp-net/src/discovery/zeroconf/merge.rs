//! From services to games: those of one instance on one host are one game.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use mdns_sd::{ResolvedService, ScopedIp};

use super::super::{GameId, Source, txt_record};
use super::service_type;
use crate::model::{Game, GameConnection};
use crate::transport::Scheme;

/// Services that are known at once; any more are passed over.
const SERVICES: usize = 4096;

/// Addresses of one service that are told.
const ADDRESSES: usize = 8;

/// All services that are announced now.
#[derive(Default)]
pub(super) struct Services {
    /// By full name.
    all: HashMap<String, Service>,
}

struct Service {
    game: GameId,
    scheme: Scheme,
    connections: Vec<GameConnection>,
    facts: Vec<(String, String)>,
}

impl Services {
    /// A service is there, or is another than it was. Returns the games that this concerns.
    pub(super) fn set(&mut self, scheme: Scheme, service: &ResolvedService) -> Vec<GameId> {
        let name = service.get_fullname();
        if self.all.len() >= SERVICES && !self.all.contains_key(name) {
            return Vec::new();
        }
        let instance = instance(name, scheme);
        let id = GameId {
            source: Source::Zeroconf,
            name: Arc::new([instance.to_owned(), service.get_hostname().to_owned()]),
        };
        let facts = service.get_properties().iter().map(|property| {
            let value = String::from_utf8_lossy(property.val().unwrap_or_default());
            // The keys of TXT records are told apart by their letters, not by case.
            (property.key().to_ascii_lowercase(), value.into_owned())
        });
        let facts = std::iter::once(("ln".to_owned(), instance.to_owned())).chain(facts);
        let new = Service {
            game: id.clone(),
            scheme,
            connections: connections(scheme, service),
            facts: facts.collect(),
        };
        let old = self.all.insert(name.to_owned(), new).map(|old| old.game);
        old.into_iter()
            .filter(|old| *old != id)
            .chain([id.clone()])
            .collect()
    }

    /// A service is gone. Returns the game that this concerns.
    pub(super) fn remove(&mut self, fullname: &str) -> Option<GameId> {
        self.all.remove(fullname).map(|service| service.game)
    }

    /// A game with all its services; `None` if it has none left.
    pub(super) fn game(&self, id: &GameId) -> Option<Game> {
        let services = self.all.values().filter(|service| service.game == *id);
        let mut services: Vec<_> = services.collect();
        services.sort_by_key(|service| service.scheme.rank());
        let mut game = Game::default();
        // What the best service says is said last, and stays.
        for (key, value) in services.iter().rev().flat_map(|service| &service.facts) {
            txt_record::read(&mut game, key, value);
        }
        txt_record::finish(&mut game);
        let connections = services.iter().flat_map(|service| &service.connections);
        game.connections = connections.cloned().collect();
        (!services.is_empty()).then_some(game)
    }
}

/// The instance in the full name of a service: what stands before its type.
fn instance(fullname: &str, scheme: Scheme) -> &str {
    let r#type = service_type(scheme);
    let start = fullname.len().saturating_sub(r#type.len());
    match fullname.get(start..) {
        Some(end) if end.eq_ignore_ascii_case(r#type) => {
            let instance = fullname.get(..start).unwrap_or_default();
            instance.strip_suffix('.').unwrap_or(instance)
        }
        _ => fullname,
    }
}

/// One connection for each address: IPv4 first, then what IPv6 reaches from anywhere, then the
/// rest.
fn connections(scheme: Scheme, service: &ResolvedService) -> Vec<GameConnection> {
    let mut addresses: Vec<_> = service.get_addresses().iter().map(address).collect();
    addresses.sort();
    addresses.dedup();
    let host = service.get_hostname();
    let connection = |(.., ip): (u8, IpAddr, String)| GameConnection {
        r#type: scheme.as_str().into(),
        dns: host.strip_suffix('.').unwrap_or(host).into(),
        ip: ip.into(),
        port: service.get_port().into(),
    };
    addresses
        .into_iter()
        .take(ADDRESSES)
        .map(connection)
        .collect()
}

/// An address as it is written, behind what it is sorted by.
fn address(address: &ScopedIp) -> (u8, IpAddr, String) {
    let ip = address.to_ip_addr();
    match address {
        ScopedIp::V6(v6) if v6.addr().is_unicast_link_local() => {
            (3, ip, format!("{ip}%{}", v6.scope_id().name))
        }
        _ => {
            let rank = if ip.is_loopback() {
                2
            } else {
                u8::from(ip.is_ipv6())
            };
            (rank, ip, ip.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use mdns_sd::ServiceInfo;

    use super::*;
    use crate::model::GameParameterId;
    use crate::transport::Scheme::{Tp, TpHttp, Tps};

    /// A service of the instance `A`, with a TXT record of these words.
    fn service(scheme: Scheme, host: &str, ips: &str, txt: &str) -> ResolvedService {
        let txt: Vec<_> = txt.split(' ').filter_map(|it| it.split_once('=')).collect();
        ServiceInfo::new(service_type(scheme), "A", host, ips, 6923, &*txt)
            .unwrap()
            .as_resolved_service()
    }

    fn shown(game: &Game) -> Vec<String> {
        let shown = |it: &GameConnection| format!("{} {} {}", it.r#type, it.dns, it.ip);
        game.connections.iter().map(shown).collect()
    }

    #[test]
    fn services_of_one_game_are_merged_best_first() {
        let mut services = Services::default();
        let plain = service(Tp, "h.local.", "192.0.2.1,fd00::1", "turn=1 cmt=x");
        let safe = service(Tps, "h.local.", "192.0.2.1", "turn=2 SERVTYPE=s");
        let other = service(TpHttp, "other.local.", "192.0.2.9", "");
        let id = services.set(Tp, &plain);
        assert_eq!(services.set(Tps, &safe), id);
        assert_ne!(services.set(TpHttp, &other), id);
        let game = services.game(&id[0]).unwrap();
        assert_eq!(
            shown(&game),
            [
                "tps h.local 192.0.2.1",
                "tp h.local 192.0.2.1",
                "tp h.local fd00::1"
            ]
        );
        let numbers = |game: &Game| game.number(GameParameterId::TURN);
        assert_eq!(game.long_name(), &"A");
        assert_eq!(
            (numbers(&game), game.sertype.as_str()),
            (Some(2), Some("s"))
        );
        assert_eq!(game.text(GameParameterId::CMT), Some(&"x".into()));

        assert_eq!(services.remove(safe.get_fullname()), Some(id[0].clone()));
        let game = services.game(&id[0]).unwrap();
        assert_eq!((shown(&game).len(), numbers(&game)), (2, Some(1)));
        assert_eq!(services.remove(plain.get_fullname()), Some(id[0].clone()));
        assert_eq!(services.game(&id[0]), None);
        assert_eq!(services.remove(plain.get_fullname()), None);
    }

    #[test]
    fn a_service_that_moves_leaves_its_old_game() {
        let mut services = Services::default();
        let [one, two] =
            ["one.local.", "two.local."].map(|host| service(Tp, host, "192.0.2.1", ""));
        let (before, after) = (services.set(Tp, &one), services.set(Tp, &two));
        assert_eq!((before.len(), after.len()), (1, 2));
        assert_eq!(services.game(&before[0]), None);
        assert!(services.game(&after[1]).is_some());
    }

    #[test]
    fn instances_may_hold_dots_and_more() {
        for name in ["Game v1.0.", "a._tp._tcp.local.b", "ö", ""] {
            let full = format!("{name}._tp._tcp.local.");
            assert_eq!(instance(&full, Tp), name);
        }
        assert_eq!(instance("a._TP._tcp.LOCAL.", Tp), "a");
        assert_eq!(instance("ö", Tp), "ö");
    }
}
