//! Whom a client trusts.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};

use super::layer::Tls;
use super::seen::Seen;
use super::verifier::{Judge, Verifier};
use super::{Fingerprint, TlsError, pem, provider};
use crate::lock::lock;
use crate::transport::Layer;
use crate::transport::url::split_zone;

/// Servers whose sessions are kept. More, and all are forgotten.
const SERVERS: usize = 64;

/// Whom a client trusts to be the server that it looks for: what the operating system trusts,
/// unless told otherwise.
///
/// Clones share the sessions of earlier connections, so that the next one to the same server
/// begins faster.
///
/// ```
/// use tp_net::Options;
/// use tp_net::transport::tls::Trust;
///
/// let fingerprint = "3f5a".repeat(16).parse()?;
/// let options = Options::default().trust(Trust::pinned([fingerprint]));
/// # let _ = options;
/// # Ok::<(), tp_net::transport::tls::FingerprintError>(())
/// ```
#[derive(Clone)]
pub struct Trust {
    inner: Arc<Inner>,
}

struct Inner {
    /// That of the platform is made when first needed: reading its roots takes time.
    judge: OnceLock<Judge>,
    configs: Mutex<HashMap<(String, u16), Arc<ClientConfig>>>,
}

impl Trust {
    fn new(judge: Option<Judge>) -> Self {
        Self {
            inner: Arc::new(Inner {
                judge: judge.map(OnceLock::from).unwrap_or_default(),
                configs: Mutex::default(),
            }),
        }
    }

    /// Certificates that the operating system trusts, for the host of the URL. The default.
    #[must_use]
    pub fn platform() -> Self {
        static PLATFORM: LazyLock<Trust> = LazyLock::new(|| Trust::new(None));
        PLATFORM.clone()
    }

    /// Certificates for the host of the URL that are signed by one of these and by nobody else.
    /// A server's own certificate can stand among them; then its dates do not matter.
    ///
    /// # Errors
    ///
    /// [`TlsError::Roots`]: the text holds no certificate in PEM, or one that cannot be a root.
    pub fn roots(pem: impl AsRef<[u8]>) -> Result<Self, TlsError> {
        let roots = pem::certificates(pem.as_ref()).map_err(TlsError::Roots)?;
        Ok(Self::new(Some(Judge::roots(roots)?)))
    }

    /// As [`roots`](Self::roots), from a file.
    ///
    /// # Errors
    ///
    /// As [`roots`](Self::roots); and the file cannot be read.
    pub fn roots_file(path: impl AsRef<Path>) -> Result<Self, TlsError> {
        let path = path.as_ref();
        Self::roots(pem::read(path)?).map_err(|error| error.in_file(path))
    }

    /// These certificates and no others, whatever their names, dates and signatures.
    #[must_use]
    pub fn pinned(fingerprints: impl IntoIterator<Item = Fingerprint>) -> Self {
        let pinned = Arc::new(fingerprints.into_iter().collect());
        Self::new(Some(Judge::Pinned(pinned)))
    }

    /// Whatever a server shows at first, and from then on nothing else. What was shown is kept
    /// in a text file of lines `HOST:PORT FINGERPRINT`, which is made if there is none. Names are
    /// compared without regard to case and a dot at their end, addresses by what they mean and
    /// without zones. While the file has a line that cannot be read, nobody is trusted.
    #[must_use]
    pub fn on_first_use(file: impl AsRef<Path>) -> Self {
        let file = file.as_ref().to_owned();
        Self::new(Some(Judge::FirstUse(Seen { file })))
    }

    /// Whatever a server shows, always: nobody on the way can listen in, but who answers may be
    /// anybody.
    #[must_use]
    pub fn dangerously_anyone() -> Self {
        Self::new(Some(Judge::Anything))
    }

    /// The client's side of TLS with a server.
    ///
    /// # Errors
    ///
    /// There are no roots, or no certificate can be for such a host.
    pub fn layer(&self, host: &str, port: u16) -> Result<Box<dyn Layer>, TlsError> {
        Ok(Box::new(self.tls(host, port)?))
    }

    pub(in crate::transport) fn tls(&self, host: &str, port: u16) -> Result<Tls, TlsError> {
        // The zone of an address means something here and nothing there.
        let (name, _) = split_zone(host);
        let name = ServerName::try_from(name.to_owned());
        let name = name.map_err(|_| TlsError::Name(host.to_owned()))?;
        let config = self.config(host, port)?;
        Ok(Tls::new(ClientConnection::new(config, name)?.into()))
    }

    /// Sessions are only taken up again with the same configuration, and who judges a
    /// certificate has to know whose it should be: so each server has its own.
    fn config(&self, host: &str, port: u16) -> Result<Arc<ClientConfig>, TlsError> {
        let key = (host.to_owned(), port);
        if let Some(config) = lock(&self.inner.configs).get(&key) {
            return Ok(Arc::clone(config));
        }
        let verifier = Verifier {
            host: host.to_owned(),
            port,
            judge: self.judge()?,
        };
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        let mut configs = lock(&self.inner.configs);
        if configs.len() >= SERVERS {
            configs.clear();
        }
        Ok(Arc::clone(
            configs.entry(key).or_insert_with(|| Arc::new(config)),
        ))
    }

    fn judge(&self) -> Result<Judge, TlsError> {
        if let Some(judge) = self.inner.judge.get() {
            return Ok(judge.clone());
        }
        let judge = Judge::platform()?;
        Ok(self.inner.judge.get_or_init(|| judge).clone())
    }
}

impl Default for Trust {
    fn default() -> Self {
        Self::platform()
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("Trust");
        match self.inner.judge.get() {
            None => shown.field(&format_args!("platform")),
            Some(judge) => shown.field(judge),
        };
        shown.finish()
    }
}
