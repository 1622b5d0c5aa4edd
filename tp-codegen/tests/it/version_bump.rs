//! `docs/version-bump.md` is walked through: its patches are applied and its commands run, on the
//! schemas, the plan and the generated code of this repository, and what they print is what the
//! page shows. To bring the page up to date:
//! `UPDATE_EXPECT=1 cargo test -p tp-codegen --test it version_bump`.
//!
//! The commands that build `tp-frames` and `tp-net` anew take minutes. They are run, in a copy of the
//! whole repository, where `TP_REHEARSE` names the folder to build in; `.ci/run` does that.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::expected::{self, top};

/// What the walk starts with.
const START: [&str; 7] = [
    "protocol.xml",
    "protocol3.xml",
    "admin.xml",
    "tp-frames/codegen.toml",
    "tp-frames/src/generated",
    "tp-game/src/handler.rs",
    "tp-net/src/model/object.rs",
];

/// The folder to build in, if what takes minutes is wanted too.
fn rehearse() -> Option<PathBuf> {
    std::env::var_os("TP_REHEARSE").map(|folder| top().join(folder))
}

/// Returns `true` if a command builds more than the program under test.
fn is_long(command: &str) -> bool {
    let builds = ["cargo check", "cargo clippy", "cargo run -q -p tp-net"];
    builds.iter().any(|build| command.starts_with(build))
}

/// Stands for cargo, so that the commands of the page run the program under test and build nothing.
const CARGO: &str = "#!/bin/sh
case \"$1 $2 $3 $4 $5\" in
  gen*) shift; exec tp-codegen generate \"$@\" ;;
  'run -q -p tp-codegen --') shift 5; exec tp-codegen \"$@\" ;;
esac
if [ -n \"$CARGO_TARGET_DIR\" ]; then exec \"$REAL_CARGO\" \"$@\"; fi
echo \"no such command on this page: cargo $*\" >&2
exit 3
";

/// A piece of the page.
enum Piece {
    Text(String),
    Patch(String),
    /// Commands and what they print.
    Session(Vec<(String, String)>),
}

/// Takes the page apart.
fn pieces(page: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("\n```") {
        let (kind, after) = after.split_once('\n').unwrap();
        let (block, after) = after.split_once("```\n").expect("a block ends");
        pieces.push(Piece::Text(format!("{before}\n")));
        pieces.push(match kind {
            "diff" => Piece::Patch(block.to_owned()),
            "console" => Piece::Session(session(block)),
            _ => Piece::Text(format!("```{kind}\n{block}```\n")),
        });
        rest = after;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    pieces
}

fn session(block: &str) -> Vec<(String, String)> {
    let mut session: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), session.last_mut()) {
            (Some(command), _) => session.push((command.to_owned(), String::new())),
            (None, Some((_, printed))) => *printed += &format!("{line}\n"),
            (None, None) => panic!("a session begins with a command, not {line}"),
        }
    }
    session
}

/// A copy of the repository, as far as the page needs it, with its first commit.
struct Walk {
    folder: tempfile::TempDir,
    path: std::ffi::OsString,
}

impl Walk {
    fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let whole: Vec<String> = match rehearse() {
            Some(_) => tracked(),
            None => START.map(str::to_owned).to_vec(),
        };
        for start in whole {
            copy(
                &top().join(&start),
                &folder.path().join("walk").join(&start),
            );
        }
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).unwrap();
        let cargo = bin.join("cargo");
        fs::write(&cargo, CARGO).unwrap();
        let program = Path::new(env!("CARGO_BIN_EXE_tp-codegen"));
        let folders = [bin, program.parent().unwrap().to_owned()];
        let old = std::env::var_os("PATH").unwrap_or_default();
        let all = folders.into_iter().chain(std::env::split_paths(&old));
        let walk = Self {
            path: std::env::join_paths(all).unwrap(),
            folder,
        };
        let made = walk.run(
            "chmod +x ../bin/cargo && git init -q -b main && git add -A && git commit -q -m start",
        );
        assert!(made.status.success(), "{made:?}");
        walk
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let nothing = self.folder.path().join("nothing");
        command
            .current_dir(self.folder.path().join("walk"))
            .env("PATH", &self.path)
            // Nobody's own settings.
            .env("GIT_CONFIG_GLOBAL", nothing)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "x")
            .env("GIT_AUTHOR_EMAIL", "x@example.org")
            .env("GIT_COMMITTER_NAME", "x")
            .env("GIT_COMMITTER_EMAIL", "x@example.org")
            .env("GIT_PAGER", "cat")
            .env("COLUMNS", "80")
            .env("LC_ALL", "C.UTF-8")
            .env_remove("GIT_DIR")
            .env_remove("CARGO_TARGET_DIR");
        if let Some(folder) = rehearse() {
            command
                .env("REAL_CARGO", env!("CARGO"))
                .env("CARGO_TARGET_DIR", folder)
                // Nothing of the build that runs this test.
                .env_remove("CARGO_MANIFEST_DIR")
                .env_remove("RUSTFLAGS");
        }
        command
    }

    fn run(&self, command: &str) -> Output {
        let mut shell = self.command("sh");
        shell.args(["-c", command]).output().unwrap()
    }

    /// What a command prints, without the names that git gives to contents, and without the number
    /// of findings that the schemas allow: that is no matter of this page.
    fn printed(&self, command: &str) -> String {
        let output = self.run(command);
        let all = [output.stdout, output.stderr].concat();
        let text = String::from_utf8(all).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with("index "));
        lines
            .map(|line| match line.strip_suffix(" allowed") {
                Some(line) => {
                    let line = line.trim_end_matches(|c: char| c.is_ascii_digit());
                    format!("{line}… allowed\n")
                }
                None => format!("{}\n", line.trim_end()),
            })
            .collect()
    }

    fn apply(&self, patch: &str) {
        let mut git = self.command("git");
        let mut git = git
            .args(["apply", "--recount", "-"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // An editor may have taken the blank off the end of a line that is empty but for it.
        let lines = patch
            .lines()
            .map(|line| if line.is_empty() { " " } else { line });
        let whole: String = lines.flat_map(|line| [line, "\n"]).collect();
        let mut stdin = git.stdin.take().unwrap();
        stdin.write_all(whole.as_bytes()).unwrap();
        drop(stdin);
        let output = git.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}\n{patch}");
    }
}

/// Every file of the repository.
fn tracked() -> Vec<String> {
    let listed = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(top())
        .output()
        .unwrap();
    let names = String::from_utf8(listed.stdout).unwrap();
    let names = names.split('\0').filter(|name| !name.is_empty());
    let there = names.filter(|name| top().join(name).exists());
    there.map(str::to_owned).collect()
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}

#[test]
fn the_walk_through_a_version_bump_is_as_the_page_says() {
    if tp_test_components::program("git").is_none() {
        return;
    }
    let path = top().join("docs/version-bump.md");
    let page = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let walk = Walk::begin();
    let mut walked = String::new();
    let mut commands = 0;
    for piece in pieces(&page) {
        match piece {
            Piece::Text(text) => walked += &text,
            Piece::Patch(patch) => {
                walk.apply(&patch);
                walked += &format!("```diff\n{patch}```\n");
            }
            Piece::Session(session) => {
                walked += "```console\n";
                for (command, shown) in session {
                    let printed = if is_long(&command) && rehearse().is_none() {
                        shown
                    } else {
                        walk.printed(&command)
                    };
                    walked += &format!("$ {command}\n{printed}");
                    commands += 1;
                }
                walked += "```\n";
            }
        }
    }
    assert!(commands > 10, "the page has only {commands} commands");
    let fatal = walked.lines().find(|line| line.starts_with("fatal: "));
    assert_eq!(fatal, None, "a command of the page is wrong");
    expected::are_current([(path, walked)]);
}
