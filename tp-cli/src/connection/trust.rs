//! Whom the program trusts to be the server.

use std::path::{Path, PathBuf};

use clap::Args;
use tp_net::transport::tls::{Fingerprint, Trust};

use crate::dirs;
use crate::failure::Failure;

/// Where the options stand in the help. Each says so itself: what `next_help_heading` sets would go on for
/// the options of the command that follow.
const HEADING: &str =
    "Whom to trust, if the connection is encrypted; by default what the system trusts";

/// Whom to trust
#[derive(Args, Default)]
#[group(multiple = false)]
pub(super) struct TrustArgs {
    /// The server whose certificate has this fingerprint; may be given several times
    #[arg(long, help_heading = HEADING, value_name = "SHA256")]
    pub(super) fingerprint: Vec<Fingerprint>,

    /// Servers whose certificate is in this file of PEM, or signed by one that is
    #[arg(long, help_heading = HEADING, value_name = "FILE")]
    pub(super) ca: Option<PathBuf>,

    /// Whoever answers the first time, and later nobody else; kept in FILE, or in
    /// tp/servers.txt where the user's settings are
    #[arg(long, help_heading = HEADING, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    pub(super) trust_first_use: Option<Option<PathBuf>>,

    /// Whoever answers, which may be anybody
    #[arg(long, help_heading = HEADING)]
    pub(super) accept_any_certificate: bool,
}

impl TrustArgs {
    /// How many of the options are given.
    pub(super) fn ways(&self) -> usize {
        let given = [
            !self.fingerprint.is_empty(),
            self.ca.is_some(),
            self.trust_first_use.is_some(),
            self.accept_any_certificate,
        ];
        given.into_iter().filter(|it| *it).count()
    }

    pub(super) fn trust(&self) -> Result<Trust, Failure> {
        if !self.fingerprint.is_empty() {
            return Ok(Trust::pinned(self.fingerprint.iter().copied()));
        }
        if let Some(file) = &self.ca {
            return Trust::roots_file(file).map_err(Failure::misuse);
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
        .ok_or_else(|| Failure::misuse("no home folder; give --trust-first-use=FILE"))?;
    dirs::make_private(&folder).map_err(|error| {
        Failure::misuse(format_args!("the folder {}: {error}", folder.display()))
    })?;
    Ok(folder.join("servers.txt"))
}
