//! Which proxy leads to a server.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::bypass;
use crate::transport::url::split_scheme;
use crate::transport::{ProxyError, Scheme, TransportError, Url, UrlError};

/// An HTTP proxy: host, port, and perhaps a name and a password.
///
/// Written `http://[user[:password]@]host[:port]`, where `http://` may be missing and the port is
/// 80 if not given. [`Debug`] and [`Display`](fmt::Display) show neither name nor password.
///
/// ```
/// use tp_net::transport::Proxy;
///
/// let proxy: Proxy = "http://ada:s3cret@proxy.example:3128".parse()?;
/// assert_eq!(proxy.to_string(), "proxy.example:3128");
/// # Ok::<(), tp_net::transport::ProxyError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy(Url);

impl Proxy {
    /// The host's name or IP address; IPv6 without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host()
    }

    /// The TCP port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port_or_default()
    }

    /// Name and password, if it wants them; the password may be empty.
    pub(crate) fn login(&self) -> Option<(&str, &str)> {
        Some((self.0.user()?, self.0.password().unwrap_or_default()))
    }

    /// Name and password, as the Basic scheme has them.
    pub(super) fn basic(&self) -> Option<String> {
        let (user, password) = self.login()?;
        Some(BASE64_STANDARD.encode(format!("{user}:{password}")))
    }
}

impl FromStr for Proxy {
    type Err = ProxyError;

    fn from_str(text: &str) -> Result<Self, ProxyError> {
        let text = text.trim();
        let rest = match split_scheme(text) {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => rest,
            Some((scheme, _)) => return Err(ProxyError::Scheme(scheme.to_owned())),
            None => text,
        };
        // Nothing but the scheme's port comes from this scheme.
        let url: Url = format!("{}://{rest}", Scheme::TpHttp).parse()?;
        let port = url.port_or_default();
        Ok(Self(url.with_port(port)))
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.authority().fmt(f)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Proxy")
            .field(&format_args!("{self}"))
            .finish()
    }
}

/// Which connections go through a proxy.
///
/// | | `tp`, `tps` | `tp+http` | `tp+https` |
/// |---|---|---|---|
/// | [`Never`](Self::Never) | direct | direct | direct |
/// | [`Environment`](Self::Environment) | direct | `http_proxy` | `https_proxy` |
/// | [`Always`](Self::Always) | `CONNECT` | `POST` | `CONNECT` |
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Proxies {
    /// None.
    Never,
    /// Those of the HTTP schemes go where the environment says, as those of curl do:
    ///
    /// * `http_proxy` leads to `tp+http`, `https_proxy` to `tp+https`, `all_proxy` to both where
    ///   the one before is not set. An empty variable means no proxy.
    /// * What `no_proxy` lists is reached without: names, with all that ends in a dot and them;
    ///   IP addresses and networks (`10.0.0.0/8`, `fd00::/8`), for URLs with an address; each
    ///   perhaps with a port (`host:80`, `[::1]:80`); or `*` for everything. Commas or spaces
    ///   stand between them.
    /// * Each variable may be written in capitals, and counts if the other is not set. The
    ///   exception is `HTTP_PROXY` where `REQUEST_METHOD` is set: in a CGI program a client's
    ///   `Proxy` header sets it.
    ///
    /// The scheme of these URLs is one of the web, and so are the variables. `tp` and `tps` are
    /// none of their business, and few proxies let them through.
    #[default]
    Environment,
    /// All go through this one.
    Always(Proxy),
}

impl Proxies {
    /// The proxy to a server, if there is one.
    pub(crate) fn to(&self, url: &Url) -> Result<Option<Proxy>, TransportError> {
        match self {
            Self::Never => Ok(None),
            Self::Environment => in_environment(url, |name| std::env::var(name).ok()),
            Self::Always(proxy) => Ok(Some(proxy.clone())),
        }
    }
}

/// What the variables say, given how to look them up.
pub(super) fn in_environment(
    url: &Url,
    get: impl Fn(&str) -> Option<String>,
) -> Result<Option<Proxy>, TransportError> {
    let own = match url.scheme() {
        Scheme::TpHttp => "http_proxy",
        Scheme::TpHttps => "https_proxy",
        _ => return Ok(None),
    };
    let either = |name: &'static str| {
        let is_forged = name == "http_proxy" && get("REQUEST_METHOD").is_some();
        let capitals = || get(&name.to_uppercase()).filter(|_| !is_forged);
        get(name).or_else(capitals).map(|value| (name, value))
    };
    let Some((variable, value)) = either(own).or_else(|| either("all_proxy")) else {
        return Ok(None);
    };
    let exempt = either("no_proxy").map(|(_, list)| list).unwrap_or_default();
    if !exempt.is_ascii() {
        // It is among names that no URL has, and to overlook it would be to tell the proxy.
        return Err(TransportError::Proxy {
            variable: "no_proxy",
            source: UrlError::International.into(),
        });
    }
    if value.is_empty() || bypass::is_listed(&exempt, url.host(), url.port_or_default()) {
        return Ok(None);
    }
    match value.parse() {
        Ok(proxy) => Ok(Some(proxy)),
        Err(source) => Err(TransportError::Proxy { variable, source }),
    }
}
