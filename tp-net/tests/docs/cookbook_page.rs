//! That the cookbook shows the programs as they are.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What stands above a program on the page: where it is.
const MARK: &str = "<!-- ";

/// The page with every program as it is in its file, and the files.
fn with_programs(page: &str, top: &Path) -> (String, BTreeSet<String>) {
    let mut files = BTreeSet::new();
    let mut written = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        written += &format!("{line}\n");
        let Some(file) = line.strip_prefix(MARK) else {
            continue;
        };
        let file = file.trim_end_matches(" -->");
        assert_eq!(lines.next(), Some("```rust"), "below {file}");
        let program = fs::read_to_string(top.join(file));
        let program = program.unwrap_or_else(|error| panic!("{file}: {error}"));
        written += &format!("```rust\n{}```\n", program.replace("\r\n", "\n"));
        assert!(lines.any(|line| line == "```"), "{file} does not end");
        assert!(files.insert(file.to_owned()), "{file} is there twice");
    }
    (written, files)
}

/// To bring the page up to date: `UPDATE_EXPECT=1 cargo test -p tp-net --all-features --test docs`.
#[test]
fn the_page_shows_the_programs_as_they_are() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let path = top.join("docs/cookbook.md");
    let page = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let (current, files) = with_programs(&page, &top);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &current).unwrap();
    } else {
        assert!(
            page == current,
            "docs/cookbook.md shows other programs: run this test with UPDATE_EXPECT=1"
        );
    }
    let folder = "tp-net/tests/docs/programs";
    for file in fs::read_dir(top.join(folder)).unwrap() {
        let file = file.unwrap().file_name();
        let file = file.to_str().unwrap();
        let is_shown = files.contains(&format!("{folder}/{file}"));
        assert!(is_shown || file == "mod.rs", "{file} is not on the page");
    }
    let code = page.matches("```rust").count();
    assert_eq!(code, files.len(), "code that no file has is not tested");
}
