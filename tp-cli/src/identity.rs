//! Who the demo game's server is, on encrypted connections.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use tp_net::transport::tls::Identity;

use crate::dirs;
use crate::failure::Failure;

/// Encrypted connections
#[derive(Args)]
#[command(next_help_heading = "Encrypted connections")]
pub(crate) struct IdentityArgs {
    /// The server's certificate in PEM, and behind it those that lead to an authority; by default
    /// the server makes its own and keeps it in tp/tls-identity.pem where the user's programs
    /// keep their state
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,

    /// The key of the certificate in PEM
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,

    /// Take no encrypted connections
    #[arg(long, conflicts_with_all = ["cert", "key"])]
    no_tls: bool,
}

impl IdentityArgs {
    /// Who it is at this address, and by the name that players know; nothing if there are to be no
    /// encrypted connections.
    pub(crate) fn identity(
        &self,
        listen: IpAddr,
        host: Option<&str>,
    ) -> Result<Option<Identity>, Failure> {
        if self.no_tls {
            return Ok(None);
        }
        let identity = match (&self.cert, &self.key) {
            (Some(cert), Some(key)) => Identity::from_files(cert, key),
            _ => {
                let folder = dirs::state().ok_or_else(|| {
                    Failure::unusable("no home folder for a certificate; give --cert or --no-tls")
                })?;
                dirs::make_private(&folder).map_err(|error| {
                    Failure::unusable(format_args!("the folder {}: {error}", folder.display()))
                })?;
                let listen = (!listen.is_unspecified()).then(|| listen.to_string());
                Identity::stored_in(folder, host.map(str::to_owned).into_iter().chain(listen))
            }
        };
        identity.map(Some).map_err(|error| {
            Failure::unusable(format_args!("{error}; --no-tls does without a certificate"))
        })
    }
}
