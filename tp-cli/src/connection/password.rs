//! Where a password comes from. Never from an argument of its own: every user of a machine sees those.

use std::env;
use std::path::PathBuf;

use tp_frames::printable;
use tp_net::transport::Url;

use crate::failure::Failure;
use crate::{prompt, secret_file};

/// The variable that holds a password.
const VARIABLE: &str = "TP_PASSWORD";

/// Where a password is.
pub(crate) enum Password {
    /// Here.
    Known(String),
    /// In a file: its first line.
    File(PathBuf),
}

impl Password {
    pub(crate) fn read(&self) -> Result<String, Failure> {
        match self {
            Self::Known(password) => Ok(password.clone()),
            Self::File(file) => secret_file::read_password(file),
        }
    }
}

/// The password of a user who has not said where it is: that of the environment, or what the person
/// at the terminal types.
pub(crate) fn find(user: &str, url: &Url) -> Result<String, Failure> {
    match env::var(VARIABLE) {
        Ok(password) => return Ok(password),
        Err(env::VarError::NotUnicode(_)) => {
            return Err(Failure::misuse(format_args!(
                "what {VARIABLE} holds is not UTF-8"
            )));
        }
        Err(env::VarError::NotPresent) => {}
    }
    if !prompt::is_person() {
        return Err(Failure::misuse(format_args!(
            "no password for {}: give {VARIABLE} or --password-file",
            printable(user)
        )));
    }
    prompt::ask_secret(&format!("Password of {user} at {url}"))
}

/// Whether the environment has a password.
pub(super) fn is_in_environment() -> bool {
    env::var_os(VARIABLE).is_some()
}

/// The name of a user who has not given it.
pub(crate) fn ask_name(url: &Url) -> Result<String, Failure> {
    const MISSING: &str = "the name to log in with, --user NAME or tp://NAME@HOST,";
    let name = prompt::ask(&format!("Name at {url}"), MISSING)?;
    match name.trim() {
        "" => Err(Failure::misuse(format_args!("{MISSING} is missing"))),
        name => Ok(name.to_owned()),
    }
}
