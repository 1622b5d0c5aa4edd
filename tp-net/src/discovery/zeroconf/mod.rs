//! Games of the local network, by multicast DNS (RFC 6762) and DNS service discovery (RFC 6763).
//!
//! Each way to reach a game is a service: `_tp._tcp`, `_tps._tcp`, `_tp-http._tcp` or
//! `_tp-https._tcp`. The instance is the game's long name, and the TXT record holds the rest:
//!
//! | key | what |
//! |---|---|
//! | `tp` | versions of the protocol, with commas: `0.3,0.4` |
//! | `server`, `sertype` | version and kind of the server; `servtype` is understood too |
//! | `rule`, `rulever` | kind and version of the rules |
//! | `plys`, `cons`, `objs` | how many players, connections and objects |
//! | `admin`, `cmt`, `ln`, `sn` | mail address, remark, long and short name |
//! | `next`, `turn`, `prd` | Unix time of the next turn, number of this one, seconds between two |
//!
//! Services of the same instance on the same host are one game, whose connections are in order of
//! preference: `tps`, `tp`, `tp+https`, `tp+http`.
//!
//! The port of multicast DNS (5353) is shared with other programs that use it, such as Avahi and
//! Bonjour.

mod merge;
mod publisher;
mod watch;

pub use publisher::Publisher;
pub(super) use watch::Watch;

use super::Error;
use crate::transport::Scheme;

/// The service type of a scheme; a plus cannot stand in it.
fn service_type(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Tp => "_tp._tcp.local.",
        Scheme::Tps => "_tps._tcp.local.",
        Scheme::TpHttp => "_tp-http._tcp.local.",
        Scheme::TpHttps => "_tp-https._tcp.local.",
    }
}

impl From<mdns_sd::Error> for Error {
    fn from(error: mdns_sd::Error) -> Self {
        Self::Zeroconf(error.to_string().into())
    }
}
