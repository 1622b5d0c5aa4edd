//! Trust on first use.

use std::fs;

use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};

use super::*;
use crate::transport::tls::Fault;
use crate::transport::tls::seen::{Seen, Server};

#[test]
fn what_was_seen_first_is_trusted_from_then_on_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new/seen.txt");
    let (one, other) = (Made::alone(&[]), Made::alone(&[]));
    judged(&Trust::on_first_use(&file), "game.example", &one).unwrap();
    judged(&Trust::on_first_use(&file), "::1", &other).unwrap();
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        format!(
            "game.example:6924 {}\n[::1]:6924 {}\n",
            one.fingerprint(),
            other.fingerprint()
        )
    );
    assert_private(&file);
    assert_private(file.parent().unwrap());
    // In another program, later.
    judged(&Trust::on_first_use(&file), "Game.Example", &one).unwrap();
    judged(&Trust::on_first_use(&file), "::1", &other).unwrap();

    let error = judged(&Trust::on_first_use(&file), "::1", &one).unwrap_err();
    let TlsError::Untrusted(untrusted) = &error else {
        panic!("{error:?}")
    };
    let Fault::Changed { known, line, .. } = untrusted.fault else {
        panic!("{untrusted:?}")
    };
    assert_eq!((known, line), (other.fingerprint(), 2));
    let text = error.to_string();
    for part in [
        "as it was at first use",
        &other.fingerprint().to_string(),
        &one.fingerprint().to_string(),
        "may be an attack",
        "line 2",
        &file.display().to_string(),
    ] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }

    // As the error says.
    let first = fs::read_to_string(&file).unwrap();
    let first = first.lines().next().unwrap();
    fs::write(&file, format!("# mine\n\n{first}")).unwrap();
    judged(&Trust::on_first_use(&file), "::1", &one).unwrap();
    judged(&Trust::on_first_use(&file), "game.example", &one).unwrap();
    assert!(judged(&Trust::on_first_use(&file), "::1", &other).is_err());
}

#[test]
fn however_a_server_is_written_its_certificate_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("seen.txt");
    let (known, other) = (Made::alone(&[]), Made::alone(&[]));
    for (line, host) in [
        ("\u{feff}game.example:6924", "game.example"),
        ("\u{feff}# mine\ngame.example:6924", "game.example"),
        ("GAME.example:6924", "game.example"),
        ("game.example:6924", "Game.Example"),
        ("game.example.:6924", "game.example"),
        ("game.example:6924", "game.example."),
        ("game.example:06924", "game.example"),
        ("  game.example:6924\t", "game.example"),
        ("[0:0:0:0:0:0:0:1]:6924", "::1"),
        ("[::1]:6924", "0:0:0:0:0:0:0:1"),
        ("[FD00::A]:6924", "fd00::a"),
        ("[::ffff:127.0.0.1]:6924", "127.0.0.1"),
        ("127.0.0.1:6924", "::ffff:7f00:1"),
        ("[fe80::1%eth0]:6924", "fe80::1%2"),
        ("[fe80::1%25eth0]:6924", "fe80::1"),
        ("xn--bcher-kva.example:6924", "XN--Bcher-KVA.example"),
    ] {
        let text = format!("{line} {}\r\n", known.fingerprint());
        fs::write(&file, &text).unwrap();
        let trust = Trust::on_first_use(&file);
        judged(&trust, host, &known).unwrap();
        let error = judged(&trust, host, &other).unwrap_err();
        let TlsError::Untrusted(untrusted) = &error else {
            panic!("{line}, {host}: {error:?}")
        };
        assert!(
            matches!(untrusted.fault, Fault::Changed { .. }),
            "{line}, {host}: {error}"
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), text, "{line}, {host}");
    }
    // What would be a line that cannot be read is no server.
    for host in [".", "..", "game..example", ""] {
        assert!(Server::new(host, 6924).is_err(), "{host}");
    }
    assert!(Server::new("game.example.", 6924).is_ok());
    // Another port is another server.
    let server = |port| Server::new("game.example", port).unwrap();
    assert_ne!(server(6924), server(6925));
}

#[test]
fn a_file_that_makes_no_sense_trusts_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("seen.txt");
    let made = Made::alone(&[]);
    let fingerprint = made.fingerprint();
    for (text, wrong) in [
        ("# comment\ngame.example:6924 abc\n".to_owned(), 2),
        ("# comment\ngame.example:6924\n".to_owned(), 2),
        ("# comment\na b c\n".to_owned(), 2),
        (format!("game.example {fingerprint}"), 1),
        (format!("game.example:0 {fingerprint}"), 1),
        (format!("b\u{fc}cher.example:1 {fingerprint}"), 1),
        (format!("[fe80::1%25]:1 {fingerprint}"), 1),
        (format!("\n\u{feff}game.example:6924 {fingerprint}\n"), 2),
        (format!("game.example:6924 {fingerprint} mine\n"), 1),
        // A line that was not written whole.
        (format!("game.example:6924 {fingerprint}\nother.exam"), 2),
        // Lines that end as no line ends here.
        (format!("# comment\rgame.example:6924 {fingerprint}\r"), 1),
    ] {
        fs::write(&file, &text).unwrap();
        let error = judged(&Trust::on_first_use(&file), "game.example", &made).unwrap_err();
        let TlsError::Store { line, .. } = error else {
            panic!("{text:?}: {error:?}")
        };
        assert_eq!(line, wrong, "{text:?}");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
    // As some editors write it.
    let wide: Vec<u8> = "\u{feff}game.example:6924"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    fs::write(&file, wide).unwrap();
    let error = judged(&Trust::on_first_use(&file), "game.example", &made).unwrap_err();
    assert!(
        matches!(error, TlsError::Store { line: 1, .. }),
        "{error:?}"
    );
}

#[test]
#[cfg(unix)]
fn what_is_no_list_of_servers_is_not_read_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let huge = folder.path().join("huge");
    fs::File::create(&huge).unwrap().set_len(1 << 40).unwrap();
    for (file, why) in [
        ("/dev/full".as_ref(), "no regular file"),
        ("/dev/zero".as_ref(), "no regular file"),
        // What was written there would be forgotten.
        ("/dev/null".as_ref(), "no regular file"),
        (&*pipe, "no regular file"),
        (folder.path(), "no regular file"),
        (&*huge, "too many"),
        ("/dev/null/x".as_ref(), "Not a directory"),
    ] {
        let error = judged(&Trust::on_first_use(file), "h", &Made::alone(&[])).unwrap_err();
        assert!(matches!(error, TlsError::File { .. }), "{error:?}");
        let shown = error.to_string();
        assert!(shown.starts_with(&*file.to_string_lossy()), "{shown}");
        assert!(shown.contains(why), "{shown}");
    }
    assert_eq!(fs::metadata(&huge).unwrap().len(), 1 << 40);

    // One that is full takes no more.
    let full = folder.path().join("full");
    let text = "# comment\n".repeat((1 << 20) / 10);
    fs::write(&full, &text).unwrap();
    let error = judged(&Trust::on_first_use(&full), "h", &Made::alone(&[])).unwrap_err();
    assert!(matches!(error, TlsError::File { .. }), "{error:?}");
    assert!(fs::read_to_string(&full).unwrap() == text);
}

#[test]
fn of_two_first_certificates_at_the_same_time_one_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..50 {
        let file = folder.path().join(round.to_string());
        let barrier = std::sync::Barrier::new(4);
        let taken = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|number| {
                    let (seen, barrier) = (Seen { file: file.clone() }, &barrier);
                    scope.spawn(move || {
                        let server = Server::new("h", 1).unwrap();
                        barrier.wait();
                        seen.remember(&server, [number; 32].into()).unwrap().is_ok()
                    })
                })
                .collect();
            let taken = threads.into_iter().map(|thread| thread.join().unwrap());
            taken.filter(|taken| *taken).count()
        });
        assert_eq!(taken, 1, "in round {round}");
    }
}

#[test]
fn who_has_not_the_key_is_not_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("seen.txt");
    let (owner, thief) = (Made::alone(&[]), Made::alone(&[]));
    let key = provider()
        .key_provider
        .load_private_key(thief.private_key());
    let stolen = CertifiedKey::new(owner.chain(), key.unwrap());
    let stolen = Arc::new(SingleCertAndKey::from(stolen));
    for version in [&TLS12, &TLS13] {
        let config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::<SingleCertAndKey>::clone(&stolen));
        let mut server = server_of(&Arc::new(config));
        let trust = Trust::on_first_use(&file);
        let mut client = trust.tls("game.example", 6924).unwrap();
        let ended = talk(&mut client, &mut server, usize::MAX);
        assert!(matches!(ended, Err(Failed::Client(_))), "{version:?}");
        assert!(!file.exists(), "{version:?}");
    }
}
