//! The one place that touches the disk, for the binary and for [`builder`](crate::builder).

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::output::{Changes, Folder, Purpose};
use crate::source::visible;

/// Names of files being written. One that stayed behind belonged to a run that was killed.
const UNFINISHED: (&str, &str) = (".tp-codegen-", ".tmp");

/// After so many foreign files the rest of a folder is not looked at: it may be a whole disk.
const FOREIGN_ENOUGH: usize = 5;

/// The disk did not do as it was told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[error("cannot {action} {}", visible(&path.to_string_lossy()))]
pub struct DiskError {
    /// What was tried.
    pub action: &'static str,
    /// What it was tried on.
    pub path: PathBuf,
    /// Why it failed.
    pub source: io::Error,
}

/// Names the action and the path that an [`io::Error`] is about.
fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DiskError {
    let path = path.to_owned();
    move |source| DiskError {
        action,
        path,
        source,
    }
}

/// Reads a schema or a plan.
///
/// # Errors
///
/// It cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, DiskError> {
    fs::read(path).map_err(failed("read", path))
}

/// Reads an output folder for `purpose` with everything below it. One that is not there is empty.
///
/// # Errors
///
/// It is no folder, or part of it cannot be read.
pub fn read_folder(path: &Path, purpose: Purpose) -> Result<Folder, DiskError> {
    let mut folder = Folder {
        path: path.to_owned(),
        ..Folder::default()
    };
    if path.try_exists().map_err(failed("read", path))? {
        read_into(&mut folder, path, "", purpose)?;
    }
    folder.foreign.sort_unstable();
    Ok(folder)
}

/// Reads the folder around the file at `path` as if that file were all there is in it.
///
/// # Errors
///
/// The file cannot be read.
pub fn read_around(path: &Path, purpose: Purpose) -> Result<Folder, DiskError> {
    let mut folder = Folder {
        path: path.parent().unwrap_or(Path::new("")).to_owned(),
        ..Folder::default()
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(folder),
        Err(error) => return Err(failed("read", path)(error)),
        Ok(found) if !found.is_file() => folder.foreign.push(name.into_owned()),
        Ok(_) => match read_generated(path, purpose).map_err(failed("read", path))? {
            Some(bytes) => drop(folder.generated.insert(name.into_owned(), bytes)),
            None => folder.foreign.push(name.into_owned()),
        },
    }
    Ok(folder)
}

/// Adds what is in `path` to `folder`, where it is known by names that start with `prefix`.
///
/// A link is never followed, and nothing that is no plain file opened: what hides behind either
/// is not ours to read, to replace or to remove.
fn read_into(
    folder: &mut Folder,
    path: &Path,
    prefix: &str,
    purpose: Purpose,
) -> Result<(), DiskError> {
    for entry in fs::read_dir(path).map_err(failed("list", path))? {
        let entry = entry.map_err(failed("list", path))?;
        let path = entry.path();
        let kind = entry.file_type().map_err(failed("read", &path))?;
        let file_name = entry.file_name();
        let name = format!("{prefix}{}", file_name.to_string_lossy());
        // All names of ours are text.
        let may_be_ours = file_name.to_str().is_some();
        if may_be_ours && kind.is_dir() {
            read_into(folder, &path, &format!("{name}/"), purpose)?;
        } else if may_be_ours
            && kind.is_file()
            && let Some(bytes) = read_generated(&path, purpose).map_err(failed("read", &path))?
        {
            folder.generated.insert(name, bytes);
        } else {
            folder.foreign.push(name);
        }
        if folder.foreign.len() >= FOREIGN_ENOUGH {
            break;
        }
    }
    Ok(())
}

/// The bytes of a file that a run of ours made for `purpose`, none for any other.
fn read_generated(path: &Path, purpose: Purpose) -> io::Result<Option<Vec<u8>>> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mark = match purpose.mark(&name) {
        Some(mark) => mark,
        None if is_unfinished(path) => "",
        None => return Ok(None),
    };
    let file = File::open(path)?;
    let mut bytes = Vec::new();
    // Of a file of any other origin, which may be huge, no more than this is read.
    let length = u64::try_from(mark.len()).unwrap_or(u64::MAX);
    (&file).take(length).read_to_end(&mut bytes)?;
    if bytes != mark.as_bytes() {
        return Ok(None);
    }
    (&file).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Whether a run that was killed left this file.
fn is_unfinished(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(UNFINISHED.0) && name.ends_with(UNFINISHED.1)
}

/// Carries out `changes` in the folder at `path`, which is made if need be.
///
/// Every file is written in full beside its place before the first is moved there, so a disk that
/// is full or a folder that may not be written leaves everything as it was, and a reader never
/// sees half a file.
///
/// # Errors
///
/// The disk refused.
pub fn apply(path: &Path, changes: &Changes) -> Result<(), DiskError> {
    let mut staged = Staged::default();
    for write in &changes.write {
        staged.add(path.join(&write.file.path), &write.file.text)?;
    }
    staged.commit()?;
    for orphan in &changes.remove {
        let orphan = path.join(orphan);
        fs::remove_file(&orphan).map_err(failed("remove", &orphan))?;
        let above = orphan
            .ancestors()
            .skip(1)
            .take_while(|above| *above != path);
        // Stops at the first that is not empty.
        above
            .map_while(|above| fs::remove_dir(above).ok())
            .for_each(drop);
    }
    Ok(())
}

/// Writes every text to its file. What a link leads to is written, not the link.
///
/// As with [`apply`], all is written or nothing, and a reader never sees half a file.
///
/// # Errors
///
/// The disk refused.
pub fn write_all(files: &[(&Path, &str)]) -> Result<(), DiskError> {
    let mut staged = Staged::default();
    for (path, text) in files {
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        staged.add(target, text)?;
    }
    staged.commit()
}

/// Files written beside their places. Dropped before it is committed, it leaves no trace.
#[derive(Default)]
struct Staged {
    files: Vec<(NamedTempFile, PathBuf)>,
    /// Folders made for them, outermost first.
    folders: Vec<PathBuf>,
}

impl Staged {
    /// Writes `text` beside `target`.
    fn add(&mut self, target: PathBuf, text: &str) -> Result<(), DiskError> {
        let folder = target.parent().unwrap_or(Path::new(""));
        self.make_folder(folder).map_err(failed("create", folder))?;
        let file = write_beside(&target, folder, text).map_err(failed("write", &target))?;
        self.files.push((file, target));
        Ok(())
    }

    /// Makes `folder` and those above it that are missing, and remembers which.
    fn make_folder(&mut self, folder: &Path) -> io::Result<()> {
        let missing = folder
            .ancestors()
            .take_while(|above| !above.as_os_str().is_empty() && !above.exists())
            .map(Path::to_owned);
        let mut missing: Vec<_> = missing.collect();
        missing.reverse();
        for folder in missing {
            fs::create_dir(&folder)?;
            self.folders.push(folder);
        }
        Ok(())
    }

    /// Moves every file to its place.
    fn commit(mut self) -> Result<(), DiskError> {
        for (file, target) in self.files.drain(..) {
            let moved = file.persist(&target).map_err(|error| error.error);
            moved.map_err(failed("write", &target))?;
        }
        self.folders.clear();
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        self.files.clear();
        for folder in self.folders.drain(..).rev() {
            // One that somebody has put something into since stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Writes `text` to a new file in `folder`, with the permissions that `target` has or would get.
fn write_beside(target: &Path, folder: &Path, text: &str) -> io::Result<NamedTempFile> {
    // What stands in the way, such as a folder or a name that is too long for this disk, is found out
    // now, not when half of the files have been moved.
    let before = match fs::metadata(target) {
        Ok(found) if found.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        before => before.ok(),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED.0).suffix(UNFINISHED.1);
    // What any new file gets, the umask's bits taken off: a temporary file would get less.
    #[cfg(unix)]
    builder.permissions(PermissionsExt::from_mode(0o666));
    // An empty path is the current folder.
    let mut file = builder.tempfile_in(Path::new(".").join(folder))?;
    file.write_all(text.as_bytes())?;
    if let Some(metadata) = before {
        file.as_file().set_permissions(metadata.permissions())?;
    }
    Ok(file)
}
