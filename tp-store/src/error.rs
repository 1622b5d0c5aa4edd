//! What goes wrong with a file.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A store cannot be opened or made. Each says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Another program has the file open, or has just made it.
    #[error("{} is in use by another server; end that one, or give this one a folder of its own", .0.display())]
    InUse(PathBuf),
    /// The file is something else.
    #[error("{} is no data of {name}; move it away, or give another folder", .file.display())]
    Foreign {
        /// The file.
        file: PathBuf,
        /// What it should be of.
        name: &'static str,
    },
    /// The file was written by a program of a later version.
    #[error(
        "{} has format {found}, and this program reads {read} and older; start the newer program",
        .file.display()
    )]
    Newer {
        /// The file.
        file: PathBuf,
        /// The version of its format.
        found: u32,
        /// The version that is read.
        read: u32,
    },
    /// Parts of the file are not as they were written.
    #[error(
        "{} is damaged: {what}; put a copy of it in its place, or move it away to begin anew",
        .file.display()
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What was found.
        what: String,
    },
    /// The system refuses.
    #[error("{}: {error}", .file.display())]
    Io {
        /// The file or folder.
        file: PathBuf,
        /// What it says.
        #[source]
        error: io::Error,
    },
}

impl OpenError {
    /// The file is damaged, as its reader found out: a snapshot that cannot be read.
    #[must_use]
    pub fn damaged(file: &Path, what: impl ToString) -> Self {
        Self::Damaged {
            file: file.to_owned(),
            what: what.to_string(),
        }
    }

    pub(crate) fn io(file: &Path, error: io::Error) -> Self {
        Self::Io {
            file: file.to_owned(),
            error,
        }
    }

    /// Of a database that does not open.
    pub(crate) fn of(file: &Path, name: &'static str, error: impl Into<redb::Error>) -> Self {
        let path = file.to_owned();
        match error.into() {
            redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => {
                Self::InUse(path)
            }
            redb::Error::Io(error) => match error.kind() {
                // What the database says of a file that does not begin as one.
                io::ErrorKind::InvalidData => Self::Foreign { file: path, name },
                io::ErrorKind::UnexpectedEof => Self::damaged(file, "it is cut off"),
                _ => Self::io(file, error),
            },
            redb::Error::TableDoesNotExist(_)
            | redb::Error::TableTypeMismatch { .. }
            | redb::Error::UpgradeRequired(_) => Self::Foreign { file: path, name },
            error => Self::damaged(file, error),
        }
    }
}

/// An entry cannot be kept. Nothing has changed.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The disk is full, or what the user may have of it.
    #[error("no room is left for the data")]
    Full,
    /// The system refuses.
    #[error("the data cannot be written: {0}")]
    Io(#[source] Arc<io::Error>),
    /// The file is not as it was left.
    #[error("the data cannot be written: {0}")]
    Open(#[source] Arc<OpenError>),
    /// The journal is closed.
    #[error("the data is closed")]
    Closed,
    /// What the entry does has panicked.
    #[error("the change has failed half-way")]
    Panicked,
}

impl WriteError {
    pub(crate) fn of(error: redb::Error) -> Self {
        let error = match error {
            redb::Error::Io(error) => error,
            error => io::Error::other(error),
        };
        match error.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::Full,
            _ => Self::Io(Arc::new(error)),
        }
    }
}
