//! How a URL is reached.

use std::io;

#[cfg(feature = "http")]
use super::TransportError;
use super::{Layer, Url};

/// Where TCP goes to, and what stands on it.
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
