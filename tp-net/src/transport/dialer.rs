//! Opens connections as their URLs say.

use std::io;
use std::time::Duration;

use super::{Connector, Layer, Layered, Scheme, Stream, TransportError, Url, tcp};
use crate::options::Options;

/// Opens connections as their URLs say: TCP, and what the scheme has over it.
///
/// The clients' `connect` uses it; it is public for connectors that put something around it.
#[derive(Debug, Clone, Default)]
pub struct Dialer {}

/// How a URL is reached: where TCP goes to, and what stands on it.
pub(crate) struct Route {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The lowest first.
    pub(crate) layers: Vec<Box<dyn Layer>>,
}

impl Dialer {
    /// One that does what the options say.
    #[must_use]
    pub fn new(_options: &Options) -> Self {
        Self {}
    }

    /// How to reach a URL.
    pub(crate) fn route(&self, url: &Url) -> Result<Route, TransportError> {
        let layers = match url.scheme() {
            Scheme::Tp => Vec::new(),
            Scheme::Tps => return Err(missing("TLS", "tls")),
            Scheme::TpHttp | Scheme::TpHttps => return Err(missing("HTTP tunnels", "http")),
        };
        Ok(Route {
            host: url.host().to_owned(),
            port: url.port_or_default(),
            layers,
        })
    }
}

fn missing(what: &'static str, feature: &'static str) -> TransportError {
    TransportError::NotBuiltIn { what, feature }
}

impl Connector for Dialer {
    fn open(&self, url: &Url, timeout: Duration) -> io::Result<Box<dyn Stream>> {
        let Route { host, port, layers } = self.route(url)?;
        let mut stream = tcp::connect(&host, port, timeout)?;
        for layer in layers {
            stream = Box::new(Layered::new(stream, layer));
        }
        Ok(stream)
    }
}
