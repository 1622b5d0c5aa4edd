//! Secrets in files of their own: keys and passwords, which no other user may read.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;
use tp_net::discovery::metaserver::Key;

use crate::failure::Failure;

/// The longest file that is read, in bytes.
const LONGEST: u64 = 4096;

/// The secret in a file, which is made if it is missing: 32 digits that nobody guesses. `what` it is
/// stands in front of what goes wrong.
pub(crate) fn read_or_make(file: &Path, what: &str) -> Result<String, Failure> {
    let failed = |error: &io::Error| {
        Failure::failed(format_args!("the {what} in {}: {error}", file.display()))
    };
    let read = match read(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(file),
        read => read,
    };
    let text = read.map_err(|error| failed(&error))?;
    match trimmed(&text) {
        _ if u64::try_from(text.len()) == Ok(LONGEST) => Err(failed(&io::Error::other(format!(
            "this is too long for a {what}"
        )))),
        "" => Err(failed(&io::Error::other("the file is empty"))),
        secret => Ok(secret.to_owned()),
    }
}

/// What is in the file. A device may have no end.
fn read(file: &Path) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(file)?
        .take(LONGEST)
        .read_to_string(&mut text)?;
    Ok(text)
}

/// What stands in a file besides white space and what some editors begin with.
fn trimmed(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').trim()
}

/// Makes the file, whole or not at all, and returns what is in it: if another program has made it
/// meanwhile, what that has written.
fn make(file: &Path) -> io::Result<String> {
    let secret = Key::random().map_err(io::Error::other)?;
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
    // No other user may read such files.
    let mut draft = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    writeln!(draft, "{}", secret.as_str())?;
    draft.as_file().sync_all()?;
    match draft.persist_noclobber(file) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        _ => read(file),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use super::*;

    #[test]
    fn programs_that_start_together_have_one_secret() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("password");
            let barrier = Barrier::new(4);
            let start = || {
                barrier.wait();
                read_or_make(&file, "password").ok()
            };
            let secrets: Vec<_> = thread::scope(|scope| {
                let programs = [(); 4].map(|()| scope.spawn(start));
                programs.map(|it| it.join().unwrap()).into()
            });
            assert!(secrets[0].as_ref().is_some_and(|it| it.len() == 32));
            assert!(secrets.iter().all(|it| *it == secrets[0]));
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }
}
