//! TLS 1.2 and 1.3, for both sides.
//!
//! A client says whom it trusts with [`Trust`], in
//! [`Options::trust`](crate::Options::trust). A server is somebody by its [`Identity`]; one that
//! has no certificate of an authority makes its own:
//!
//! ```no_run
//! use tp_net::transport::tls::Identity;
//!
//! let identity = Identity::stored_in("/var/lib/game", ["game.example"])?;
//! println!("fingerprint of the certificate: {}", identity.fingerprint());
//! # Ok::<(), tp_net::transport::tls::TlsError>(())
//! ```
//!
//! Whoever accepts connections turns each into one with TLS by
//! [`Identity::layer`]: `AsyncLayered::new(socket, identity.layer()?)`, then
//! `handshake().await` before anything else, with a time limit.

#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod identity;
mod layer;
mod pem;
mod records;
mod seen;
#[cfg(test)]
mod tests;
mod trust;
mod verifier;

use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::{fs, io};

use rustls::crypto::CryptoProvider;

pub use identity::Identity;
pub use trust::Trust;

pub use super::error::{Fault, TlsError, Untrusted};
pub use super::fingerprint::{Fingerprint, FingerprintError};

/// The cryptography. ring needs a C compiler and nothing else, and builds in seconds; aws-lc-rs
/// wants CMake or ready-made code on some machines, and has nothing that these connections need.
fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: LazyLock<Arc<CryptoProvider>> =
        LazyLock::new(|| Arc::new(rustls::crypto::ring::default_provider()));
    Arc::clone(&PROVIDER)
}

/// Makes the folder of a file that no other user is to read, if it is missing. Nobody else may enter
/// what is made, whatever the mask of this process is.
fn make_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
