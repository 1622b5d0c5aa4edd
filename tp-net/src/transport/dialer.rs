//! Opens connections as their URLs say.

use std::io;
use std::time::Duration;

#[cfg(not(feature = "http"))]
use super::Scheme;
#[cfg(feature = "http")]
use super::http::{self, Proxies};
use super::{Connector, Layer, Layered, Stream, TransportError, Url, tcp};
use crate::options::Options;

/// Opens connections as their URLs say: TCP, and what the scheme has over it.
///
/// The clients' `connect` uses it; it is public for connectors that put something around it.
#[derive(Debug, Clone, Default)]
pub struct Dialer {
    #[cfg(feature = "http")]
    proxies: Proxies,
    #[cfg(feature = "tls")]
    trust: super::tls::Trust,
}

/// How a URL is reached: where TCP goes to, and what stands on it.
pub(crate) struct Route {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Host and port once more, if they are a proxy's.
    #[cfg(feature = "http")]
    pub(crate) proxy: Option<String>,
    /// The lowest first.
    pub(crate) layers: Vec<Box<dyn Layer>>,
}

impl Route {
    /// TCP, and nothing on it.
    pub(crate) fn direct(url: &Url) -> Self {
        Self {
            host: url.host().to_owned(),
            port: url.port_or_default(),
            #[cfg(feature = "http")]
            proxy: None,
            layers: Vec::new(),
        }
    }

    /// Why there is no connection, saying so if it was to a proxy.
    pub(crate) fn unreachable(&self, source: io::Error) -> io::Error {
        #[cfg(feature = "http")]
        if let Some(proxy) = self.proxy.clone() {
            return TransportError::NoProxy { proxy, source }.into();
        }
        source
    }
}

impl Dialer {
    /// One that does what the options say.
    #[must_use]
    #[cfg_attr(
        not(any(feature = "http", feature = "tls")),
        expect(unused_variables, reason = "nothing to say")
    )]
    pub fn new(options: &Options) -> Self {
        Self {
            #[cfg(feature = "http")]
            proxies: options.proxies.clone(),
            #[cfg(feature = "tls")]
            trust: options.trust.clone(),
        }
    }

    /// How to reach a URL.
    pub(crate) fn route(&self, url: &Url) -> Result<Route, TransportError> {
        #[cfg(feature = "http")]
        let mut route = http::route(url, &self.proxies)?;
        #[cfg(not(feature = "http"))]
        let mut route = match url.scheme() {
            Scheme::TpHttp => return Err(missing("HTTP tunnels", "http")),
            _ => Route::direct(url),
        };
        if url.scheme().is_encrypted() {
            route.layers.push(self.tls(url)?);
        }
        Ok(route)
    }

    #[cfg(feature = "tls")]
    fn tls(&self, url: &Url) -> Result<Box<dyn Layer>, TransportError> {
        Ok(self.trust.layer(url.host(), url.port_or_default())?)
    }

    #[cfg(not(feature = "tls"))]
    fn tls(&self, _: &Url) -> Result<Box<dyn Layer>, TransportError> {
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
        let stream = tcp::connect(&route.host, route.port, timeout);
        let mut stream = stream.map_err(|error| route.unreachable(error))?;
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
