//! Texts that are checked in, and must be what the program says.

use std::fs;
use std::path::{Path, PathBuf};

/// The top folder of the repository.
pub(crate) fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A folder beside the modules of the tests.
pub(crate) fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it")
        .join(name)
}

/// The schemas in some of them, in the order of their names.
pub(crate) fn schemas(folders: &[&str]) -> Vec<PathBuf> {
    let entries = folders
        .iter()
        .flat_map(|name| fs::read_dir(folder(name)).unwrap());
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut schemas: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "xml"))
        .collect();
    schemas.sort();
    schemas
}

/// Every case in a folder: its name, and what `find` finds in its schema.
pub(crate) fn cases<T>(folder: &str, find: impl Fn(&str, Vec<u8>) -> T) -> Vec<(String, T)> {
    let case = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let found = find(&name, fs::read(path).unwrap());
        (name, found)
    };
    schemas(&[folder]).into_iter().map(case).collect()
}

/// Checks that beside each case in a folder stands what was found in it, and nothing else.
pub(crate) fn are_described<T>(name: &str, cases: &[(String, T)], describe: impl Fn(&T) -> String) {
    let path = |case: &str| folder(name).join(format!("{case}.txt"));
    are_current(
        cases
            .iter()
            .map(|(case, found)| (path(case), describe(found))),
    );
    for entry in fs::read_dir(folder(name)).unwrap() {
        let path = entry.unwrap().path();
        assert!(
            path.with_extension("xml").exists(),
            "{} is left over",
            path.display()
        );
    }
}

/// Checks that files hold these texts. With `UPDATE_EXPECT` set they are written anew.
pub(crate) fn are_current(texts: impl IntoIterator<Item = (PathBuf, String)>) {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut stale = String::new();
    for (path, text) in texts {
        let expected = fs::read_to_string(&path).unwrap_or_default();
        let expected = expected.replace("\r\n", "\n");
        if expected != text && update {
            fs::write(&path, text).unwrap();
        } else if expected != text {
            let diff = similar::TextDiff::from_lines(&expected, &text);
            stale += &format!("{}\n{}\n", path.display(), diff.unified_diff());
        }
    }
    assert!(
        stale.is_empty(),
        "texts changed; if that is right, run with UPDATE_EXPECT=1\n\n{stale}"
    );
}
