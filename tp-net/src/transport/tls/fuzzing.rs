//! The file of trust on first use without connections.

use std::path::Path;

use super::seen::{Seen, Server};
use super::{Fault, Fingerprint, TlsError};
use crate::transport::UrlError;

/// Meets a server with this certificate, and remembers it if it is to. Returns what is wrong with
/// it, if something is.
///
/// # Errors
///
/// The host is none; or the file cannot be used.
pub fn meet(
    file: &Path,
    (host, port): (&str, u16),
    fingerprint: Fingerprint,
    remember: bool,
) -> Result<Result<Result<(), Fault>, TlsError>, UrlError> {
    let seen = Seen {
        file: file.to_owned(),
    };
    let server = Server::new(host, port)?;
    Ok(match remember {
        true => seen.remember(&server, fingerprint),
        false => seen.check(&server, fingerprint),
    })
}
