//! Trust on first use.

use std::fs;

use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::{TLS12, TLS13};

use super::*;
use crate::transport::tls::Fault;

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
        "remove line 2, of ::1 port 6924, from ",
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
fn a_file_that_makes_no_sense_trusts_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("seen.txt");
    for text in ["game.example:6924 abc\n", "game.example:6924\n", "a b c\n"] {
        fs::write(&file, format!("# comment\n{text}")).unwrap();
        let made = Made::alone(&[]);
        let error = judged(&Trust::on_first_use(&file), "game.example", &made).unwrap_err();
        let TlsError::Store { line: 2, .. } = error else {
            panic!("{error:?}")
        };
    }
    // A folder is no file.
    let error = judged(&Trust::on_first_use(folder.path()), "h", &Made::alone(&[])).unwrap_err();
    assert!(matches!(error, TlsError::File { .. }), "{error:?}");
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
