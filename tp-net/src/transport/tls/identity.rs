//! Who a server is.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, ServerConnection};

use super::layer::Tls;
use super::{Fingerprint, TlsError, make_private_folder, pem, provider};
use crate::transport::Layer;
use crate::transport::url::split_zone;

/// The file that a server's own certificate and key are kept in.
const STORED: &str = "tls-identity.pem";

/// A server's certificate, with those that lead from it to a root, and its key.
///
/// Clones are one: what one [reloads](Self::reload), all have. Clients that come back by TLS 1.2
/// take up their sessions again, which makes the handshake short. By TLS 1.3 they cannot: what
/// they would need comes behind the handshake, where old clients expect nothing but frames.
#[derive(Clone)]
pub struct Identity {
    config: Arc<ServerConfig>,
    current: Arc<Current>,
    /// Of the certificates and of the key.
    files: Option<[PathBuf; 2]>,
}

/// What connections from now on are shown.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl Current {
    fn get(&self) -> Arc<CertifiedKey> {
        let key = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&key)
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.get())
    }
}

impl Identity {
    /// From PEM: the server's certificate first, then those that lead to a root; and the key.
    /// Both may be the same text.
    ///
    /// # Errors
    ///
    /// [`TlsError::Identity`]: there is no certificate or no key, or they do not belong together.
    pub fn from_pem(chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<Self, TlsError> {
        let chain = pem::certificates(chain.as_ref()).map_err(TlsError::Identity)?;
        let key = pem::key(key.as_ref()).map_err(TlsError::Identity)?;
        Self::new(together(chain, key)?, None)
    }

    /// As [`from_pem`](Self::from_pem), from files, which [`reload`](Self::reload) reads again.
    ///
    /// # Errors
    ///
    /// As [`from_pem`](Self::from_pem); and a file cannot be read.
    pub fn from_files(
        chain: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Result<Self, TlsError> {
        let files = [chain.into(), key.into()];
        Self::new(read_files(&files)?, Some(files))
    }

    /// The certificate that this server made for itself, kept in the file `tls-identity.pem` of
    /// this folder, which only its owner may read. If it is not there, it is made, for these
    /// names and addresses and this machine's own.
    ///
    /// No client trusts it by itself. Players pin its [fingerprint](Self::fingerprint), or trust
    /// what they meet at first.
    ///
    /// # Errors
    ///
    /// The file cannot be read, written or used.
    pub fn stored_in<N: Into<String>>(
        folder: impl AsRef<Path>,
        names: impl IntoIterator<Item = N>,
    ) -> Result<Self, TlsError> {
        let folder = folder.as_ref();
        let file = folder.join(STORED);
        let failed = |error| TlsError::file(&file, error);
        if !file.try_exists().map_err(failed)? {
            let pem = self_signed(names.into_iter().map(Into::into).collect())?;
            store(folder, &file, &pem).map_err(failed)?;
        }
        Self::from_files(&file, &file)
    }

    /// A certificate that lasts as long as this value: made now for these names and addresses and this
    /// machine's own, and written nowhere. For tests, and where nothing can be kept.
    ///
    /// # Errors
    ///
    /// One of the names can be in no certificate, or this machine gives no random numbers.
    pub fn ephemeral<N: Into<String>>(
        names: impl IntoIterator<Item = N>,
    ) -> Result<Self, TlsError> {
        let pem = self_signed(names.into_iter().map(Into::into).collect())?;
        Self::from_pem(&pem, &pem)
    }

    fn new(key: CertifiedKey, files: Option<[PathBuf; 2]>) -> Result<Self, TlsError> {
        let current = Arc::new(Current(RwLock::new(Arc::new(key))));
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<Current>::clone(&current));
        config.ticketer = rustls::crypto::ring::Ticketer::new()?;
        // They would come behind the handshake, as records without data: libtpproto-cpp finds its
        // socket readable, reads no frame and crashes. So sessions of TLS 1.3 are not taken up
        // again; those of TLS 1.2 are, whose tickets are part of the handshake.
        config.send_tls13_tickets = 0;
        Ok(Self {
            config: Arc::new(config),
            current,
            files,
        })
    }

    /// Reads the files again, for connections from now on; those that are open stay. If it
    /// fails, everything stays. Without files it does nothing.
    ///
    /// # Errors
    ///
    /// As [`from_files`](Self::from_files).
    pub fn reload(&self) -> Result<(), TlsError> {
        if let Some(files) = &self.files {
            let key = Arc::new(read_files(files)?);
            let current = self.current.0.write();
            *current.unwrap_or_else(PoisonError::into_inner) = key;
        }
        Ok(())
    }

    /// What the certificate is recognised by.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let key = self.current.get();
        Fingerprint::of(key.cert.first().map_or(&[], |certificate| certificate))
    }

    /// The server's side of TLS on one connection.
    ///
    /// # Errors
    ///
    /// The TLS library cannot begin.
    pub fn layer(&self) -> Result<Box<dyn Layer>, TlsError> {
        Ok(Box::new(self.tls()?))
    }

    pub(super) fn tls(&self) -> Result<Tls, TlsError> {
        let connection = ServerConnection::new(Arc::clone(&self.config))?;
        Ok(Tls::new(connection.into()))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.fingerprint())
    }
}

fn read_files([chain_file, key_file]: &[PathBuf; 2]) -> Result<CertifiedKey, TlsError> {
    let within = |path: &Path, what| TlsError::Identity(what).in_file(path);
    let chain =
        pem::certificates(&pem::read(chain_file)?).map_err(|what| within(chain_file, what))?;
    let key = pem::key(&pem::read(key_file)?).map_err(|what| within(key_file, what))?;
    together(chain, key).map_err(|error| error.in_file(chain_file))
}

fn together(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<CertifiedKey, TlsError> {
    CertifiedKey::from_der(chain, key, &provider())
        .map_err(|error| TlsError::Identity(error.to_string()))
}

/// A certificate and its key in PEM.
fn self_signed(names: Vec<String>) -> Result<String, TlsError> {
    // A zone means something on this machine only.
    let without_zone = |name: String| split_zone(&name).0.to_owned();
    let mut names: Vec<_> = names.into_iter().map(without_zone).collect();
    for own in ["localhost", "127.0.0.1", "::1"] {
        if !names.iter().any(|name| name == own) {
            names.push(own.to_owned());
        }
    }
    let failed = |error: rcgen::Error| TlsError::Identity(error.to_string());
    let mut params = CertificateParams::new(names).map_err(failed)?;
    params.distinguished_name = DistinguishedName::new();
    let name = "Thousand Parsec server";
    params.distinguished_name.push(DnType::CommonName, name);
    let key = KeyPair::generate().map_err(failed)?;
    let certificate = params.self_signed(&key).map_err(failed)?;
    Ok(certificate.pem() + &key.serialize_pem())
}

/// Writes the file whole or not at all. One that another program has written meanwhile stays: it may
/// have been read already.
fn store(folder: &Path, file: &Path, pem: &str) -> io::Result<()> {
    make_private_folder(folder)?;
    // Numbers of processes are not unique where programs in containers share a folder.
    let unique = RandomState::new().hash_one(std::process::id());
    let draft = folder.join(format!("{STORED}.{unique:016x}"));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut open = options.open(&draft)?;
    let written = open
        .write_all(pem.as_bytes())
        .and_then(|()| open.sync_all())
        .and_then(|()| match fs::hard_link(&draft, file) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            // Not every file system has links.
            Err(_) => fs::rename(&draft, file),
            Ok(()) => Ok(()),
        });
    let _ = fs::remove_file(&draft);
    written
}
