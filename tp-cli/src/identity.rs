//! Who the demo game's server is, on encrypted connections.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use tp_net::transport::tls::Identity;

use crate::dirs;
use crate::failure::{Failure, complain};

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
        let listen = (!listen.is_unspecified()).then(|| listen.to_string());
        let names = host.map(str::to_owned).into_iter().chain(listen);
        let identity = match (&self.cert, &self.key) {
            (Some(cert), Some(key)) => Identity::from_files(cert, key),
            _ => match Self::folder() {
                Ok(folder) => Identity::stored_in(folder, names),
                Err(why) => {
                    complain(format_args!(
                        "{why}: the certificate is a new one each time; --cert gives another"
                    ));
                    Identity::ephemeral(names)
                }
            },
        };
        identity.map(Some).map_err(|error| {
            Failure::misuse(format_args!("{error}; --no-tls does without a certificate"))
        })
    }

    /// Where a certificate can be kept; why there is no such place.
    fn folder() -> Result<PathBuf, String> {
        let folder = dirs::state().ok_or("there is no home folder")?;
        let told = |error| format!("the folder {}: {error}", folder.display());
        dirs::make_private(&folder).map_err(told)?;
        // One that is there may be read-only.
        tempfile::tempfile_in(&folder).map_err(told)?;
        Ok(folder)
    }
}
