//! Texts that are checked in, and must be what the program says.

use std::fs;
use std::path::{Path, PathBuf};

/// The names of the schemas in a folder, in their order, without `.xml`.
pub(crate) fn cases(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".xml").map(str::to_owned))
        .collect();
    names.sort();
    names
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
