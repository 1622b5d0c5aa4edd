//! How a URL is reached.

use std::fmt;
use std::io;

use super::{Layer, TransportError, Url};

/// Where TCP goes to, and what stands on it; see [`Dialer::route`](super::Dialer::route).
pub struct Route {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The server as messages name it.
    pub(crate) server: String,
    /// The proxy, if that is where TCP goes to.
    #[cfg(feature = "http")]
    pub(crate) proxy: Option<String>,
    /// The lowest first.
    pub(crate) layers: Vec<Box<dyn Layer>>,
}

impl Route {
    /// The host that TCP goes to: a name or an address of the server, or of a proxy.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port that TCP goes to.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What stands between TCP and frames, the lowest first: put each into a
    /// [`Layered`](super::Layered) or an `AsyncLayered` over the one before.
    #[must_use]
    pub fn into_layers(self) -> Vec<Box<dyn Layer>> {
        self.layers
    }

    /// TCP, and nothing on it.
    pub(crate) fn direct(url: &Url) -> Self {
        let place = url.place().with_port(url.port_or_default());
        Self {
            host: url.host().to_owned(),
            port: url.port_or_default(),
            server: format!("the server {}", place.authority()),
            #[cfg(feature = "http")]
            proxy: None,
            layers: Vec::new(),
        }
    }

    /// Why there is no address to connect to.
    pub(crate) fn unknown(&self, source: io::Error) -> io::Error {
        #[cfg(feature = "http")]
        if let Some(proxy) = &self.proxy {
            let peer = format!("the proxy {proxy}");
            return TransportError::Lookup { peer, source }.into();
        }
        let peer = self.server.clone();
        TransportError::Lookup { peer, source }.into()
    }

    /// Why there is no connection, saying so if it was to a proxy.
    pub(crate) fn unreachable(&self, source: io::Error) -> io::Error {
        #[cfg(feature = "http")]
        if let Some(proxy) = self.proxy.clone() {
            return TransportError::NoProxy { proxy, source }.into();
        }
        source
    }

    /// Who answers what is said to the server. If a proxy is on the way, nobody knows which of
    /// the two it is.
    pub(crate) fn peer(&self) -> String {
        #[cfg(feature = "http")]
        if let Some(proxy) = &self.proxy {
            return format!("{} behind the proxy {proxy}", self.server);
        }
        self.server.clone()
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("layers", &self.layers.len())
            .finish_non_exhaustive()
    }
}
