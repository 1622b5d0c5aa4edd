//! Secrets in files of their own: keys and passwords, which no other user may read.

use std::fmt::Display;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;
use tp_net::discovery::metaserver::Key;

use crate::failure::Failure;
use crate::input;

/// The longest file that is read, in bytes.
const LONGEST: u64 = 4096;

/// The secret in a file, which is made if it is missing: 32 digits that nobody guesses. `what` it is
/// stands in front of what goes wrong.
pub(crate) fn read_or_make(file: &Path, what: &str) -> Result<String, Failure> {
    let read = match text(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(file),
        read => read,
    };
    let told = |why: &dyn Display| format!("the {what} in {}: {why}", file.display());
    match read {
        Err(error) => Err(Failure::misuse(told(&error))),
        Ok(text) => match trimmed(&text) {
            "" => Err(Failure::misuse(told(&EMPTY))),
            secret => Ok(secret.to_owned()),
        },
    }
}

/// The password in a file that somebody has written: its first line, with the blanks in it.
pub(crate) fn read_password(file: &Path) -> Result<String, Failure> {
    let told = |why: &dyn Display| {
        Failure::misuse(format_args!("the password in {}: {why}", file.display()))
    };
    let text = text(file).map_err(|error| told(&error))?;
    let text = text.trim_start_matches(BYTE_ORDER_MARK);
    text.lines()
        .next()
        .map(str::to_owned)
        .ok_or_else(|| told(&EMPTY))
}

/// Names and passwords of a file that somebody has written, with a colon between, an account a line.
pub(crate) fn read_accounts(file: &Path) -> Result<Vec<(String, String)>, Failure> {
    let told = |why: &dyn Display| {
        Failure::misuse(format_args!("the accounts in {}: {why}", file.display()))
    };
    let text = text(file).map_err(|error| told(&error))?;
    let lines = text.trim_start_matches(BYTE_ORDER_MARK).lines();
    let accounts = (1_u32..)
        .zip(lines)
        .filter(|(_, line)| !line.trim().is_empty());
    let accounts = accounts.map(|(number, line)| {
        let account = line.split_once(':').filter(|(name, _)| !name.is_empty());
        let account = account.map(|(name, password)| (name.to_owned(), password.to_owned()));
        // What stands there may be a password.
        account.ok_or_else(|| told(&format_args!("line {number} is not NAME:PASSWORD")))
    });
    accounts.collect()
}

const EMPTY: &str = "the file is empty";

/// What some editors begin with.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// What is in the file.
fn text(file: &Path) -> io::Result<String> {
    input::text(fs::File::open(file)?, LONGEST, "one")
}

/// What stands in a file besides white space.
fn trimmed(text: &str) -> &str {
    text.trim_start_matches(BYTE_ORDER_MARK).trim()
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
        _ => text(file),
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
