//! Whatever stands in files of certificates and keys, and in the one of trust on first use: they are
//! read, or refused in one line. What was seen first is trusted from then on and nothing else is,
//! and what stood in the file stays.
//!
//! Input: a byte that says which file, and its text.
#![no_main]

use std::error::Error;
use std::fs;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;
use tp_net::transport::tls::{Fault, Fingerprint, Identity, Trust, fuzzing};

fuzz_target!(|input: &[u8]| {
    let [which, text @ ..] = input else {
        return;
    };
    match which % 4 {
        0 => {
            let trust = Trust::roots(text);
            if let Some(trust) = is_one_line(trust) {
                is_one_line(trust.layer("game.example", 6924)).expect("a name");
            }
        }
        1 => {
            if let Some(identity) = is_one_line(Identity::from_pem(text, text)) {
                let shown = identity.fingerprint().to_string();
                assert_eq!(shown.parse(), Ok(identity.fingerprint()));
                is_one_line(identity.layer()).expect("TLS can begin");
            }
        }
        2 => {
            let parsed = str::from_utf8(text).map(str::parse::<Fingerprint>);
            if let Ok(Ok(fingerprint)) = parsed {
                assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
            }
        }
        _ => meet(text),
    }
});

/// Meets servers, of which the file may know some.
fn meet(text: &[u8]) {
    static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));
    let file = FOLDER.path().join("servers.txt");
    fs::write(&file, text).expect("a file");
    // One that the file may name, and one that it does not.
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let named = str::from_utf8(line)
        .ok()
        .and_then(|line| line.split(':').next());
    for host in [named.unwrap_or_default(), "game.example"] {
        let server = (host, 6924);
        let (ours, other) = (Fingerprint::from([7; 32]), Fingerprint::from([8; 32]));
        let Ok(known) = fuzzing::meet(&file, server, ours, false) else {
            continue;
        };
        let before = fs::read(&file).expect("it is there");
        assert!(before.starts_with(text));
        let met = fuzzing::meet(&file, server, ours, true).expect("it is a host");
        let after = fs::read(&file).expect("it is there");
        assert!(after.starts_with(&before), "what stood there stays");
        match (is_one_line(known), is_one_line(met)) {
            (None, None) => assert_eq!(before, after, "a file that cannot be read"),
            (Some(Ok(())), Some(Ok(()))) => {
                let again = fuzzing::meet(&file, server, ours, true);
                assert!(matches!(again, Ok(Ok(Ok(())))));
                let changed = fuzzing::meet(&file, server, other, true);
                assert!(matches!(changed, Ok(Ok(Err(Fault::Changed { .. })))));
                assert_eq!(fs::read(&file).expect("it is there"), after);
            }
            (Some(Err(_)), Some(Err(_))) => assert_eq!(before, after, "another is known"),
            (known, met) => panic!("{known:?} and {met:?}"),
        }
    }
}

/// The result; the error, if it is one, is told in one line.
fn is_one_line<T, E: Error>(result: Result<T, E>) -> Option<T> {
    match result {
        Ok(it) => Some(it),
        Err(error) => {
            let shown = error.to_string();
            assert!(
                !shown.is_empty() && !shown.contains(char::is_control),
                "{shown:?}"
            );
            None
        }
    }
}
