//! Where each scenario is played.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::OnceLock;

/// The addresses of all scenarios; redirects lead from one to another.
static PLACES: OnceLock<BTreeMap<&'static str, SocketAddr>> = OnceLock::new();

/// Where nobody listens.
static NOWHERE: OnceLock<SocketAddr> = OnceLock::new();

/// Where nothing goes wrong, unless the name of the user asks for it.
pub(crate) const HONEST: &str = "honest";

/// Sets them, once all are known.
pub(crate) fn set(places: BTreeMap<&'static str, SocketAddr>, nowhere: SocketAddr) {
    // They are set once, before anybody comes.
    let _ = PLACES.set(places);
    let _ = NOWHERE.set(nowhere);
}

/// The URL of a scenario, by the address that the client has used.
pub(crate) fn url(scheme: &str, name: &str, host: IpAddr) -> String {
    let address = PLACES.get().and_then(|places| places.get(name));
    let port = address.map_or(0, SocketAddr::port);
    format!("{scheme}://{}", SocketAddr::new(host, port))
}

/// The URL of a place where nobody listens.
pub(crate) fn nowhere() -> String {
    let address = NOWHERE.get().map(SocketAddr::to_string);
    format!("tp://{}", address.unwrap_or_default())
}
