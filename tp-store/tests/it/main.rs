//! What a store keeps, and what it refuses.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod damage;
mod files;
#[cfg(target_os = "linux")]
mod full;
mod journals;

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tp_store::{Format, Kept, OpenError, Store};

const FORMAT: Format = Format::new("test", 3);

/// A place for a file, in memory where there is such a folder: nothing here pulls the plug.
fn place() -> (TempDir, PathBuf) {
    let memory = Path::new("/dev/shm");
    let folder = match memory.is_dir() {
        true => tempfile::tempdir_in(memory).unwrap(),
        false => tempfile::tempdir().unwrap(),
    };
    let file = folder.path().join("data/test.redb");
    (folder, file)
}

/// What is in a file.
fn kept(file: &Path) -> Result<Kept, OpenError> {
    Store::open(file, FORMAT).map(|opened| opened.expect("a file").1)
}

/// A store with this log.
fn store(file: &Path, log: &[&[u8]]) -> Store {
    let mut store = Store::create(file, FORMAT, b"snapshot").unwrap();
    for entry in log {
        store.append([*entry]).unwrap();
    }
    store
}
