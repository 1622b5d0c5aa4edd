//! The file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use tempfile::NamedTempFile;

use crate::{OpenError, WriteError};

/// What the file is of: `layout`, `name` and `version`.
const ABOUT: TableDefinition<'_, &str, &str> = TableDefinition::new("about");
/// The snapshot, in pieces.
const SNAPSHOT: TableDefinition<'_, u32, &[u8]> = TableDefinition::new("snapshot");
/// The entries that came after the snapshot, by rising numbers.
const LOG: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("log");

/// The version of these tables.
const LAYOUT: &str = "1";
/// A piece of a snapshot and what stands beside it fill 64 KiB.
const PIECE: usize = 60 << 10;
/// What of the file is kept in memory, in bytes.
const CACHE: usize = 4 << 20;
/// A log of fewer bytes is never too long.
const SHORT: u64 = 1 << 20;

/// What a file is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    name: &'static str,
    version: u32,
}

impl Format {
    /// Data of the program with this name. `version` is that of snapshots and entries, as they are
    /// written: it rises when older programs cannot read them any more.
    #[must_use]
    pub const fn new(name: &'static str, version: u32) -> Self {
        Self { name, version }
    }

    /// The version.
    #[must_use]
    pub const fn version(self) -> u32 {
        self.version
    }
}

/// What a file has kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The version of what follows: that of the [`Format`] of the program that has written it.
    pub version: u32,
    /// The last snapshot.
    pub snapshot: Vec<u8>,
    /// What was appended after it, in that order. Empty if the program ended properly.
    pub log: Vec<Vec<u8>>,
}

/// A file with a snapshot and a log. One program has it open at a time.
#[derive(Debug)]
pub struct Store {
    file: PathBuf,
    format: Format,
    /// Nothing after a failure, until the file is opened again.
    database: Option<Database>,
    /// The number of the next entry.
    next: u64,
    /// Bytes of the entries in the log.
    log: u64,
    snapshot: u64,
}

impl Store {
    /// Opens a file, and reads all that it has kept; `None` if there is no such file. All of it is
    /// checked.
    ///
    /// # Errors
    ///
    /// It is another program's or in use, damaged, or was written by a newer version of the program.
    pub fn open(file: &Path, format: Format) -> Result<Option<(Self, Kept)>, OpenError> {
        if !file
            .try_exists()
            .map_err(|error| OpenError::io(file, error))?
        {
            return Ok(None);
        }
        let failed = |error| OpenError::of(file, format.name, error);
        let database = open(file).map_err(failed)?;
        let about = about(&database).map_err(failed)?;
        let foreign = || OpenError::Foreign {
            file: file.to_owned(),
            name: format.name,
        };
        if about.name != format.name {
            return Err(foreign());
        }
        let newer = |found, read| OpenError::Newer {
            file: file.to_owned(),
            found,
            read,
        };
        if about.layout != LAYOUT {
            // There has been no other yet.
            return Err(newer(about.layout.parse().unwrap_or(u32::MAX), 1));
        }
        let version = about.version.parse().map_err(|_| foreign())?;
        if version > format.version {
            return Err(newer(version, format.version));
        }
        let (snapshot, log) = kept(&database).map_err(failed)?;
        let next = log.last().map_or(0, |(number, _)| number.saturating_add(1));
        let log: Vec<_> = log.into_iter().map(|(_, entry)| entry).collect();
        let store = Self {
            file: file.to_owned(),
            format,
            database: Some(database),
            next,
            log: log.iter().map(|entry| length(entry)).sum(),
            snapshot: length(&snapshot),
        };
        let kept = Kept {
            version,
            snapshot,
            log,
        };
        Ok(Some((store, kept)))
    }

    /// Makes a file with a snapshot and an empty log, whole or not at all, and its folder if that is
    /// missing. No other user of the machine may read what is made.
    ///
    /// # Errors
    ///
    /// There is such a file already, or it cannot be made.
    pub fn create(file: &Path, format: Format, snapshot: &[u8]) -> Result<Self, OpenError> {
        let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let failed = |error| OpenError::io(folder, error);
        make(folder).map_err(failed)?;
        let draft = NamedTempFile::new_in(folder).map_err(failed)?;
        let made = |path: &Path| -> Result<(), redb::Error> {
            let database = redb::Builder::new().set_cache_size(CACHE).create(path)?;
            write(&database, |transaction| {
                put_snapshot(transaction, format, snapshot)
            })?;
            Ok(database.close()?)
        };
        made(draft.path()).map_err(|error| OpenError::of(file, format.name, error))?;
        draft
            .persist_noclobber(file)
            .map_err(|error| match error.error {
                error if error.kind() == io::ErrorKind::AlreadyExists => {
                    OpenError::InUse(file.to_owned())
                }
                error => OpenError::io(file, error),
            })?;
        sync(folder).map_err(failed)?;
        let database = open(file).map_err(|error| OpenError::of(file, format.name, error))?;
        Ok(Self {
            file: file.to_owned(),
            format,
            database: Some(database),
            next: 0,
            log: 0,
            snapshot: length(snapshot),
        })
    }

    /// Appends entries to the log. Once this has returned, they are kept.
    ///
    /// # Errors
    ///
    /// None of them is kept. The next may be: the disk need not stay full.
    pub fn append<'a>(
        &mut self,
        entries: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<(), WriteError> {
        let (mut next, mut bytes) = (self.next, 0_u64);
        self.write(|transaction| {
            let mut log = transaction.open_table(LOG)?;
            for entry in entries {
                log.insert(next, entry)?;
                next = next.saturating_add(1);
                bytes = bytes.saturating_add(length(entry));
            }
            Ok(())
        })?;
        self.next = next;
        self.log = self.log.saturating_add(bytes);
        Ok(())
    }

    /// Puts a snapshot of the state in the place of all that was kept before.
    ///
    /// # Errors
    ///
    /// What was kept before still is.
    pub fn replace(&mut self, snapshot: &[u8]) -> Result<(), WriteError> {
        let format = self.format;
        self.write(|transaction| put_snapshot(transaction, format, snapshot))?;
        self.log = 0;
        self.snapshot = length(snapshot);
        Ok(())
    }

    /// Returns `true` if the log takes more room than a new snapshot is likely to: it is longer than
    /// a mebibyte, and than two such as the last.
    #[must_use]
    pub fn is_long(&self) -> bool {
        self.log > SHORT.max(self.snapshot.saturating_mul(2))
    }

    /// Returns `true` if nothing has come after the last snapshot.
    #[must_use]
    pub fn is_log_empty(&self) -> bool {
        self.log == 0
    }

    /// Where it is.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    fn write(
        &mut self,
        work: impl FnOnce(&WriteTransaction) -> Result<(), redb::Error>,
    ) -> Result<(), WriteError> {
        let database = match self.database.take() {
            Some(database) => database,
            None => self.reopen()?,
        };
        match write(&database, work) {
            Ok(()) => {
                self.database = Some(database);
                Ok(())
            }
            Err(error) => {
                // The database takes nothing more, and what it has written of this may be there or
                // not: the file is looked at again.
                drop(database);
                self.database = self.reopen().ok();
                Err(WriteError::of(error))
            }
        }
    }

    /// Opens the file as it was left; what was not confirmed is taken out of it.
    fn reopen(&self) -> Result<Database, WriteError> {
        let database = open(&self.file).map_err(WriteError::of)?;
        let unconfirmed = |database: &Database| -> Result<bool, redb::Error> {
            let log = database.begin_read()?.open_table(LOG)?;
            Ok(log.range(self.next..)?.next().is_some())
        };
        if unconfirmed(&database).map_err(WriteError::of)? {
            let removed = write(&database, |transaction| {
                let mut log = transaction.open_table(LOG)?;
                log.retain_in(self.next.., |_, _| false)?;
                Ok(())
            });
            removed.map_err(WriteError::of)?;
        }
        Ok(database)
    }
}

/// What a file says of itself.
struct About {
    layout: String,
    name: String,
    version: String,
}

fn open(file: &Path) -> Result<Database, redb::Error> {
    let mut builder = redb::Builder::new();
    builder
        .set_cache_size(CACHE)
        .set_check_integrity_on_open(true);
    Ok(builder.open(file)?)
}

fn about(database: &Database) -> Result<About, redb::Error> {
    let about = database.begin_read()?.open_table(ABOUT)?;
    let text = |key| -> Result<String, redb::Error> {
        let text = about.get(key)?;
        Ok(text.map(|text| text.value().to_owned()).unwrap_or_default())
    };
    Ok(About {
        layout: text("layout")?,
        name: text("name")?,
        version: text("version")?,
    })
}

/// The snapshot, and the numbers and bytes of the entries.
type Contents = (Vec<u8>, Vec<(u64, Vec<u8>)>);

fn kept(database: &Database) -> Result<Contents, redb::Error> {
    let transaction = database.begin_read()?;
    let mut snapshot = Vec::new();
    for piece in transaction.open_table(SNAPSHOT)?.iter()? {
        snapshot.extend_from_slice(piece?.1.value());
    }
    let mut log = Vec::new();
    for entry in transaction.open_table(LOG)?.iter()? {
        let (number, entry) = entry?;
        log.push((number.value(), entry.value().to_vec()));
    }
    Ok((snapshot, log))
}

/// All of it or nothing, and for good.
fn write(
    database: &Database,
    work: impl FnOnce(&WriteTransaction) -> Result<(), redb::Error>,
) -> Result<(), redb::Error> {
    let mut transaction = database.begin_write()?;
    // What players send is in it: no checksum is trusted to tell a half-written state.
    transaction.set_two_phase_commit(true);
    work(&transaction)?;
    Ok(transaction.commit()?)
}

fn put_snapshot(
    transaction: &WriteTransaction,
    format: Format,
    snapshot: &[u8],
) -> Result<(), redb::Error> {
    let mut about = transaction.open_table(ABOUT)?;
    about.insert("layout", LAYOUT)?;
    about.insert("name", format.name)?;
    about.insert("version", format.version.to_string().as_str())?;
    transaction.delete_table(LOG)?;
    transaction.open_table(LOG)?;
    transaction.delete_table(SNAPSHOT)?;
    let mut pieces = transaction.open_table(SNAPSHOT)?;
    for (number, piece) in (0..).zip(snapshot.chunks(PIECE)) {
        pieces.insert(number, piece)?;
    }
    Ok(())
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// Makes a folder that no other user looks into, if it is missing.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Waits until what was made in a folder is there for good, where a folder can be told to.
fn sync(folder: &Path) -> io::Result<()> {
    match cfg!(unix) {
        true => fs::File::open(folder)?.sync_all(),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A commit that fails may have been written all the same, which only the file can tell.
    #[test]
    fn what_was_not_confirmed_is_taken_out_before_anything_comes_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.redb");
        let format = Format::new("test", 1);
        let mut store = Store::create(&file, format, b"").unwrap();
        store.append([&b"one"[..]]).unwrap();
        let confirmed = store.next;
        store
            .append([&b"not confirmed"[..], b"this neither"])
            .unwrap();
        store.next = confirmed;
        store.database = None;
        store.append([&b"two"[..]]).unwrap();
        drop(store);
        let (_, kept) = Store::open(&file, format).unwrap().unwrap();
        assert_eq!(kept.log, [&b"one"[..], b"two"]);
    }
}
