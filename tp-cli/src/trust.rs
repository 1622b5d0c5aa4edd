//! Whom the program trusts to be the server.

use std::path::{Path, PathBuf};

use clap::Args;
use tp_net::transport::tls::{Fingerprint, Trust};

use crate::dirs;
use crate::failure::Failure;

/// Encrypted connections
#[derive(Args)]
#[group(multiple = false)]
#[command(
    next_help_heading = "Whom to trust, if the connection is encrypted; by default what the system trusts"
)]
pub(crate) struct TrustArgs {
    /// The server whose certificate has this fingerprint; may be given several times
    #[arg(long, value_name = "SHA256")]
    fingerprint: Vec<Fingerprint>,

    /// Servers whose certificate is in this file of PEM, or signed by one that is
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,

    /// Whoever answers the first time, and later nobody else; kept in FILE, or in
    /// tp/servers.txt where the user's settings are
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    trust_first_use: Option<Option<PathBuf>>,

    /// Whoever answers, which may be anybody
    #[arg(long)]
    accept_any_certificate: bool,
}

impl TrustArgs {
    pub(crate) fn trust(&self) -> Result<Trust, Failure> {
        if !self.fingerprint.is_empty() {
            return Ok(Trust::pinned(self.fingerprint.iter().copied()));
        }
        if let Some(file) = &self.ca {
            return Trust::roots_file(file).map_err(Failure::unusable);
        }
        if let Some(file) = &self.trust_first_use {
            return Ok(Trust::on_first_use(seen(file.as_deref())?));
        }
        if self.accept_any_certificate {
            return Ok(Trust::dangerously_anyone());
        }
        Ok(Trust::platform())
    }
}

fn seen(file: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(file) = file {
        return Ok(file.to_owned());
    }
    let folder = dirs::settings()
        .ok_or_else(|| Failure::unusable("no home folder; give --trust-first-use=FILE"))?;
    dirs::make_private(&folder).map_err(|error| {
        Failure::unusable(format_args!("the folder {}: {error}", folder.display()))
    })?;
    Ok(folder.join("servers.txt"))
}
