//! `tp universe` and whom it trusts.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;
use tp_game::Serving;
use tp_net::transport::tls::Identity;

use crate::tls_front::TlsFront;

struct Encrypted {
    _game: Serving,
    front: TlsFront,
    folder: TempDir,
    fingerprint: String,
}

fn encrypted() -> Encrypted {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::stored_in(folder.path(), ["game.example"]).unwrap();
    let fingerprint = identity.fingerprint().to_string();
    Encrypted {
        front: TlsFront::start(identity, game.local_addr()),
        _game: game,
        folder,
        fingerprint,
    }
}

impl Encrypted {
    /// With user and password in the URL, and settings in a folder of the test's own.
    fn universe(&self, arguments: &[&str]) -> Output {
        let url = format!("tps://guest:guest@{}/any", self.front.address());
        Command::new(env!("CARGO_BIN_EXE_tp"))
            .args(["universe", &url])
            .args(arguments)
            .env("XDG_CONFIG_HOME", self.folder.path())
            .output()
            .unwrap()
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[track_caller]
fn shown(output: &Output) -> String {
    assert_eq!(text(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
    text(&output.stdout)
}

#[track_caller]
fn complaint(output: &Output, status: i32) -> String {
    assert_eq!(text(&output.stdout), "");
    assert_eq!(output.status.code(), Some(status));
    text(&output.stderr)
}

#[test]
fn whoever_is_trusted_is_looked_at() {
    let game = encrypted();
    let address = game.front.address();
    let root = game.file("tls-identity.pem");
    for arguments in [
        &["--fingerprint", &*game.fingerprint][..],
        &["--ca", &root],
        &["--trust-first-use"],
        &["--trust-first-use=first.txt"],
        &["--accept-any-certificate"],
    ] {
        let mut arguments = arguments.to_vec();
        let file = format!("--trust-first-use={}", game.file("first.txt"));
        if arguments == ["--trust-first-use=first.txt"] {
            arguments = vec![&file];
        }
        let shown = shown(&game.universe(&arguments));
        assert!(
            shown.starts_with(&format!("tps://{address} speaks TP04")),
            "{shown}"
        );
        assert!(shown.contains("logged in as guest@any"), "{shown}");
    }
    let line = format!("{address} {}\n", game.fingerprint);
    for file in ["tp/servers.txt", "first.txt"] {
        let kept = std::fs::read_to_string(Path::new(&game.file(file))).unwrap();
        assert_eq!(kept, line, "{file}");
    }
}

#[test]
fn a_stranger_is_not_and_the_complaint_says_what_to_do() {
    let game = encrypted();
    let complaint_of = |arguments: &[&str]| complaint(&game.universe(arguments), 1);
    let told = complaint_of(&["--fingerprint", &"00".repeat(32)]);
    assert!(told.contains("is none of those pinned"), "{told}");
    assert!(told.contains(&game.fingerprint), "{told}");
    assert!(
        told.trim_end()
            .ends_with("(--fingerprint, --ca, --trust-first-use)"),
        "{told}"
    );
    assert_eq!(told.lines().count(), 1);

    // What it says is enough to go on.
    let (_, fingerprint) = told.split_once("its fingerprint ").unwrap();
    let fingerprint = fingerprint.split(' ').next().unwrap();
    shown(&game.universe(&["--fingerprint", fingerprint]));

    std::fs::write(
        game.file("first.txt"),
        format!("{} {}\n", game.front.address(), "00".repeat(32)),
    )
    .unwrap();
    let file = format!("--trust-first-use={}", game.file("first.txt"));
    let told = complaint_of(&[&file]);
    assert!(
        told.contains("as it was at first use; either the server"),
        "{told}"
    );
}

#[test]
fn what_makes_no_sense_is_told() {
    let game = encrypted();
    for (arguments, wanted) in [
        (
            &["--fingerprint", "abc"][..],
            "\"abc\" is no SHA-256 fingerprint",
        ),
        (&["--ca", "/no/such/file"], "/no/such/file: "),
        (&["--ca", "Cargo.toml"], "no certificates of authorities: "),
        (
            &["--accept-any-certificate", "--trust-first-use"],
            "cannot be used with",
        ),
    ] {
        let told = complaint(&game.universe(arguments), 2);
        assert!(told.contains(wanted), "{told}");
    }
    let output = Command::new(env!("CARGO_BIN_EXE_tp"))
        .args(["universe", "tp://ada@game.example"])
        .output()
        .unwrap();
    assert!(complaint(&output, 2).contains("Give --user and --password"));
}
