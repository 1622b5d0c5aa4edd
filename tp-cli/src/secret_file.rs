//! Secrets in files of their own: keys and passwords, which no other user may read.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

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
    let mut text = String::new();
    // A device may have no end.
    let read = fs::File::open(file).and_then(|file| file.take(LONGEST).read_to_string(&mut text));
    match read.map(|_| trimmed(&text)) {
        Ok(_) if u64::try_from(text.len()) == Ok(LONGEST) => Err(failed(&io::Error::other(
            format!("this is too long for a {what}"),
        ))),
        Ok(secret) if !secret.is_empty() => Ok(secret.to_owned()),
        Ok(_) => Err(failed(&io::Error::other("the file is empty"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let random = Key::random().map_err(io::Error::other);
            let made = random.and_then(|secret| {
                write(file, secret.as_str())?;
                Ok(secret.as_str().to_owned())
            });
            made.map_err(|error| failed(&error))
        }
        Err(error) => Err(failed(&error)),
    }
}

/// What stands in a file besides white space and what some editors begin with.
fn trimmed(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').trim()
}

/// Makes the file.
fn write(file: &Path, secret: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(file)?, "{secret}")
}
