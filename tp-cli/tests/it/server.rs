//! `tp` against servers: the demo game, and what is none.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use tp_frames::{Header, Packet as _, game};

use crate::program::{Run, Serve, tp};

/// Tells one error, with these words.
#[track_caller]
fn assert_fails(run: Run, wanted: &str) {
    let told = run.complaint(1);
    assert!(
        told.starts_with("error: ") && told.contains(wanted) && told.lines().count() == 1,
        "{told}"
    );
}

#[test]
fn the_demo_draws_a_universe_and_says_what_to_try_next() {
    for arguments in [&[][..], &["demo"]] {
        let shown = tp(arguments).fine();
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

/// What `tp universe` shows of it: the line about the server, and the tree.
fn universe(serve: &Serve, version: &str) -> (String, String) {
    let url = format!("tp://guest:guest@{}", serve.address);
    let shown = tp(&["universe", &url, "--version", version]).fine();
    let (head, tree) = shown.split_once("\n\n").unwrap();
    (head.lines().next().unwrap().to_owned(), tree.to_owned())
}

#[test]
fn both_versions_show_the_same_universe_and_seeds_differ() {
    let (one, other) = (Serve::start(&[]), Serve::start(&["--seed", "2"]));
    let (head, tree) = universe(&one, "auto");
    assert!(
        head.starts_with(&format!("tp://{} speaks TP04 ", one.address)),
        "{head}"
    );
    assert_eq!(universe(&one, "tp04"), (head, tree.clone()));
    let (head, old) = universe(&one, "tp03");
    assert!(head.contains(" speaks TP03 "), "{head}");
    assert_eq!(old, tree);
    assert_ne!(universe(&other, "auto").1, tree);
}

#[test]
fn a_wrong_password_is_told() {
    let serve = Serve::start(&[]);
    let address = serve.address.to_string();
    let run = tp(&["universe", &address, "--user", "guest", "--password", "no"]);
    assert!(run.stderr.ends_with("; check --user and --password\n"));
    assert_fails(run, &format!("{address} does not log in guest: refused: "));
}

#[test]
fn what_serve_says_to_try_works() {
    let serve = Serve::start(&[]);
    let line = serve.told("try: tp ").unwrap();
    tp(&line.split(' ').collect::<Vec<_>>()).fine();
}

#[test]
fn a_taken_port_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let run = tp(&["serve", "--port", &address.port().to_string()]);
    assert!(run.stderr.contains(&address.to_string()), "{run:?}");
    assert_fails(run, "the demo game does not start: ");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_serve_in_good_order() {
    let mut serve = Serve::start(&[]);
    assert_eq!(serve.program.interrupt(), Some(0));
    let rest = std::io::read_to_string(&mut serve.program.stdout).unwrap();
    assert_eq!(rest, "");
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
        assert_fails(
            tp(&["universe", &format!("tp://guest:guest@{address}")]),
            &format!("error: tp://{address}: refused: \\u{{1b}}[2Jno\\r\\n"),
        );
    });
}

#[test]
fn a_list_of_objects_without_end_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut header = [0; Header::SIZE];
            let mut id: u32 = 0;
            while stream.read_exact(&mut header).is_ok() {
                let asked = Header::from_bytes(&header).unwrap();
                let mut body = vec![0; asked.length as usize];
                stream.read_exact(&mut body).unwrap();
                let (r#type, body) = match asked.r#type {
                    // One id more, and a thousand are left.
                    game::GetObjectIDs::TYPE => {
                        id += 1;
                        let numbers = [5, 1000, 1, id, 0, 1, u32::MAX, u32::MAX];
                        let body = numbers.map(u32::to_be_bytes).concat();
                        (game::ObjectIDs::TYPE, body)
                    }
                    game::GetFeatures::TYPE => (game::Features::TYPE, vec![0; 4]),
                    _ => (game::Okay::TYPE, vec![0; 4]),
                };
                let length = u32::try_from(body.len()).unwrap();
                let header = Header {
                    r#type,
                    length,
                    ..asked
                };
                let answer = [&header.to_bytes()[..], &body].concat();
                stream.write_all(&answer).unwrap();
            }
        });
        assert_fails(
            tp(&["universe", &format!("tp://guest:guest@{address}")]),
            "does not tell: of 1000 ids in a list the server gave 1, and says that 1000 are left",
        );
    });
}

#[test]
fn what_is_no_server_is_told() {
    let login = ["--user", "guest", "--password", "guest"];
    let assert_fails_at = |address: &str, wanted: &str| {
        assert_fails(tp(&[&["universe", address][..], &login].concat()), wanted);
    };

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
        assert_fails_at(&address, wanted);
    });
    drop(listener);
    assert_fails_at(&address, &format!("no connection to tp://{address}: "));

    let wanted = "no such scheme: \"gopher\"; there are tp, tps";
    assert_fails_at("gopher://here", wanted);
    assert_fails_at("here:port", "\"port\" is no port");
}
