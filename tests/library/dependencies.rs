//! The dependencies that the pages tell people to add: they exist, in that version and with those
//! features, and what the page's programs use is among them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, iter};

use toml::{Table, Value};

/// The pages.
const PAGES: [&str; 4] = [
    "README.md",
    "docs/cookbook.md",
    "tp-frames/src/lib.rs",
    "tp-net/src/lib.rs",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn manifest(path: &str) -> Table {
    let text = fs::read_to_string(root().join(path)).unwrap();
    text.parse().unwrap()
}

/// The text of a page, without what makes it a comment.
fn page(path: &str) -> String {
    let text = fs::read_to_string(root().join(path)).unwrap();
    if path.ends_with(".md") {
        return text;
    }
    let lines = text.lines().filter_map(|line| line.strip_prefix("//!"));
    let lines = lines.map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines.map(|line| format!("{line}\n")).collect()
}

/// The blocks of code whose first line starts with one of `kinds`.
fn blocks<'a>(page: &'a str, kinds: &[&str]) -> Vec<&'a str> {
    let mut parts = page.split("```");
    iter::from_fn(|| {
        parts.next()?;
        parts.next()
    })
    .filter_map(|block| block.split_once('\n'))
    .filter(|(kind, _)| kinds.contains(kind))
    .map(|(_, code)| code)
    .collect()
}

/// What the blocks of a page tell to depend on.
fn told(page: &str) -> BTreeMap<String, Value> {
    let mut told = BTreeMap::new();
    for block in blocks(page, &["toml"]) {
        let table: Table = block.parse().unwrap();
        for section in ["dependencies", "dev-dependencies"] {
            let Some(Value::Table(crates)) = table.get(section) else {
                continue;
            };
            told.extend(crates.clone());
        }
    }
    told
}

fn version(dependency: &Value) -> &str {
    let version = dependency
        .as_str()
        .or_else(|| dependency.get("version")?.as_str());
    version.expect("a dependency has a version")
}

fn features(dependency: &Value) -> BTreeSet<&str> {
    let features = dependency.get("features").and_then(Value::as_array);
    features
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// Whether a requirement such as `0.1` is that of a version such as `0.1.0`.
fn is_of(requirement: &str, version: &str) -> bool {
    version == requirement || version.starts_with(&format!("{requirement}."))
}

/// Whether a program names a crate: its name and `::`, not as a part of something else.
fn uses(program: &str, name: &str) -> bool {
    let path = format!("{}::", name.replace('-', "_"));
    program.match_indices(&path).any(|(at, _)| {
        let before = program[..at].chars().next_back();
        !before.is_some_and(|it| it.is_ascii_alphanumeric() || it == '_' || it == ':')
    })
}

#[test]
fn the_dependencies_that_pages_tell_of_exist() {
    let workspace = manifest("Cargo.toml");
    let ours = workspace["workspace"]["package"]["version"]
        .as_str()
        .unwrap();
    for path in PAGES {
        let told = told(&page(path));
        assert!(!told.is_empty(), "{path} tells of no dependency");
        for (name, dependency) in &told {
            if name.starts_with("tp-") {
                assert!(is_of(version(dependency), ours), "{path}: {name}");
                let manifest = manifest(&format!("{name}/Cargo.toml"));
                for feature in features(dependency) {
                    let known = manifest["features"].get(feature);
                    assert!(known.is_some(), "{path}: {name} has no feature {feature}");
                }
            } else {
                let known = &workspace["workspace"]["dependencies"][name.as_str()];
                assert!(is_of(version(dependency), version(known)), "{path}: {name}");
                // Those of the workspace are known to exist.
                let (wanted, known) = (features(dependency), features(known));
                assert!(wanted.is_subset(&known), "{path}: {name}: {wanted:?}");
            }
        }
    }
}

#[test]
fn the_programs_of_pages_use_no_other_crate() {
    let workspace = manifest("Cargo.toml");
    let crates = workspace["workspace"]["dependencies"].as_table().unwrap();
    for path in PAGES {
        let page = page(path);
        let told = told(&page);
        for program in blocks(&page, &["rust", "rust,no_run", "", "no_run", "ignore"]) {
            for name in crates.keys().filter(|name| uses(program, name)) {
                assert!(
                    told.contains_key(name),
                    "{path} does not tell of {name}:\n{program}"
                );
            }
        }
    }
}
