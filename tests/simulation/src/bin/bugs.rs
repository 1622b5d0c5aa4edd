//! Puts the bugs of `tests/simulation/bugs/` one at a time into a copy of the sources, and looks within
//! how many seeds the simulation catches each.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    reason = "only who tests the tests calls this"
)]

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Parser;

/// Looks whether the simulation catches bugs that are put into a copy of the sources.
#[derive(Debug, Parser)]
struct Args {
    /// Only bugs whose names have one of these in them.
    names: Vec<String>,
    /// Within how many seeds each is to be caught.
    #[arg(long, default_value_t = 200)]
    seeds: u64,
}

/// What is copied of the workspace.
const COPIED: [&str; 14] = [
    "Cargo.lock",
    "Cargo.toml",
    "admin.xml",
    "examples",
    "protocol.xml",
    "protocol3.xml",
    "tests",
    "tp-bench",
    "tp-cli",
    "tp-codegen",
    "tp-frames",
    "tp-game",
    "tp-net",
    "tp-store",
];

fn main() -> ExitCode {
    let args = Args::parse();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let workspace = workspace.canonicalize().expect("the workspace is there");
    let target = env::var_os("CARGO_TARGET_DIR").map_or(workspace.join("target"), PathBuf::from);
    let copy = Copy {
        sources: target.join("bugs/sources"),
        built: target.join("bugs/built"),
        workspace,
    };
    let mut missed = 0;
    for bug in bugs(&copy.workspace) {
        let name = bug.file_stem().unwrap_or_default().to_string_lossy();
        if !args.names.is_empty() && !args.names.iter().any(|it| name.contains(it.as_str())) {
            continue;
        }
        copy.refresh();
        let patch = fs::read_to_string(&bug).expect("the patch can be read");
        apply(&patch, &copy.sources);
        copy.build();
        match copy.caught(args.seeds) {
            Some(violation) => println!("{name}: {violation}"),
            None => {
                println!("{name}: NOT CAUGHT within {} seeds", args.seeds);
                missed += 1;
            }
        }
    }
    match missed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// The patches, by their names.
fn bugs(workspace: &Path) -> Vec<PathBuf> {
    let folder = workspace.join("tests/simulation/bugs");
    let files = fs::read_dir(folder).expect("there are bugs");
    let mut bugs: Vec<PathBuf> = files.flatten().map(|it| it.path()).collect();
    bugs.retain(|it| it.extension().is_some_and(|it| it == "patch"));
    bugs.sort();
    bugs
}

/// A copy of the workspace, and what is built of it.
struct Copy {
    workspace: PathBuf,
    sources: PathBuf,
    built: PathBuf,
}

impl Copy {
    /// Makes it as the workspace is. What is the same stays untouched, so that it is not built again.
    fn refresh(&self) {
        fs::create_dir_all(&self.sources).expect("a folder can be made");
        for name in COPIED {
            copy(&self.workspace.join(name), &self.sources.join(name));
        }
    }

    fn build(&self) {
        let cargo = env::var_os("CARGO").unwrap_or(OsString::from("cargo"));
        let built = Command::new(cargo)
            .args(["build", "--quiet", "--locked", "-p", "tp-simulation"])
            .args(["--bin", "tp-simulation", "--target-dir"])
            .arg(&self.built)
            .current_dir(&self.sources)
            .status();
        let built = built.expect("cargo can be run");
        assert!(built.success(), "the copy does not build");
    }

    /// What is said about the first seed that breaks an invariant.
    fn caught(&self, seeds: u64) -> Option<String> {
        let ran = Command::new(self.built.join("debug/tp-simulation"))
            .args(["--first", "--seeds", &seeds.to_string()])
            .output()
            .expect("it was built");
        let said = String::from_utf8_lossy(&ran.stdout);
        let violation = said.lines().find(|line| line.starts_with("seed "));
        violation.map(str::to_owned)
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder can be made");
        for entry in fs::read_dir(from).expect("it is a folder").flatten() {
            copy(&entry.path(), &to.join(entry.file_name()));
        }
        return;
    }
    let bytes = fs::read(from).expect("a source can be read");
    if fs::read(to).ok().as_ref() != Some(&bytes) {
        fs::write(to, bytes).expect("a copy can be written");
    }
}

/// Applies a patch by what its hunks say, wherever in the file that is: line numbers change as the code
/// does.
fn apply(patch: &str, sources: &Path) {
    let mut file = PathBuf::new();
    let mut hunk: Option<(String, String)> = None;
    for line in patch.lines().chain(["@@"]) {
        if let Some(path) = line.strip_prefix("+++ b/") {
            replace(&file, hunk.take());
            file = sources.join(path);
        } else if line.starts_with("@@") {
            replace(&file, hunk.replace((String::new(), String::new())));
        } else if let Some((before, after)) = &mut hunk
            && !line.starts_with("--- ")
        {
            let (mark, text) = line.split_at_checked(1).unwrap_or((" ", ""));
            for (of, text_of) in [("+", before), ("-", after)] {
                if mark != of {
                    text_of.push_str(text);
                    text_of.push('\n');
                }
            }
        }
    }
}

fn replace(file: &Path, hunk: Option<(String, String)>) {
    let Some((before, after)) = hunk else { return };
    let source = fs::read_to_string(file).expect("the patch is for a file that is there");
    let places = source.matches(&before).count();
    let name = file.display();
    assert_eq!(places, 1, "{name} has this in {places} places:\n{before}");
    let patched = source.replacen(&before, &after, 1);
    fs::write(file, patched).expect("the copy can be written");
}
