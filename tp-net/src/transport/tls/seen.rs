//! The file that trust on first use keeps.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::net::IpAddr;
use std::path::PathBuf;

use super::{Fault, Fingerprint, TlsError, make_private_folder};
use crate::transport::url::{self, UrlError, split_zone};

/// How long the file may be: some ten thousand servers. What has no end is no such file.
const LIMIT: usize = 1 << 20;

/// Which certificate each server had when it was first seen: lines of `HOST:PORT FINGERPRINT`.
/// Empty lines and such that start with `#` mean nothing. The first line of a server counts.
///
/// Trust must not hang on how somebody writes a host, and a line that is overlooked is a
/// certificate that may change. So servers are compared in one form, and a file with a line that
/// cannot be read trusts nobody.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) file: PathBuf,
}

/// A server as the file names it: whatever leads to the same one is the same.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Server {
    host: String,
    port: u16,
}

impl Server {
    pub(super) fn new(host: &str, port: u16) -> Result<Self, UrlError> {
        let host = url::host(host)?;
        // The end of a name may be marked by a dot. A zone says which way to go, not where to,
        // and on another day, behind the same interface, is another network.
        let host = host.strip_suffix('.').unwrap_or(&host);
        let (host, _) = split_zone(host);
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }

    /// From the first word of a line.
    fn read(text: &str) -> Option<Self> {
        let (host, port) = url::place(text).ok()?;
        Self::new(&host, port?).ok()
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.parse::<IpAddr>() {
            Ok(IpAddr::V6(address)) => write!(f, "[{address}]:{}", self.port),
            _ => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

/// What the file says of one server.
struct Known {
    /// The certificate, and the line that has it; the first is 1.
    certificate: Option<(Fingerprint, usize)>,
    /// How long the file is.
    length: usize,
    /// Whether its last line has no end.
    is_open: bool,
}

impl Seen {
    /// What is wrong with this certificate, if it is not the one that is known of the server.
    pub(super) fn check(
        &self,
        server: &Server,
        fingerprint: Fingerprint,
    ) -> Result<Result<(), Fault>, TlsError> {
        Ok(match self.known(server)?.certificate {
            Some((known, line)) if known != fingerprint => Err(Fault::Changed {
                known,
                store: self.file.clone(),
                line,
            }),
            _ => Ok(()),
        })
    }

    /// If none is known of the server, this is its certificate from now on.
    pub(super) fn remember(
        &self,
        server: &Server,
        fingerprint: Fingerprint,
    ) -> Result<Result<(), Fault>, TlsError> {
        let known = self.known(server)?;
        if known.certificate.is_none() {
            self.add(&known, server, fingerprint)
                .map_err(|error| TlsError::file(&self.file, error))?;
        }
        // Another program may have met another certificate at the same time: then its line is the
        // first, or this one.
        self.check(server, fingerprint)
    }

    /// What is known of a server. Every line is read, also behind the one that is looked for.
    fn known(&self, server: &Server) -> Result<Known, TlsError> {
        let text = self
            .read()
            .map_err(|error| TlsError::file(&self.file, error))?;
        let lines = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
        let mut certificate = None;
        for (number, line) in (1..).zip(lines.split(|byte| *byte == b'\n')) {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let line = read_line(line).map_err(|NoLine| TlsError::Store {
                path: self.file.clone(),
                line: number,
            })?;
            if let Some((named, fingerprint)) = line
                && named == *server
            {
                certificate = certificate.or(Some((fingerprint, number)));
            }
        }
        Ok(Known {
            certificate,
            length: text.len(),
            is_open: !lines.is_empty() && !lines.ends_with(b"\n"),
        })
    }

    /// The whole file; nothing if it is not there.
    fn read(&self) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        // A device or a pipe may have no end, and to open one may wait for ever.
        match fs::metadata(&self.file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(text),
            Err(error) => return Err(error),
            Ok(it) if !it.is_file() => return Err(io::Error::other("this is no regular file")),
            Ok(_) => {}
        }
        let limit = u64::try_from(LIMIT).unwrap_or(u64::MAX).saturating_add(1);
        File::open(&self.file)?.take(limit).read_to_end(&mut text)?;
        within_limit(text.len())?;
        Ok(text)
    }

    fn add(&self, known: &Known, server: &Server, fingerprint: Fingerprint) -> io::Result<()> {
        // A line that somebody left open is not to swallow this one.
        let start = if known.is_open { "\n" } else { "" };
        let line = format!("{start}{server} {fingerprint}\n");
        within_limit(known.length.saturating_add(line.len()))?;
        if let Some(folder) = self.file.parent() {
            make_private_folder(folder)?;
        }
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        // Nobody else needs to know where this user plays.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.file)?;
        // In one piece: another program may add a line at the same time. If only a part of it is
        // written, that is a line that cannot be read.
        file.write_all(line.as_bytes())
    }
}

fn within_limit(length: usize) -> io::Result<()> {
    match length > LIMIT {
        true => Err(io::Error::other(format!(
            "there are more than {LIMIT} bytes in it, too many for a list of servers"
        ))),
        false => Ok(()),
    }
}

/// A line says nothing that makes sense.
struct NoLine;

/// A server and its certificate; nothing if it is a comment or empty.
fn read_line(line: &[u8]) -> Result<Option<(Server, Fingerprint)>, NoLine> {
    let text = str::from_utf8(line).map_err(|_| NoLine)?;
    // Where a line ends by this alone, what looks like one comment may be many lines.
    if text.contains('\r') {
        return Err(NoLine);
    }
    let mut words = text.split_ascii_whitespace();
    let server = match words.next() {
        None => return Ok(None),
        Some(comment) if comment.starts_with('#') => return Ok(None),
        Some(server) => Server::read(server).ok_or(NoLine)?,
    };
    let fingerprint = words.next().and_then(|word| word.parse().ok());
    match (fingerprint, words.next()) {
        (Some(fingerprint), None) => Ok(Some((server, fingerprint))),
        _ => Err(NoLine),
    }
}
