//! What both sides say to each other.

use rustls::HandshakeKind;
use rustls::version::{TLS12, TLS13};

use super::*;

const BOTH: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];

#[test]
fn both_versions_carry_bytes_both_ways_in_pieces_of_any_size() {
    let made = Made::alone(&["game.example"]);
    for version in BOTH {
        let config = server_config(&made, version);
        for step in [1, 7, 1000, usize::MAX] {
            let trust = Trust::pinned([made.fingerprint()]);
            let mut client = trust.tls("game.example", 6924).unwrap();
            let mut server = server_of(&config);
            assert_eq!(client.send(b"too early").unwrap(), 0);
            assert_eq!(
                talk(&mut client, &mut server, step).unwrap(),
                Heard::default()
            );
            assert_eq!(
                client.connection().protocol_version(),
                Some(version.version)
            );

            assert_eq!(client.send(b"question").unwrap(), 8);
            assert_eq!(server.send(b"answer").unwrap(), 6);
            let heard = talk(&mut client, &mut server, step).unwrap();
            assert_eq!(
                (&*heard.server, &*heard.client),
                (&b"question"[..], &b"answer"[..])
            );

            assert!(!client.is_ended());
            server.close();
            talk(&mut client, &mut server, step).unwrap();
            assert!(client.is_ended() && !server.is_ended());
        }
    }
}

#[test]
fn much_is_sent_in_bounded_pieces() {
    let made = Made::alone(&["game.example"]);
    let trust = Trust::pinned([made.fingerprint()]);
    let server = made.identity().tls().unwrap();
    let (mut client, mut server) = agreed(&trust, "game.example", server);
    let much = vec![7; 1 << 20];
    let mut sent = 0;
    let mut heard = 0;
    while sent < much.len() {
        let mut at_once = 0;
        loop {
            let count = client.send(&much[sent..]).unwrap();
            if count == 0 {
                break;
            }
            sent += count;
            at_once += count;
        }
        assert!((1..=80 << 10).contains(&at_once), "{at_once}");
        assert!(client.output().len() <= 80 << 10);
        heard += talk(&mut client, &mut server, usize::MAX)
            .unwrap()
            .server
            .len();
    }
    assert_eq!(heard, much.len());
}

#[test]
fn the_second_connection_takes_the_session_up_again() {
    let made = Made::alone(&["game.example"]);
    let [old, new] = BOTH.map(|version| server_config(&made, version));
    for config in [old, new] {
        let kind = |trust: &Trust, port| {
            let mut client = trust.tls("game.example", port).unwrap();
            let mut server = server_of(&config);
            talk(&mut client, &mut server, usize::MAX).unwrap();
            let kind = client.connection().handshake_kind();
            assert_eq!(server.connection().handshake_kind(), kind);
            kind.unwrap()
        };
        let trust = Trust::pinned([made.fingerprint()]);
        assert_eq!(kind(&trust, 6924), HandshakeKind::Full);
        assert_eq!(kind(&trust.clone(), 6924), HandshakeKind::Resumed);
        assert_eq!(kind(&trust, 6924), HandshakeKind::Resumed);
        // Who trusts otherwise, or asks elsewhere, begins anew.
        assert_eq!(kind(&trust, 6926), HandshakeKind::Full);
        let other = Trust::pinned([made.fingerprint()]);
        assert_eq!(kind(&other, 6924), HandshakeKind::Full);
    }
}

#[test]
fn our_server_says_nothing_after_its_part_of_the_handshake() {
    let made = Made::alone(&["game.example"]);
    let trust = Trust::pinned([made.fingerprint()]);
    let mut client = trust.tls("game.example", 6924).unwrap();
    let mut server = made.identity().tls().unwrap();
    loop {
        let said = some(&mut client, usize::MAX);
        server.receive(&said, &mut Vec::new()).unwrap();
        if server.is_ready() {
            break;
        }
        let said = some(&mut server, usize::MAX);
        client.receive(&said, &mut Vec::new()).unwrap();
    }
    assert_eq!(
        client.connection().protocol_version(),
        Some(TLS13.version),
        "where tickets would come behind the handshake"
    );
    assert_eq!(server.output(), b"");
}

#[test]
fn the_server_is_told_which_host_is_meant_if_that_is_a_name() {
    let made = Made::alone(&[]);
    let trust = Trust::dangerously_anyone();
    for (host, told) in [
        ("Game.example.", Some("game.example")),
        ("127.0.0.1", None),
        ("fe80::1%eth0", None),
    ] {
        let (_, server) = agreed(&trust, host, made.identity().tls().unwrap());
        let rustls::Connection::Server(server) = server.connection() else {
            panic!("it is a server")
        };
        assert_eq!(server.server_name(), told);
    }
}

#[test]
fn the_server_hears_that_it_is_not_trusted() {
    let made = Made::alone(&["game.example"]);
    let trust = Trust::pinned([Made::alone(&[]).fingerprint()]);
    let mut client = trust.tls("game.example", 6924).unwrap();
    let mut server = made.identity().tls().unwrap();
    let Err(Failed::Client(TlsError::Untrusted(_))) = talk(&mut client, &mut server, usize::MAX)
    else {
        panic!("a stranger is trusted")
    };
    let error = talk(&mut client, &mut server, usize::MAX).unwrap_err();
    let Failed::Server(error @ TlsError::Alert(_)) = error else {
        panic!("{error:?}")
    };
    assert_eq!(
        error.to_string(),
        "the peer ends TLS: it does not trust the certificate"
    );
}

#[test]
fn who_speaks_no_tls_is_told_from_who_is_not_trusted() {
    let trust = Trust::dangerously_anyone();
    let header = "TP04\0\0\0\x01\0\0\0\x19\0\0\0\0";
    // A NUL at the end is no part of a text.
    let shown_header = "TP04\\0\\0\\0\\u{1}\\0\\0\\0\\u{19}\\0\\0\\0";
    let full = "The server is full, \u{fc}nfortunately.";
    for (said, shown, is_text) in [
        (header.to_owned(), shown_header.to_owned(), false),
        (
            "HTTP/1.1 400 Bad Request\r\n\r\n".to_owned(),
            "HTTP/1.1 400 Bad Request".to_owned(),
            true,
        ),
        (format!("{full}\n"), full.to_owned(), true),
        (format!("\r\n{full}"), full.to_owned(), true),
        ("\x1b[2J\n".to_owned(), "\\u{1b}[2J".to_owned(), false),
        ("say \"hi\"\n".to_owned(), "say \"hi\"".to_owned(), true),
    ] {
        // A line comes whole, in however many pieces.
        for piece in [said.len(), 1, 7] {
            if !is_text && piece < said.len() {
                continue;
            }
            let client = trust.tls("h", 6923).unwrap();
            let server = Made::alone(&[]).identity().tls().unwrap();
            for mut side in [client.with("the server h:6923".to_owned()), server] {
                let mut pieces = said.as_bytes().chunks(piece);
                let ended = pieces
                    .find_map(|piece| side.receive(piece, &mut Vec::new()).err())
                    .unwrap_or_else(|| side.end_of_input().unwrap_err());
                let error = tls(ended);
                let TlsError::NotTls { text, .. } = &error else {
                    panic!("{error:?}")
                };
                assert_eq!(*text, shown, "{said:?} by {piece}");
                let quoted = shown.replace('"', "\\\"");
                let told = format!(
                    "{} does not speak TLS; it sent \"{quoted}\"; is",
                    side.peer()
                );
                assert!(error.to_string().starts_with(&told), "{error}");
            }
        }
    }
}
