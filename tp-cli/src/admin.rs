//! Who may administrate the demo game, and from where.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use tp_game::{Admin, Game};
use tp_net::server::admin::Log;
use tp_net::server::{Builder, Server, Transport};
use tp_net::transport::tls::Identity;

use crate::failure::Failure;
use crate::{dirs, secret_file};

/// Administration
#[derive(Args)]
#[command(next_help_heading = "Administration")]
pub(crate) struct AdminArgs {
    /// Let an administrator in at this address, 127.0.0.1:6925 if none is given: to run commands
    /// and to follow the log; from other machines through TLS only
    #[arg(long, value_name = "IP:PORT", num_args = 0..=1, default_missing_value = "127.0.0.1:6925")]
    admin: Option<SocketAddr>,

    /// The administrator's name
    #[arg(long, value_name = "NAME", default_value = "admin", requires = "admin")]
    admin_user: String,

    /// A file with the administrator's password, made if it is missing; by default
    /// tp/admin-password where the user's programs keep their state
    #[arg(long, value_name = "FILE", requires = "admin")]
    admin_password_file: Option<PathBuf>,

    /// Let the administrator in from other machines without TLS too, though anyone on the way can
    /// read the password then
    #[arg(long, requires = "admin")]
    admin_unencrypted: bool,
}

/// An administration to be: its server, and who may.
pub(crate) struct Administration {
    pub(crate) builder: Builder,
    pub(crate) admin: Admin,
    /// Is to be fed with what the program says of itself.
    pub(crate) log: Log,
    /// Who may use it, for people.
    pub(crate) account: String,
}

impl AdminArgs {
    /// The administration of the game; `None` if there is to be none.
    pub(crate) fn administration(
        &self,
        game: &Game,
        identity: Option<&Identity>,
    ) -> Result<Option<Administration>, Failure> {
        let Some(address) = self.admin else {
            return Ok(None);
        };
        let name = "The administration of a Thousand Parsec game";
        let mut builder = Server::builder().name(name);
        if let Some(identity) = identity {
            builder = builder.tls(identity.clone());
        }
        let (everywhere, place) = (self.admin_unencrypted, address.to_string());
        let builder = match (address.ip().is_loopback() || everywhere, identity) {
            (true, _) => builder.listen(place),
            (false, Some(_)) => builder.listen_for(place, [Transport::Tls]),
            (false, None) => {
                return Err(Failure::misuse(
                    "--admin on other machines needs TLS, as anyone on the way can read the \
                     password; --admin-unencrypted does without",
                ));
            }
        };
        let file = self.password_file()?;
        let password = secret_file::read_or_make(&file, "password")?;
        let log = Log::new();
        Ok(Some(Administration {
            builder,
            admin: Admin::new(game, &self.admin_user, password).with_log(log.clone()),
            log,
            account: format!(
                "{}, with the password in {}",
                self.admin_user,
                file.display()
            ),
        }))
    }

    fn password_file(&self) -> Result<PathBuf, Failure> {
        if let Some(file) = &self.admin_password_file {
            return Ok(file.clone());
        }
        let folder = dirs::state().ok_or_else(|| {
            Failure::misuse("no home folder for a password; give --admin-password-file")
        })?;
        let made = dirs::make_private(&folder);
        made.map_err(|error| {
            Failure::failed(format_args!("the folder {}: {error}", folder.display()))
        })?;
        Ok(folder.join("admin-password"))
    }
}
