//! Tunnels without sockets, proxies without an environment.

use super::proxy::in_environment;
use super::{Proxies, Proxy, route};
use crate::transport::{Layer, TransportError, Url};

/// What lies between TCP and whatever the URL's scheme has over HTTP: at most a tunnel.
///
/// # Errors
///
/// The environment names a proxy that is none.
pub fn tunnels(url: &Url, proxies: &Proxies) -> Result<Vec<Box<dyn Layer>>, TransportError> {
    Ok(route(url, proxies)?.layers)
}

/// The proxy to a server, in an environment with these variables.
///
/// # Errors
///
/// The environment names a proxy that is none.
pub fn proxy_to(
    url: &Url,
    variables: impl Fn(&str) -> Option<String>,
) -> Result<Option<Proxy>, TransportError> {
    in_environment(url, variables)
}
