//! Through HTTP: the tunnel of the protocol, and proxies.
//!
//! ```text
//!   tp+http       POST /Ab1Cd2Ef3Gh4 ──► server                    then frames
//!   tp+http       POST http://server/Ab1Cd2Ef3Gh4 ──► HTTP proxy   then frames
//!   any other     CONNECT server ──► HTTP proxy                    then frames, or TLS and frames
//! ```
//!
//! Whoever answers, nothing is sent before the blank line behind the answer's head is there, and
//! nothing that comes behind it is lost.

mod bypass;
#[cfg(fuzzing)]
pub mod fuzzing;
mod proxy;
mod response;
#[cfg(test)]
mod tests;
mod tunnel;

pub use proxy::{Proxies, Proxy};
use tunnel::Tunnel;

use super::{Layer, Route, Scheme, TransportError, Url};

/// The way to a URL as far as HTTP leads: to whom TCP goes, and the tunnels on it.
pub(super) fn route(url: &Url, proxies: &Proxies) -> Result<Route, TransportError> {
    let proxy = proxies.to(url)?;
    let proxy = proxy.as_ref();
    let tunnel = match (url.scheme(), proxy) {
        (Scheme::TpHttp, _) => Some(Tunnel::post(url, proxy)),
        (_, Some(proxy)) => Some(Tunnel::connect(url, proxy)),
        (_, None) => None,
    };
    let mut route = Route::direct(url);
    if let Some(proxy) = proxy {
        tracing::debug!(%proxy, "through a proxy");
        proxy.host().clone_into(&mut route.host);
        route.port = proxy.port();
        route.proxy = Some(proxy.to_string());
    }
    let layers = tunnel.map(|tunnel| Box::new(tunnel) as Box<dyn Layer>);
    route.layers.extend(layers);
    Ok(route)
}
