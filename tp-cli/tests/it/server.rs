//! `tp` against servers: the demo game, and what is none.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Output;

use tp_frames::{Header, Packet as _, game};

use crate::serving::{Serve, text, tp};

#[track_caller]
fn assert_fails(output: &Output, wanted: &str) {
    let stderr = text(&output.stderr);
    assert!(
        stderr.starts_with("error: ") && stderr.contains(wanted),
        "{stderr}"
    );
    assert_eq!(
        (stderr.lines().count(), text(&output.stdout).as_str()),
        (1, "")
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_demo_draws_a_universe_and_says_what_to_try_next() {
    for arguments in [&[][..], &["demo"]] {
        let output = tp(arguments);
        let shown = text(&output.stdout);
        assert_eq!(
            (text(&output.stderr).as_str(), output.status.code()),
            ("", Some(0))
        );
        assert!(
            shown.starts_with("tp://127.0.0.1:") && shown.contains(" speaks TP04 "),
            "{shown}"
        );
        assert!(
            shown.contains("\nlogged in as guest; features: KeepAlive"),
            "{shown}"
        );
        for kind in ["Universe ", "Galaxy ", "Star system ", "Planet "] {
            let row = shown.lines().find(|line| line.contains(kind)).unwrap();
            assert!(
                row.contains('(') && row.ends_with(')'),
                "{row} has no position"
            );
        }
        assert!(
            shown.contains("\n├─ ") && shown.contains("\n│  └─ "),
            "{shown}"
        );
        assert!(
            shown.contains("\n  tp decode ") && shown.contains("README.md"),
            "{shown}"
        );
    }
}

#[test]
fn both_versions_show_the_same_universe_and_seeds_differ() {
    let (one, other) = (Serve::start(&[]), Serve::start(&["--seed", "2"]));
    let (head, tree) = one.universe("auto");
    assert!(
        head.starts_with(&format!("tp://{} speaks TP04 ", one.address)),
        "{head}"
    );
    assert_eq!(one.universe("tp04"), (head, tree.clone()));
    let (head, old) = one.universe("tp03");
    assert!(head.contains(" speaks TP03 "), "{head}");
    assert_eq!(old, tree);
    assert_ne!(other.universe("auto").1, tree);
}

#[test]
fn a_wrong_password_is_told() {
    let serve = Serve::start(&[]);
    let address = serve.address.to_string();
    let output = tp(&["universe", &address, "--user", "guest", "--password", "no"]);
    assert_fails(
        &output,
        &format!("{address} does not log in guest: refused: "),
    );
    assert!(text(&output.stderr).ends_with("; check --user and --password\n"));
}

#[test]
fn what_serve_says_to_try_works() {
    let serve = Serve::start(&[]);
    let line = serve.told("try: tp ").unwrap();
    let output = tp(&line.split(' ').collect::<Vec<_>>());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn a_taken_port_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let output = tp(&["serve", "--port", &address.port().to_string()]);
    assert_fails(&output, "the demo game does not start: ");
    assert_fails(&output, &address.to_string());
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_serve_in_good_order() {
    let mut serve = Serve::start(&[]);
    serve.signal("-INT");
    let mut rest = String::new();
    serve.stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(
        (serve.child.wait().unwrap().code(), rest.as_str()),
        (Some(0), "")
    );
}

#[test]
fn what_a_server_says_cannot_disturb_the_terminal() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..2 {
                let (mut stream, _) = listener.accept().unwrap();
                let mut header = [0; Header::SIZE];
                stream.read_exact(&mut header).unwrap();
                let asked = Header::from_bytes(&header).unwrap();
                // Code 5 and a text, in either version.
                let body = b"\0\0\0\x05\0\0\0\x08\x1b[2Jno\r\n";
                let length = u32::try_from(body.len()).unwrap();
                let fail = Header {
                    r#type: game::Fail::TYPE,
                    length,
                    ..asked
                };
                stream
                    .write_all(&[&fail.to_bytes()[..], body].concat())
                    .unwrap();
                // Until the client hangs up.
                let _ = stream.read_to_end(&mut Vec::new());
            }
        });
        let output = tp(&[
            "universe",
            &address,
            "--user",
            "guest",
            "--password",
            "guest",
        ]);
        assert_fails(
            &output,
            &format!("error: tp://{address}: refused: \\u{{1b}}[2Jno\\r\\n"),
        );
    });
}

#[test]
fn what_is_no_server_is_told() {
    let login = ["--user", "guest", "--password", "guest"];
    let at = |address: &str| tp(&[&["universe", address][..], &login].concat());

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // One connection for each version of the protocol.
            for _ in 0..2 {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 64]);
                stream
                    .write_all(b"HTTP/1.1 400 \x1b[2JBad Request\r\n\r\n")
                    .unwrap();
            }
        });
        let wanted = "does not speak Thousand Parsec; it sent: \"HTTP/1.1 400 \\u{1b}[2JBad";
        assert_fails(&at(&address), wanted);
    });
    drop(listener);
    assert_fails(&at(&address), &format!("no connection to tp://{address}: "));

    assert_fails(
        &at("gopher://here"),
        "no such scheme: \"gopher\"; there are tp, tps",
    );
    assert_fails(&at("here:port"), "\"port\" is no port");
}
