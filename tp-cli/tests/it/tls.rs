//! `tp objects` and whom it trusts.

use std::path::Path;

use tempfile::TempDir;
use tp_game::{Game, Serving};
use tp_net::server::Server;
use tp_net::transport::tls::Identity;

use crate::program::{Run, command, tp};

struct Encrypted {
    game: Serving,
    folder: TempDir,
    fingerprint: String,
}

fn encrypted() -> Encrypted {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::stored_in(folder.path(), ["game.example"]).unwrap();
    let fingerprint = identity.fingerprint().to_string();
    let server = Server::builder().listen("127.0.0.1:0").tls(identity);
    Encrypted {
        game: Game::new(1).serve_by(server).unwrap(),
        folder,
        fingerprint,
    }
}

impl Encrypted {
    /// With user and password in the URL, and settings in a folder of the test's own.
    fn universe(&self, arguments: &[&str]) -> Run {
        let url = format!("tps://guest:guest@{}/any", self.game.local_addr());
        let mut universe = command(&["objects", &url]);
        let universe = universe.env("XDG_CONFIG_HOME", self.folder.path());
        universe.args(arguments).output().unwrap().into()
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }
}

#[test]
fn whoever_is_trusted_is_looked_at() {
    let encrypted = encrypted();
    let address = encrypted.game.local_addr();
    let root = encrypted.file("tls-identity.pem");
    let first_use = format!("--trust-first-use={}", encrypted.file("first.txt"));
    for arguments in [
        &["--fingerprint", &*encrypted.fingerprint][..],
        &["--ca", &root],
        &["--trust-first-use"],
        &[&first_use],
        &["--accept-any-certificate"],
    ] {
        let shown = encrypted.universe(arguments).fine();
        assert!(shown.contains("Galaxy "), "{shown}");
    }
    let line = format!("{address} {}\n", encrypted.fingerprint);
    for file in ["tp/servers.txt", "first.txt"] {
        let kept = std::fs::read_to_string(Path::new(&encrypted.file(file))).unwrap();
        assert_eq!(kept, line, "{file}");
    }
}

#[test]
fn a_stranger_is_not_and_the_complaint_says_what_to_do() {
    let encrypted = encrypted();
    let complaint_of = |arguments: &[&str]| encrypted.universe(arguments).complaint(1);
    let told = complaint_of(&["--fingerprint", &"00".repeat(32)]);
    assert!(told.contains("is none of those pinned"), "{told}");
    assert!(told.contains(&encrypted.fingerprint), "{told}");
    assert!(
        told.trim_end()
            .ends_with("(--fingerprint, --ca, --trust-first-use)"),
        "{told}"
    );
    assert_eq!(told.lines().count(), 1);

    // What it says is enough to go on.
    let (_, fingerprint) = told.split_once("its fingerprint ").unwrap();
    let fingerprint = fingerprint.split(' ').next().unwrap();
    encrypted.universe(&["--fingerprint", fingerprint]).fine();

    std::fs::write(
        encrypted.file("first.txt"),
        format!("{} {}\n", encrypted.game.local_addr(), "00".repeat(32)),
    )
    .unwrap();
    let file = format!("--trust-first-use={}", encrypted.file("first.txt"));
    let told = complaint_of(&[&file]);
    assert!(told.contains("this may be an attack"), "{told}");
    for recipe in ["remove", "--fingerprint", "--accept"] {
        assert!(!told.contains(recipe), "{told}");
    }
}

#[test]
fn a_changed_certificate_is_found_however_the_server_is_written() {
    let encrypted = encrypted();
    let port = encrypted.game.local_addr().port();
    let other = "00".repeat(32);
    let file = encrypted.file("first.txt");
    let argument = format!("--trust-first-use={file}");
    for (line, host) in [
        (format!("\u{feff}localhost:{port}"), "localhost"),
        (format!("LOCALHOST:{port}"), "localhost"),
        (format!("localhost:{port}"), "LocalHost"),
        (format!("127.0.0.1:{port}"), "[::ffff:7f00:1]"),
    ] {
        let kept = format!("{line} {other}\n");
        std::fs::write(&file, &kept).unwrap();
        let url = format!("tps://guest:guest@{host}:{port}");
        let told = tp(&["objects", &url, &argument]).complaint(1);
        assert!(told.contains("as it was at first use"), "{line}: {told}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), kept, "{host}");
    }
}

#[test]
fn what_is_no_list_of_servers_is_refused() {
    let encrypted = encrypted();
    let file = encrypted.file("first.txt");
    let kept = format!("# mine\n{}\n", encrypted.game.local_addr());
    std::fs::write(&file, &kept).unwrap();
    for (file, wanted) in [
        (&*file, "first.txt, line 2: not HOST:PORT and a fingerprint"),
        #[cfg(unix)]
        ("/dev/full", "/dev/full: this is no regular file"),
        #[cfg(unix)]
        ("/dev/zero", "/dev/zero: this is no regular file"),
    ] {
        let told = encrypted
            .universe(&[&format!("--trust-first-use={file}")])
            .complaint(1);
        assert!(told.contains(wanted), "{told}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), kept);
}

#[test]
fn what_makes_no_sense_is_told() {
    let encrypted = encrypted();
    for (arguments, wanted) in [
        (
            &["--fingerprint", "abc"][..],
            "'abc' for '--fingerprint <SHA256>': this is no SHA-256 fingerprint",
        ),
        (&["--ca", "/no/such/file"], "/no/such/file: "),
        (
            &["--ca", "Cargo.toml"],
            "no certificates of authorities: Cargo.toml: there is no certificate in PEM",
        ),
        (
            &["--accept-any-certificate", "--trust-first-use"],
            "cannot be used with",
        ),
    ] {
        let told = encrypted.universe(arguments).complaint(2);
        assert!(told.contains(wanted), "{told}");
    }
    let mut nobody = command(&["objects", "tp://ada@game.example"]);
    let told = Run::from(nobody.env_remove("TP_PASSWORD").output().unwrap()).complaint(2);
    assert!(
        told.contains("give TP_PASSWORD or --password-file"),
        "{told}"
    );
    let told = tp(&[
        "objects",
        "tp://a:b@game.example",
        "--accept-any-certificate",
    ])
    .complaint(2);
    assert!(told.contains("tp://game.example is not: tps://"), "{told}");
}
