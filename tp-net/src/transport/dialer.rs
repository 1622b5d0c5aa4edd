//! Opens connections as their URLs say.

use std::io;
use std::time::Duration;

#[cfg(not(feature = "http"))]
use super::Scheme;
#[cfg(feature = "http")]
use super::http::{self, Proxies};
use super::{Connector, Layer, Layered, Route, Stream, TransportError, Url, tcp};

/// Opens connections as their URLs say: TCP, and what the scheme has over it.
///
/// Use the one of [`Options::dialer`](crate::Options::dialer) in connectors
/// that put something around it.
#[derive(Debug, Clone, Default)]
pub struct Dialer {
    #[cfg(feature = "http")]
    pub(crate) proxies: Proxies,
    #[cfg(feature = "tls")]
    pub(crate) trust: super::tls::Trust,
}

impl Dialer {
    /// How to reach a URL, for a connector that carries the bytes in its own way: where it goes to,
    /// and what it has to put over that.
    ///
    /// # Errors
    ///
    /// What the URL asks for cannot be spoken.
    pub fn route(&self, url: &Url) -> Result<Route, TransportError> {
        let mut route = self.below_tls(url)?;
        if url.scheme().is_encrypted() {
            let layer = self.tls(url, &route)?;
            route.layers.push(layer);
        }
        Ok(route)
    }

    /// Who answers what is said to a server, as messages name it.
    pub(crate) fn peer(&self, url: &Url) -> String {
        let route = self.below_tls(url);
        route.unwrap_or_else(|_| Route::direct(url)).peer()
    }

    #[cfg(feature = "http")]
    fn below_tls(&self, url: &Url) -> Result<Route, TransportError> {
        http::route(url, &self.proxies)
    }

    #[cfg(not(feature = "http"))]
    fn below_tls(&self, url: &Url) -> Result<Route, TransportError> {
        match url.scheme() {
            Scheme::TpHttp => Err(missing("HTTP tunnels", "http")),
            _ => Ok(Route::direct(url)),
        }
    }

    #[cfg(feature = "tls")]
    fn tls(&self, url: &Url, route: &Route) -> Result<Box<dyn Layer>, TransportError> {
        let tls = self.trust.tls(url.host(), url.port_or_default())?;
        Ok(Box::new(tls.with(route.peer())))
    }

    #[cfg(not(feature = "tls"))]
    fn tls(&self, _: &Url, _: &Route) -> Result<Box<dyn Layer>, TransportError> {
        Err(missing("TLS", "tls"))
    }
}

#[cfg(not(all(feature = "http", feature = "tls")))]
fn missing(what: &'static str, feature: &'static str) -> TransportError {
    TransportError::NotBuiltIn { what, feature }
}

impl Connector for Dialer {
    fn open(&self, url: &Url, timeout: Duration) -> io::Result<Box<dyn Stream>> {
        let route = self.route(url)?;
        let mut stream = tcp::connect(&route, timeout)?;
        for layer in route.layers {
            stream = Box::new(Layered::new(stream, layer));
        }
        Ok(stream)
    }
}

#[cfg(all(test, not(feature = "tls")))]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_built_in_is_told() {
        for text in ["tps://game.example", "tp+https://game.example"] {
            let url = text.parse().unwrap();
            let error = Dialer::default().route(&url).err().unwrap();
            assert_eq!(
                error.to_string(),
                "this program has no TLS: tp-net was built without its feature `tls`"
            );
        }
    }
}
