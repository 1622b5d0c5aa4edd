//! Where a user's files are kept.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

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

/// Makes a folder for what no other user may see, and those that it is in, if they are missing:
/// whatever the user's mask is, nobody else may enter the ones that are made.
pub(crate) fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn no_other_user_may_enter_a_folder_that_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("state/tp");
        make_private(&inner).unwrap();
        make_private(&inner).unwrap();
        for made in ["state", "state/tp"] {
            let made = fs::metadata(folder.path().join(made)).unwrap();
            assert_eq!(made.permissions().mode() & 0o777, 0o700);
        }
        let file = inner.join("file");
        fs::write(&file, "").unwrap();
        assert!(make_private(&file).is_err());
    }
}
