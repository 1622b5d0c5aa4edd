//! Announces a game on the local network.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use mdns_sd::{ServiceDaemon, ServiceInfo};

use super::super::{Error, txt_record};
use super::service_type;
use crate::lock::lock;
use crate::model::Game;
use crate::transport::Scheme;

/// Bytes of an instance, less than the 63 that a label of DNS has: a name that is taken gets a
/// number behind it.
const INSTANCE: usize = 58;

/// Bytes of a key, an equals sign and a value in a TXT record.
const ENTRY: usize = 255;

/// How long the goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// Announces a game on the local network until dropped.
///
/// One service is announced for each type of connection (`tp`, `tps`, `tp+http`, `tp+https`) that
/// the game has; of two connections of the same type with different ports, the first. The address
/// of a connection is announced as it is; without one, or where it is the one that means any
/// (`0.0.0.0`, `::`), all addresses of this machine are, and it is kept current. The game's key is
/// never announced. An instance has at most 58 bytes: a longer name is cut, and whole in the TXT
/// record. A TXT entry has at most 255.
///
/// ```no_run
/// use tp_net::discovery::zeroconf::Publisher;
/// use tp_net::model::{Game, GameConnection, GameParameterId};
///
/// let mut game = Game {
///     name: "friday".into(),
///     tp: vec!["0.3".into(), "0.4".into()],
///     connections: vec![GameConnection {
///         r#type: "tp".into(),
///         port: 6923,
///         ..GameConnection::default()
///     }],
///     ..Game::default()
/// };
/// game.set_text(GameParameterId::LN, "Friday's game");
/// let publisher = Publisher::start(&game)?;
/// // … later:
/// game.set_number(GameParameterId::TURN, 2);
/// publisher.set(&game)?;
/// # Ok::<(), tp_net::discovery::Error>(())
/// ```
pub struct Publisher {
    daemon: ServiceDaemon,
    /// A name of a host that is ours alone: one that is somebody's already would be fought for.
    host: String,
    announced: Mutex<HashMap<Scheme, Announced>>,
}

/// What is announced as one service.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Announced {
    instance: String,
    port: u16,
    /// None is all of this machine.
    addresses: Vec<IpAddr>,
    txt: Vec<(String, String)>,
}

impl Publisher {
    /// Starts to announce.
    ///
    /// # Errors
    ///
    /// The game has no connection that can be announced, or the system gives no socket.
    pub fn start(game: &Game) -> Result<Self, Error> {
        let services = services(game)?;
        let random = RandomState::new().build_hasher().finish();
        let publisher = Self {
            daemon: ServiceDaemon::new()?,
            host: format!("tp-{random:016x}.local."),
            announced: Mutex::default(),
        };
        publisher.announce(services)?;
        Ok(publisher)
    }

    /// What is announced of the game from now on. Costs nothing if that is nothing new.
    ///
    /// # Errors
    ///
    /// The game has no connection any more that can be announced, or the responder has ended.
    pub fn set(&self, game: &Game) -> Result<(), Error> {
        self.announce(services(game)?)
    }

    fn announce(&self, services: HashMap<Scheme, Announced>) -> Result<(), Error> {
        let mut announced = lock(&self.announced);
        for (scheme, old) in &*announced {
            let stays = services
                .get(scheme)
                .is_some_and(|new| new.instance == old.instance);
            if !stays {
                self.daemon
                    .unregister(self.info(*scheme, old)?.get_fullname())?;
            }
        }
        for (scheme, new) in &services {
            if announced.get(scheme) != Some(new) {
                self.daemon.register(self.info(*scheme, new)?)?;
            }
        }
        *announced = services;
        Ok(())
    }

    fn info(&self, scheme: Scheme, service: &Announced) -> Result<ServiceInfo, Error> {
        let Announced {
            instance,
            port,
            addresses,
            txt,
        } = service;
        let r#type = service_type(scheme);
        let info = ServiceInfo::new(r#type, instance, &self.host, &**addresses, *port, &**txt)?;
        Ok(match addresses.is_empty() {
            true => info.enable_addr_auto(),
            false => info,
        })
    }
}

impl Drop for Publisher {
    /// Says goodbye, and waits until it is said: at most a second, mostly a millisecond.
    fn drop(&mut self) {
        let said = self.daemon.shutdown();
        if !said.is_ok_and(|said| said.recv_timeout(GOODBYE).is_ok()) {
            tracing::debug!("no goodbye to the local network");
        }
    }
}

impl std::fmt::Debug for Publisher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            host, announced, ..
        } = self;
        let mut debug = f.debug_struct("Publisher");
        debug.field("host", host).field("announced", announced);
        debug.finish_non_exhaustive()
    }
}

/// The services of a game, by type.
fn services(game: &Game) -> Result<HashMap<Scheme, Announced>, Error> {
    let txt = txt_record::pairs(game).into_iter().map(|(key, value)| {
        let room = ENTRY.saturating_sub(key.len()).saturating_sub(1);
        (key.to_owned(), cut(&value, room).to_owned())
    });
    let txt: Vec<_> = txt.collect();
    let name = game.long_name().to_str_lossy();
    let instance = match cut(name.trim(), INSTANCE) {
        "" => "Thousand Parsec",
        name => name,
    };
    let mut services: HashMap<Scheme, Announced> = HashMap::new();
    for connection in &game.connections {
        let scheme = Scheme::of_connection(&connection.r#type.to_str_lossy());
        let port = u16::try_from(connection.port)
            .ok()
            .filter(|port| *port != 0);
        let (Some(scheme), Some(port)) = (scheme, port) else {
            continue;
        };
        let ip = connection.ip.to_str_lossy().parse();
        let ip = ip.ok().filter(|ip: &IpAddr| !ip.is_unspecified());
        match services.get_mut(&scheme) {
            None => {
                let new = Announced {
                    instance: instance.to_owned(),
                    port,
                    addresses: ip.into_iter().collect(),
                    txt: txt.clone(),
                };
                services.insert(scheme, new);
            }
            Some(known) if known.port == port => match ip {
                // Only one of all addresses is no more than all.
                Some(ip) if !known.addresses.is_empty() => known.addresses.push(ip),
                Some(_) => {}
                None => known.addresses.clear(),
            },
            Some(_) => {}
        }
    }
    match services.is_empty() {
        true => Err(Error::NothingToAnnounce),
        false => Ok(services),
    }
}

/// As much of a text as has room.
fn cut(text: &str, room: usize) -> &str {
    let ends = (0..=room.min(text.len())).rev();
    ends.into_iter()
        .find_map(|end| text.get(..end))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{GameConnection, GameParameterId};

    fn game(connections: &[(&str, &str, u32)]) -> Game {
        let connection = |(r#type, ip, port): &(&str, &str, u32)| GameConnection {
            r#type: (*r#type).into(),
            ip: (*ip).into(),
            port: *port,
            ..GameConnection::default()
        };
        Game {
            name: "a".into(),
            key: "secret".into(),
            connections: connections.iter().map(connection).collect(),
            ..Game::default()
        }
    }

    #[test]
    fn connections_of_a_type_are_one_service() {
        let services = services(&game(&[
            ("tphttp", "0.0.0.0", 80),
            ("tp", "192.0.2.1", 6923),
            ("tp", "2001:db8::1", 6923),
            ("tp", "192.0.2.1", 7000),
            ("tps", "192.0.2.1", 6924),
            ("tps", "::", 6924),
            ("gopher", "192.0.2.1", 70),
            ("tp+https", "192.0.2.1", 0),
        ]));
        let services = services.unwrap();
        let mut shown: Vec<_> = services
            .iter()
            .map(|(scheme, it)| (scheme.as_str(), it.port, it.addresses.len()))
            .collect();
        shown.sort_unstable();
        let wanted = [("tp", 6923, 2), ("tp+http", 80, 0), ("tps", 6924, 0)];
        assert_eq!(shown, wanted);
        let shown = format!("{services:?}");
        assert!(!shown.contains("secret"), "{shown}");
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters() {
        let mut long = game(&[("tp", "", 1)]);
        long.set_text(GameParameterId::LN, "ö".repeat(200));
        let services = services(&long).unwrap();
        let service = &services[&Scheme::Tp];
        assert_eq!(service.instance, "ö".repeat(29));
        let name = service.txt.iter().find(|(key, _)| key == "ln").unwrap();
        assert_eq!(name.1, "ö".repeat(126));
    }

    #[test]
    fn a_game_that_nobody_reaches_is_not_announced() {
        for connections in [
            &[][..],
            &[("gopher", "", 70)],
            &[("tp", "", 0)],
            &[("tp", "", 65536)],
        ] {
            let services = services(&game(connections));
            assert!(matches!(services, Err(Error::NothingToAnnounce)));
        }
        let mut nameless = game(&[("tp", "", 1)]);
        nameless.name = "".into();
        let services = services(&nameless).unwrap();
        assert_eq!(services[&Scheme::Tp].instance, "Thousand Parsec");
    }
}
