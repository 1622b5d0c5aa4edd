//! The file that trust on first use keeps.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

use super::{Fault, Fingerprint, TlsError};

/// Which certificate each server had when it was first seen: lines of `HOST:PORT FINGERPRINT`.
/// Empty lines and such that start with `#` mean nothing. The first line of a server counts.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) file: PathBuf,
}

impl Seen {
    /// What is wrong with this certificate, if it is not the one that is known of the server.
    pub(super) fn check(
        &self,
        server: &str,
        fingerprint: Fingerprint,
    ) -> Result<Result<(), Fault>, TlsError> {
        match self.find(server)? {
            Some((known, _)) if known == fingerprint => Ok(Ok(())),
            Some((known, line)) => Ok(Err(Fault::Changed {
                known,
                store: self.file.clone(),
                line,
            })),
            None => Ok(Ok(())),
        }
    }

    /// If none is known of the server, this is its certificate from now on.
    pub(super) fn remember(&self, server: &str, fingerprint: Fingerprint) -> Result<(), TlsError> {
        match self.find(server)? {
            Some(_) => Ok(()),
            None => self.add(server, fingerprint),
        }
    }

    /// What is known of a server, and in which line that is.
    fn find(&self, server: &str) -> Result<Option<(Fingerprint, usize)>, TlsError> {
        let text = match fs::read_to_string(&self.file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(TlsError::file(&self.file, error)),
        };
        for (line, text) in (1..).zip(text.lines()) {
            let mut words = text.split_ascii_whitespace();
            let Some(first) = words.next() else { continue };
            if first.starts_with('#') {
                continue;
            }
            let fingerprint = words.next().and_then(|word| word.parse().ok());
            let (Some(fingerprint), None) = (fingerprint, words.next()) else {
                return Err(TlsError::Store {
                    path: self.file.clone(),
                    line,
                });
            };
            if first == server {
                return Ok(Some((fingerprint, line)));
            }
        }
        Ok(None)
    }

    fn add(&self, server: &str, fingerprint: Fingerprint) -> Result<(), TlsError> {
        let failed = |error| TlsError::file(&self.file, error);
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut options = OpenOptions::new();
        let mut file = options
            .append(true)
            .create(true)
            .open(&self.file)
            .map_err(failed)?;
        // In one piece: another program may add a line at the same time. A line that somebody
        // left open is not to swallow this one.
        let open =
            fs::read(&self.file).is_ok_and(|text| text.last().is_some_and(|it| *it != b'\n'));
        let start = if open { "\n" } else { "" };
        file.write_all(format!("{start}{server} {fingerprint}\n").as_bytes())
            .map_err(failed)
    }
}
