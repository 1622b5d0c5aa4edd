//! What stands in files of PEM, and what should.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::TlsError;

/// The longest file that is read, in bytes; all certificates that are trusted on a usual system
/// take a quarter of a megabyte.
const LONGEST: u64 = 16 << 20;

/// What stands in a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    let mut text = Vec::new();
    // A device may have no end.
    let read = File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut text));
    match read {
        Err(error) => Err(TlsError::file(path, error)),
        Ok(length) if u64::try_from(length) == Ok(LONGEST) => {
            let error = io::Error::other("this is too long for a file of PEM");
            Err(TlsError::file(path, error))
        }
        Ok(_) => Ok(text),
    }
}

/// The certificates, at least one.
///
/// # Errors
///
/// What is wrong, for a user.
pub(super) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text(pem)).collect();
    let certificates = certificates.map_err(|error| error.to_string())?;
    match certificates.is_empty() {
        true if has(pem, KEY) => Err("there is a key and no certificate".to_owned()),
        true => Err("there is no certificate in PEM".to_owned()),
        false => Ok(certificates),
    }
}

/// The key.
///
/// # Errors
///
/// What is wrong, for a user.
pub(super) fn key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, String> {
    PrivateKeyDer::from_pem_slice(text(pem)).map_err(|error| {
        if has(pem, ENCRYPTED) || has(pem, ENCRYPTED_BY_HEADER) {
            "the key is encrypted, and nobody is asked for its password; \
             `openssl pkey -in ENCRYPTED -out PLAIN` decrypts it"
                .to_owned()
        } else if has(pem, KEY) {
            format!("the key cannot be read: {error}")
        } else if has(pem, CERTIFICATE) {
            "there is a certificate and no key".to_owned()
        } else {
            "there is no key in PEM".to_owned()
        }
    })
}

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----";
/// Behind which kind of key it is, if that is told.
const KEY: &str = "PRIVATE KEY-----";
const ENCRYPTED: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
/// How older programs say it (RFC 1421).
const ENCRYPTED_BY_HEADER: &str = "Proc-Type: 4,ENCRYPTED";

/// Without the byte-order mark that some editors begin with, as the first line would not be one.
fn text(pem: &[u8]) -> &[u8] {
    pem.strip_prefix(b"\xef\xbb\xbf").unwrap_or(pem)
}

fn has(pem: &[u8], words: &str) -> bool {
    pem.windows(words.len()).any(|it| it == words.as_bytes())
}
