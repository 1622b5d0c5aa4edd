//! Where a user's files are kept.

use std::env;
use std::path::PathBuf;

/// What the user has chosen: servers to trust.
pub(crate) fn settings() -> Option<PathBuf> {
    folder(["XDG_CONFIG_HOME", "APPDATA"], ".config")
}

/// What the program has made and needs again: the certificate of its own server.
pub(crate) fn state() -> Option<PathBuf> {
    folder(["XDG_STATE_HOME", "LOCALAPPDATA"], ".local/state")
}

/// The folder that a variable names, or the usual one at home.
fn folder(variables: [&str; 2], at_home: &str) -> Option<PathBuf> {
    let folder = variables
        .into_iter()
        .filter_map(env::var_os)
        .map(PathBuf::from)
        .find(|folder| folder.is_absolute())
        .or_else(|| Some(env::home_dir()?.join(at_home)))?;
    Some(folder.join("tp"))
}
