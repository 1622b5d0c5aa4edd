//! `tp` against servers: the demo game, and what is none.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use tp_frames::{Header, Packet as _, game};

use crate::program::{Run, Serve, command, tp};

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
fn the_tour_shows_a_game_from_all_sides_and_says_what_to_try_next() {
    for arguments in [&[][..], &["tour"]] {
        let shown = tp(arguments).fine();
        for scheme in ["tp", "tps", "tp+http"] {
            let url = format!("\n{scheme}://127.0.0.1:");
            assert!(shown.contains(&url), "{scheme}: {shown}");
        }
        for kind in ["Universe ", "Galaxy ", "Star system ", "Planet "] {
            let row = shown.lines().find(|line| line.contains(kind)).unwrap();
            assert!(
                row.contains('(') && row.ends_with(')'),
                "{row} has no position"
            );
        }
        for part in [
            "\n├─ ",
            "\n│  └─ ",
            "✶ star system",
            " moved from (",
            "\n  tp decode ",
            "README.md",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
    }
}

/// What `tp objects` shows of it.
fn objects(serve: &Serve, version: &str) -> String {
    let url = format!("tp://guest:guest@{}", serve.address);
    tp(&["objects", &url, "--protocol", version]).fine()
}

#[test]
fn both_versions_show_the_same_universe_and_seeds_differ() {
    let (one, other) = (Serve::start(&[]), Serve::start(&["--seed", "2"]));
    let tree = objects(&one, "auto");
    assert_eq!(objects(&one, "tp04"), tree);
    assert_eq!(objects(&one, "tp03"), tree);
    assert_ne!(objects(&other, "auto"), tree);
}

#[test]
fn a_wrong_password_is_told() {
    let serve = Serve::start(&[]);
    let address = serve.address.to_string();
    let run = tp(&["objects", &format!("guest:no@{address}")]);
    assert!(run.stderr.ends_with("; check the name and the password\n"));
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
fn ctrl_c_and_sigterm_end_serve_in_good_order() {
    for signal in ["-INT", "-TERM"] {
        let mut serve = Serve::start(&[]);
        assert_eq!(serve.program.ended_by(signal), Some(0), "{signal}");
        let rest = std::io::read_to_string(&mut serve.program.stdout).unwrap();
        assert_eq!(rest, "");
    }
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
            tp(&["objects", &format!("tp://guest:guest@{address}")]),
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
                    game::GetObjectDescIDs::TYPE => {
                        let none = [5, 0, 0, u32::MAX, u32::MAX].map(u32::to_be_bytes);
                        (game::ObjectDescIDs::TYPE, none.concat())
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
            tp(&["objects", &format!("tp://guest:guest@{address}")]),
            "does not tell: of 1000 ids in a list the server gave 1, and says that 1000 are left",
        );
    });
}

#[test]
fn what_is_no_server_is_told() {
    let assert_fails_at = |address: &str, wanted: &str| {
        assert_fails(tp(&["objects", &format!("guest:guest@{address}")]), wanted);
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
    let told = tp(&["objects", "gopher://guest:guest@here"]).complaint(2);
    assert!(told.contains(wanted), "{told}");
    let told = tp(&["objects", "guest:guest@here:port"]).complaint(2);
    assert!(told.contains("is no port"), "{told}");
}

#[test]
fn a_password_that_stands_in_the_wrong_place_is_not_told() {
    let with_name = ["--user", "u"];
    for (arguments, wanted) in [
        // A slash in it ends the host, wherever that was to be.
        (
            &["objects", "tp://ada:s3cret/x@localhost"][..],
            "written %2F",
        ),
        (&["objects", "tp://ada:12/s3cret@localhost"], "written %2F"),
        (&["objects", "ada:s3cret:x"], "is no IPv6 address"),
        // Not where a URL is looked for.
        (&["tps://ada:s3cret@h"], "'tps://…'"),
        (&["ada:s3cret@h"], "'…'"),
        (&["objects", "h", "tp://ada:s3cret@h"], "'tp://…'"),
        (&["objects", "h", "--user=u", "tp+http://ada:s3cret"], "'…'"),
        (
            &["objects", "--fingerprint", "tps://ada:s3cret@h"],
            "'tps://…' for '--fingerprint",
        ),
        (&["serve", "--port", "tps://ada:s3cret@h"], "'tps://…' for"),
        (&["serve", "--listen", "ada:s3cret@h"], "'…' for"),
        (
            &["find", "--metaserver", "http://ada:s3cret@h/"],
            "it has a user",
        ),
        (
            &["find", "--metaserver", "http://ada:s3cret/x@h/"],
            "a / stands before an @",
        ),
        (
            &[
                "serve",
                "--port=0",
                "--metaserver",
                "http://ada:12/s3cret@h/",
            ],
            "a / stands before an @",
        ),
    ] {
        let mut run = command(arguments);
        let told = Run::from(run.output().unwrap()).complaint(2);
        assert!(told.contains(wanted), "{arguments:?}: {told}");
        assert!(!told.contains("s3cret") && !told.contains("ada"), "{told}");
    }
    for (variable, url) in [
        ("http_proxy", "tp+http://h"),
        ("HTTPS_PROXY", "tp+https://h"),
        ("all_proxy", "tp+http://h"),
    ] {
        let mut run = command(&["objects", url]);
        let run = run.args(with_name).env_remove("no_proxy");
        let run = run.env(variable, "http://ada:s3cret/x@proxy.example:3128");
        let told = Run::from(run.output().unwrap()).complaint(1);
        let named = format!("{} cannot be used", variable.to_lowercase());
        assert!(told.contains(&named) && told.contains("%2F"), "{told}");
        assert!(!told.contains("s3cret") && !told.contains("ada"), "{told}");
    }
}

/// Takes connections, and hangs up once something came, until the test is over.
fn hanging_up() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let _ = client.unwrap().read(&mut [0; 1024]);
        }
    });
    address
}

#[test]
fn who_or_what_failed_is_told() {
    let gone = hanging_up();
    let with_name = ["--user", "u"];
    let told = |arguments: &[&str], proxy: &str| {
        let mut run = command(arguments);
        let run = run.env_remove("no_proxy").env("http_proxy", proxy);
        let told = Run::from(run.output().unwrap()).stderr;
        assert_eq!(told.lines().count(), 1, "{told}");
        told
    };
    let universe = |url: &str, proxy: &str| {
        let arguments = [&["objects", url], &with_name[..]].concat();
        told(&arguments, proxy)
    };
    for scheme in ["tp", "tp+http", "tps"] {
        let told = universe(&format!("{scheme}://nowhere.invalid:7"), "");
        let wanted = "the name of the server nowhere.invalid:7 cannot be looked up: ";
        assert!(told.contains(wanted), "{told}");
        assert!(!told.contains("is the server running"), "{told}");
    }
    let shown = universe("tp+http://game.example", "http://nowhere.invalid:8");
    let wanted = "the name of the proxy nowhere.invalid:8 cannot be looked up: ";
    assert!(shown.contains(wanted), "{shown}");

    let shown = universe("tp+http://game.example", &format!("http://{gone}"));
    let wanted = format!("the proxy {gone} ended the connection during the HTTP tunnel's set-up: ");
    assert!(shown.contains(&wanted), "{shown}");
    for (scheme, wanted) in [
        ("tp", "takes the connection and does not greet: "),
        (
            "tps",
            "the server GONE ended the connection during the TLS handshake: ",
        ),
    ] {
        let shown = universe(&format!("{scheme}://{gone}"), "");
        assert!(shown.contains(&wanted.replace("GONE", &gone)), "{shown}");
    }

    let find = ["find", "--timeout=0.1", "--metaserver=http://meta.example/"];
    let shown = told(&find, &format!("http://ada:s3cret@{gone}"));
    let wanted = format!(
        "the metaserver at http://meta.example/ cannot be reached through the proxy {gone}: "
    );
    assert!(shown.contains(&wanted), "{shown}");
    let shown = told(&find, &format!("http://ada:12/s3cret@{gone}"));
    let wanted = "the environment variable http_proxy cannot be used: a / stands before an @";
    assert!(shown.contains(wanted), "{shown}");
}
