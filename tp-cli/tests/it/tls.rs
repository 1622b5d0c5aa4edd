//! `tp universe` and whom it trusts.

use std::path::Path;

use tempfile::TempDir;
use tp_game::Serving;
use tp_net::transport::tls::Identity;

use crate::program::{Run, command, tp};
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
    fn universe(&self, arguments: &[&str]) -> Run {
        let url = format!("tps://guest:guest@{}/any", self.front.address());
        let mut universe = command(&["universe", &url]);
        let universe = universe.env("XDG_CONFIG_HOME", self.folder.path());
        universe.args(arguments).output().unwrap().into()
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }
}

#[test]
fn whoever_is_trusted_is_looked_at() {
    let game = encrypted();
    let address = game.front.address();
    let root = game.file("tls-identity.pem");
    let first_use = format!("--trust-first-use={}", game.file("first.txt"));
    for arguments in [
        &["--fingerprint", &*game.fingerprint][..],
        &["--ca", &root],
        &["--trust-first-use"],
        &[&first_use],
        &["--accept-any-certificate"],
    ] {
        let shown = game.universe(arguments).fine();
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
    let complaint_of = |arguments: &[&str]| game.universe(arguments).complaint(1);
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
    game.universe(&["--fingerprint", fingerprint]).fine();

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
        let told = game.universe(arguments).complaint(2);
        assert!(told.contains(wanted), "{told}");
    }
    let told = tp(&["universe", "tp://ada@game.example"]).complaint(2);
    assert!(told.contains("Give --user and --password"), "{told}");
}
