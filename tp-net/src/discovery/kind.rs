//! The ways to reach a game, as discovery names them.

/// A way to reach a game. The order is the order of preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Tps,
    Tp,
    TpHttps,
    TpHttp,
}

impl Kind {
    #[cfg(feature = "zeroconf")]
    pub(crate) const ALL: [Self; 4] = [Self::Tps, Self::Tp, Self::TpHttps, Self::TpHttp];

    /// Reads the type of a connection; metaservers and servers spell the tunnels in two ways.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "tps" => Self::Tps,
            "tp" => Self::Tp,
            // A plus that was not escaped in a query arrives as a space.
            "tp+https" | "tphttps" | "tp https" => Self::TpHttps,
            "tp+http" | "tphttp" | "tp http" => Self::TpHttp,
            _ => return None,
        })
    }

    /// The type of a connection, and the scheme of its URL.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tps => "tps",
            Self::Tp => "tp",
            Self::TpHttps => "tp+https",
            Self::TpHttp => "tp+http",
        }
    }

    /// The service type of zeroconf, in which a plus cannot stand.
    #[cfg(feature = "zeroconf")]
    pub(crate) fn service_type(self) -> &'static str {
        match self {
            Self::Tps => "_tps._tcp.local.",
            Self::Tp => "_tp._tcp.local.",
            Self::TpHttps => "_tp-https._tcp.local.",
            Self::TpHttp => "_tp-http._tcp.local.",
        }
    }
}
