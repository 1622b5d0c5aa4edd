//! Who a server is.

use std::fs;

use super::*;

#[test]
fn a_server_without_a_certificate_makes_one_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("state");
    let made = Identity::stored_in(&folder, ["game.example"]).unwrap();
    let again = Identity::stored_in(&folder, ["other.example"]).unwrap();
    assert_eq!(made.fingerprint(), again.fingerprint());
    let file = folder.join("tls-identity.pem");
    assert_eq!(
        fs::read_dir(&folder).unwrap().count(),
        1,
        "no draft is left"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    // It is for the names given and for this machine.
    let trust = Trust::roots(fs::read(&file).unwrap()).unwrap();
    for host in ["game.example", "localhost", "127.0.0.1", "::1"] {
        agreed(&trust, host, made.tls().unwrap());
    }
    let mut client = trust.tls("other.example", 6924).unwrap();
    assert!(talk(&mut client, &mut made.tls().unwrap(), usize::MAX).is_err());

    fs::write(&file, "broken").unwrap();
    let error = Identity::stored_in(&folder, ["game.example"]).unwrap_err();
    assert!(matches!(error, TlsError::Identity(_)), "{error:?}");
    assert_eq!(
        fs::read(&file).unwrap(),
        b"broken",
        "what is there is never replaced"
    );
    let error = Identity::stored_in("/dev/null/x", ["h"]).unwrap_err();
    assert!(matches!(error, TlsError::File { .. }), "{error:?}");
}

#[test]
fn a_reload_leaves_open_connections_alone_and_changes_nothing_if_it_fails() {
    let folder = tempfile::tempdir().unwrap();
    let [chain, key] = ["chain.pem", "key.pem"].map(|name| folder.path().join(name));
    let [old, new] = [(); 2].map(|()| Made::alone(&["game.example"]));
    fs::write(&chain, old.pem()).unwrap();
    fs::write(&key, old.key_pem()).unwrap();
    let identity = Identity::from_files(&chain, &key).unwrap();
    let clone = identity.clone();

    let trust = Trust::pinned([old.fingerprint()]);
    let server = identity.tls().unwrap();
    let (mut client, mut server) = agreed(&trust, "game.example", server);

    fs::write(&chain, new.pem()).unwrap();
    let error = identity.reload().unwrap_err();
    assert!(
        matches!(error, TlsError::Identity(_)),
        "the key is another's: {error:?}"
    );
    assert_eq!(identity.fingerprint(), old.fingerprint());
    fs::write(&key, new.key_pem()).unwrap();
    identity.reload().unwrap();
    assert_eq!(clone.fingerprint(), new.fingerprint());

    client.send(b"still here").unwrap();
    let heard = talk(&mut client, &mut server, usize::MAX).unwrap();
    assert_eq!(heard.server, b"still here");
    let trust = Trust::pinned([new.fingerprint()]);
    agreed(&trust, "game.example", clone.tls().unwrap());
}

#[test]
fn certificate_and_key_have_to_belong_together() {
    let (one, other) = (Made::alone(&[]), Made::alone(&[]));
    for (chain, key) in [
        (one.pem(), other.key_pem()),
        (one.pem(), String::new()),
        (String::new(), one.key_pem()),
        (one.key_pem(), one.pem()),
    ] {
        let error = Identity::from_pem(chain, key).unwrap_err();
        assert!(matches!(error, TlsError::Identity(_)), "{error:?}");
    }
    let both = one.pem() + &one.key_pem();
    assert_eq!(
        Identity::from_pem(&both, &both).unwrap().fingerprint(),
        one.fingerprint()
    );
}
