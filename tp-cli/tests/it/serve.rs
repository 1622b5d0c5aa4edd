//! `tp serve`: what its one port takes, and who it says it is.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use tempfile::TempDir;
use tp_net::admin::BlockingClient;
use tp_net::transport::tls::{Identity, Trust};
use tp_net::{Error, Event, Options};

use crate::program::{Run, Serve, command, tp};

/// A certificate and its key, in one file, and its fingerprint.
fn pem() -> (TempDir, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::stored_in(folder.path(), ["game.example"]).unwrap();
    let file = folder.path().join("tls-identity.pem");
    let fingerprint = identity.fingerprint().to_string();
    (folder, file.to_str().unwrap().to_owned(), fingerprint)
}

/// What `tp objects` makes of it, over this scheme.
fn universe(serve: &Serve, scheme: &str, arguments: &[&str]) -> Run {
    let url = format!("{scheme}://guest:guest@{}", serve.address);
    tp(&[&["objects", &url], arguments].concat())
}

fn fingerprint(serve: &Serve) -> &str {
    let encrypted = serve.told("encrypted: ").unwrap();
    encrypted.rsplit(' ').next().unwrap()
}

#[test]
fn one_port_takes_every_url() {
    let serve = Serve::start(&[]);
    let pinned = ["--fingerprint", fingerprint(&serve)];
    for (scheme, arguments) in [
        ("tp", &[][..]),
        ("tp+http", &[]),
        ("tps", &pinned),
        ("tp+https", &pinned),
    ] {
        let shown = universe(&serve, scheme, arguments).fine();
        assert!(shown.contains("Galaxy "), "{shown}");
    }
    let line = serve.told("encrypted: tp ").unwrap();
    tp(&line.split(' ').collect::<Vec<_>>()).fine();
}

#[test]
fn proxies_of_the_environment_are_used() {
    let serve = Serve::start(&[]);
    let url = format!("tp+http://guest:guest@{}", serve.address);
    // Nobody listens there.
    let dead = TcpListener::bind("127.0.0.1:0").map(|it| it.local_addr());
    let dead = dead.unwrap().unwrap().to_string();
    let proxy = format!("http://ada:s3cret@{dead}");
    let universe = |no_proxy: &str| {
        let mut universe = command(&["objects", &url]);
        let universe = universe.env("http_proxy", &proxy).env("no_proxy", no_proxy);
        Run::from(universe.output().unwrap())
    };
    let told = universe("").complaint(1);
    assert!(
        told.contains(&format!("no connection to the proxy {dead}: ")),
        "{told}"
    );
    assert!(!told.contains("s3cret"), "{told}");
    universe("127.0.0.0/8").fine();
}

#[test]
fn a_browser_gets_a_page_where_it_is_told() {
    let serve = Serve::start(&["--name", "Deep <Space>"]);
    let url = format!("http://{}/", serve.address);
    assert_eq!(serve.told("in a browser: "), Some(url.as_str()));
    let mut socket = TcpStream::connect(serve.address).unwrap();
    let request = format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", serve.address);
    socket.write_all(request.as_bytes()).unwrap();
    let mut page = String::new();
    socket.read_to_string(&mut page).unwrap();
    assert!(
        page.contains(&format!(">tps://{}<", serve.address)),
        "{page}"
    );
    assert!(page.contains("<h1>Deep &lt;Space&gt;</h1>"), "{page}");
}

#[test]
fn the_certificate_is_made_once() {
    let state = tempfile::tempdir().unwrap();
    let first = Serve::start_in(state.path(), &[]);
    let again = Serve::start_in(state.path(), &[]);
    assert_eq!(fingerprint(&first), fingerprint(&again));
    assert!(state.path().join("tp/tls-identity.pem").is_file());
    let other = Serve::start(&[]);
    assert_ne!(fingerprint(&other), fingerprint(&first));
}

#[test]
fn a_given_certificate_is_shown() {
    let (_folder, file, expected) = pem();
    let serve = Serve::start(&["--cert", &file, "--key", &file]);
    assert_eq!(fingerprint(&serve), expected);
}

#[cfg(unix)]
#[test]
fn at_a_hangup_the_certificate_is_read_again() {
    let (_folder, file, before) = pem();
    let (_other, replacement, after) = pem();
    let mut serve = Serve::start(&["--cert", &file, "--key", &file]);
    std::fs::write(&file, "nothing").unwrap();
    serve.program.signal("-HUP");
    let told = serve.program.complaint("the certificate");
    assert!(
        told.starts_with("the certificate stays as it was: "),
        "{told}"
    );
    universe(&serve, "tps", &["--fingerprint", &before]).fine();

    std::fs::copy(&replacement, &file).unwrap();
    serve.program.signal("-HUP");
    assert_eq!(
        serve.program.complaint("the certificate"),
        format!("the certificate's fingerprint is now {after}\n")
    );
    universe(&serve, "tps", &["--fingerprint", &after]).fine();
    universe(&serve, "tps", &["--fingerprint", &before]).complaint(1);
}

#[test]
fn without_tls_there_is_none() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start_in(state.path(), &["--no-tls"]);
    assert_eq!(serve.told("encrypted: "), None);
    assert!(state.path().read_dir().unwrap().next().is_none());
    let told = universe(&serve, "tps", &["--accept-any-certificate"]).complaint(1);
    assert!(told.contains("the peer ends TLS"), "{told}");
}

#[test]
fn what_makes_no_sense_is_told() {
    let (_folder, file, _) = pem();
    for (arguments, wanted) in [
        (&["--cert", &file][..], "--key <FILE>"),
        (
            &["--cert", &file, "--key", &file, "--no-tls"],
            "cannot be used with",
        ),
        (
            &["--cert", "/no/such/file", "--key", &file],
            "/no/such/file: ",
        ),
        (
            &["--cert", "/no/such/file", "--key", &file],
            "--no-tls does without",
        ),
    ] {
        println!("{arguments:?}");
        let told = tp(&[&["serve", "--port", "0"], arguments].concat()).complaint(2);
        assert!(told.contains(wanted), "{told}");
    }
}

/// The words of the greeting about the administration: its address, and where the password is.
fn administration(serve: &Serve) -> (&str, &str) {
    let told = serve.told("administration on ").unwrap();
    let (address, file) = told
        .split_once(": as admin, with the password in ")
        .unwrap();
    (address, file)
}

/// Runs the command of this name.
fn run(client: &mut BlockingClient, name: &str, values: &[&str]) -> String {
    let ids: Vec<u32> = client
        .command_ids()
        .unwrap()
        .iter()
        .map(|it| it.id)
        .collect();
    let descs = client.command_descs(ids).unwrap().into_iter();
    let mut descs = descs.map(Result::unwrap);
    let id = descs.find(|it| it.name == name).unwrap().id;
    let values: Vec<_> = values.iter().map(|it| (*it).into()).collect();
    client.command(id, values).unwrap().output.to_string()
}

#[test]
fn an_administrator_runs_commands_and_reads_the_log() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start_in(state.path(), &["--admin", "127.0.0.1:0"]);
    let (address, file) = administration(&serve);
    assert_eq!(
        file,
        state.path().join("tp/admin-password").to_str().unwrap()
    );
    let password = std::fs::read_to_string(file).unwrap();
    let password = password.trim();
    assert_eq!(password.len(), 32);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    let mut client = BlockingClient::connect(address, Options::default()).unwrap();
    let refused = client.login("admin", "guess").unwrap_err();
    assert!(matches!(refused, Error::Refused(_)), "{refused}");
    client.login("admin", password).unwrap();
    assert_eq!(
        run(&mut client, "set-log-level", &["debug"]),
        "the log level is debug"
    );
    let added = run(&mut client, "account-add", &["eve", "s3cret"]);
    assert_eq!(added, "account 4 is made");
    universe(&serve, "tp", &[]).fine();
    assert_eq!(run(&mut client, "turn-end", &[]), "turn 2 begins");
    let events = std::iter::from_fn(|| client.next_event(Duration::ZERO).unwrap());
    let lines: Vec<String> = events
        .map(|event| match event {
            Event::Log(line) => format!("{} {}", line.level, line.message),
            other => panic!("{other:?}"),
        })
        .collect();
    let has = |words: &[&str]| {
        let line = |line: &&String| words.iter().all(|word| line.contains(word));
        assert!(
            lines.iter().find(line).is_some(),
            "no {words:?} in {lines:#?}"
        );
    };
    has(&[
        "info a command is run command=account-add",
        "(connection id=1 address=127.0.0.1:",
    ]);
    has(&["info logged in username=guest"]);
    has(&["debug accepted (connection id="]);
    has(&["info the turn ends turn=1"]);
    for line in &lines {
        assert!(
            !line.contains("s3cret") && !line.contains(password),
            "{line}"
        );
    }
    drop(serve);

    // The same password the next time.
    let serve = Serve::start_in(state.path(), &["--admin", "127.0.0.1:0"]);
    let mut client = BlockingClient::connect(administration(&serve).0, Options::default()).unwrap();
    client.login("admin", password).unwrap();
    assert!(run(&mut client, "status", &[]).contains("turn 1"));
}

#[test]
fn an_administrator_elsewhere_comes_through_tls() {
    let state = tempfile::tempdir().unwrap();
    let file = state.path().join("password");
    std::fs::write(&file, "s3cret\n").unwrap();
    let file = file.to_str().unwrap();
    let options = [
        "--admin",
        "0.0.0.0:0",
        "--admin-user",
        "ada",
        "--admin-password-file",
        file,
    ];
    let told = |serve: &Serve| {
        let told = serve.told("administration on 0.0.0.0:").unwrap();
        let (port, rest) = told.split_once(": as ").unwrap();
        assert_eq!(rest, format!("ada, with the password in {file}"));
        format!("127.0.0.1:{port}")
    };
    let serve = Serve::start(&options);
    let place = told(&serve);
    let plain = BlockingClient::connect(place.as_str(), Options::default()).unwrap_err();
    assert!(plain.to_string().contains("tps://"), "{plain}");
    let trust = Trust::pinned([fingerprint(&serve).parse().unwrap()]);
    let url = format!("tps://{place}");
    let mut client = BlockingClient::connect(url, Options::default().trust(trust)).unwrap();
    client.login("ada", "s3cret").unwrap();

    let serve = Serve::start(&[&options[..], &["--admin-unencrypted", "--no-tls"]].concat());
    let mut client = BlockingClient::connect(told(&serve), Options::default()).unwrap();
    client.login("ada", "s3cret").unwrap();
}

#[test]
fn no_administrator_is_let_in_carelessly() {
    let state = tempfile::tempdir().unwrap();
    let empty = state.path().join("empty");
    std::fs::write(&empty, " \n").unwrap();
    let empty = empty.to_str().unwrap();
    for (arguments, code, wanted) in [
        (
            &["--admin", "0.0.0.0:0", "--no-tls"][..],
            2,
            "--admin-unencrypted does without",
        ),
        (&["--admin-user", "ada"], 2, "--admin"),
        (&["--admin", "nowhere"], 2, "invalid"),
        (
            &["--admin", "127.0.0.1:0", "--admin-password-file", empty],
            2,
            "the file is empty",
        ),
        (
            &[
                "--admin",
                "127.0.0.1:0",
                "--admin-password-file",
                "/no/such/file",
            ],
            2,
            "the password in /no/such/file: ",
        ),
    ] {
        println!("{arguments:?}");
        let told = tp(&[&["serve", "--port", "0"], arguments].concat()).complaint(code);
        assert!(told.contains(wanted), "{told}");
    }
}

#[test]
fn the_log_tells_who_came_and_who_was_refused() {
    let mut serve = Serve::start(&[]);
    let url = |password: &str| format!("tp://guest:{password}@{}", serve.address);
    let (right, wrong) = (url("guest"), url("s3cret"));
    tp(&["objects", &right]).fine();
    tp(&["objects", &wrong]).complaint(1);
    for words in ["logged in", "login refused"] {
        let line = serve.program.complaint(words);
        for part in ["address=127.0.0.1:", "username=guest"] {
            assert!(line.contains(part), "{line}");
        }
        assert!(!line.contains("s3cret"), "{line}");
    }

    let mut serve = Serve::start(&["--verbose"]);
    universe(&serve, "tp", &[]).fine();
    for words in ["accepted", "logged in", "ended"] {
        serve.program.complaint(words);
    }
}
