//! Who a server is.

use std::fs;
use std::sync::Barrier;
use std::thread;

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
    assert_private(&file);
    assert_private(&folder);
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
fn servers_that_start_together_are_one_server() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let barrier = Barrier::new(4);
        let start = || {
            barrier.wait();
            let made = Identity::stored_in(folder.path(), ["game.example"]);
            made.unwrap().fingerprint()
        };
        let fingerprints: Vec<_> = thread::scope(|scope| {
            let servers = [(); 4].map(|()| scope.spawn(start));
            servers.map(|it| it.join().unwrap()).into()
        });
        assert!(fingerprints.iter().all(|it| *it == fingerprints[0]));
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 1, "no draft is left");
    }
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
    for (chain, key, told) in [
        (
            one.key_pem(),
            one.key_pem(),
            "there is a key and no certificate",
        ),
        (one.pem(), one.pem(), "there is a certificate and no key"),
        (
            String::new(),
            one.key_pem(),
            "there is no certificate in PEM",
        ),
        (one.pem(), String::new(), "there is no key in PEM"),
        // As openssl genpkey and openssl genrsa write them.
        (
            one.pem(),
            unreadable("ENCRYPTED PRIVATE KEY", ""),
            "openssl pkey",
        ),
        (
            one.pem(),
            unreadable(
                "RSA PRIVATE KEY",
                "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00FF\n\n",
            ),
            "openssl pkey",
        ),
        (
            one.pem(),
            unreadable("PRIVATE KEY", "-\n"),
            "cannot be read: ",
        ),
    ] {
        let error = Identity::from_pem(chain, key).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
    let both = one.pem() + &one.key_pem();
    assert_eq!(
        Identity::from_pem(&both, &both).unwrap().fingerprint(),
        one.fingerprint()
    );
}

/// What a key is in PEM that nobody can read here.
fn unreadable(label: &str, headers: &str) -> String {
    format!("-----BEGIN {label}-----\n{headers}AAAA\n-----END {label}-----\n")
}

#[test]
fn a_byte_order_mark_hides_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let made = Made::alone(&["game.example"]);
    let [chain, key] =
        [("chain.pem", made.pem()), ("key.pem", made.key_pem())].map(|(name, pem)| {
            let file = folder.path().join(name);
            fs::write(&file, format!("\u{feff}{pem}")).unwrap();
            file
        });
    let identity = Identity::from_files(&chain, &key).unwrap();
    assert_eq!(identity.fingerprint(), made.fingerprint());
    agreed(
        &Trust::roots_file(&chain).unwrap(),
        "game.example",
        identity.tls().unwrap(),
    );
    let two = format!("\u{feff}{}{}", made.pem(), Made::alone(&["h"]).pem());
    agreed(
        &Trust::roots(two).unwrap(),
        "game.example",
        identity.tls().unwrap(),
    );
}

#[test]
fn what_is_wrong_with_a_file_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        file
    };
    let (one, other) = (Made::alone(&[]), Made::alone(&[]));
    let chain = file("chain.pem", &one.pem());
    let key = file("key.pem", &other.key_pem());
    let empty = file("empty.pem", "");
    let broken = file("broken.pem", &unreadable("CERTIFICATE", "-\n"));
    for (error, named) in [
        (Identity::from_files(&empty, &key).unwrap_err(), &empty),
        (Identity::from_files(&broken, &key).unwrap_err(), &broken),
        (Identity::from_files(&chain, &empty).unwrap_err(), &empty),
        (Identity::from_files(&chain, &chain).unwrap_err(), &chain),
        (Identity::from_files(&chain, &key).unwrap_err(), &chain),
        (Trust::roots_file(&empty).unwrap_err(), &empty),
        (Trust::roots_file(&broken).unwrap_err(), &broken),
        (Trust::roots_file(&key).unwrap_err(), &key),
        (
            Trust::roots_file(folder.path().join("none")).unwrap_err(),
            &folder.path().join("none"),
        ),
    ] {
        let shown = error.to_string();
        assert!(shown.contains(&format!("{}: ", named.display())), "{shown}");
    }
}

#[test]
#[cfg(unix)]
fn a_file_without_end_is_not_read_for_ever() {
    let zero = "/dev/zero";
    for error in [
        Identity::from_files(zero, zero).unwrap_err(),
        Trust::roots_file(zero).unwrap_err(),
    ] {
        let shown = error.to_string();
        assert_eq!(shown, "/dev/zero: this is too long for a file of PEM");
    }
}

#[test]
fn a_certificate_has_no_zone_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let made = Identity::stored_in(folder.path(), ["fe80::1%eth0"]).unwrap();
    let pem = fs::read(folder.path().join("tls-identity.pem")).unwrap();
    agreed(
        &Trust::roots(pem).unwrap(),
        "fe80::1%eth1",
        made.tls().unwrap(),
    );
}
