//! Where each scenario is played.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::OnceLock;

/// The addresses of all scenarios; redirects lead from one to another.
#[derive(Debug, Default)]
pub(crate) struct Places {
    by_name: OnceLock<BTreeMap<&'static str, SocketAddr>>,
    /// Where nobody listens.
    nowhere: OnceLock<SocketAddr>,
}

/// Where nothing goes wrong, unless the name of the user asks for it.
pub(crate) const HONEST: &str = "honest";

impl Places {
    /// Sets them, once all are known.
    pub(crate) fn set(&self, places: BTreeMap<&'static str, SocketAddr>, nowhere: SocketAddr) {
        // They are set once, before anybody comes.
        let _ = self.by_name.set(places);
        let _ = self.nowhere.set(nowhere);
    }

    /// The URL of a scenario, by the address that the client has used.
    pub(crate) fn url(&self, scheme: &str, name: &str, host: IpAddr) -> String {
        let address = self.by_name.get().and_then(|places| places.get(name));
        let port = address.map_or(0, SocketAddr::port);
        format!("{scheme}://{}", SocketAddr::new(host, port))
    }

    /// The URL of a place where nobody listens.
    pub(crate) fn nowhere(&self) -> String {
        let address = self.nowhere.get().map(SocketAddr::to_string);
        format!("tp://{}", address.unwrap_or_default())
    }
}
