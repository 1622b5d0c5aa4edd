//! `test-client`, as its users run it: against the demo game, and against what is no server.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use tp_game::Serving;
use tp_net::server::{Limits, Server};
use tp_net::transport::tls::Identity;
use tp_tests::report::{Report, Verdict};

/// A new demo game, and where it is.
fn game() -> (Serving, String) {
    let builder = Server::builder().limits(guessed_at());
    let builder = builder.listen("127.0.0.1:0");
    let game = tp_game::Game::new(1).serve_by(builder).unwrap();
    let address = game.local_addr().to_string();
    (game, address)
}

/// Passwords may be guessed as often as the program does.
fn guessed_at() -> Limits {
    Limits::default().login_delay(Duration::ZERO)
}

/// Runs the program.
fn run(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_test-client"));
    command.args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Tests a server, and reads the report.
fn reported(url: &str, more: &[&str]) -> (i32, Report) {
    let output = run(&[&[url, "--report", "json", "--jobs", "8"], more].concat());
    let report = serde_json::from_slice(&output.stdout);
    let report = report.unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)));
    (output.status.code().unwrap(), report)
}

/// The same with accounts of its own.
fn tested(url: &str, more: &[&str]) -> (i32, Report) {
    reported(url, &[&["--register"], more].concat())
}

/// Cases of one verdict, with what they say.
fn of(report: &Report, verdict: Verdict) -> Vec<String> {
    let outcomes = report.outcomes();
    outcomes
        .filter(|(_, outcome)| outcome.verdict == verdict)
        .map(|(case, outcome)| {
            let reason = outcome.reason.as_deref().unwrap_or_default();
            format!("{} {}: {reason}", case.id, outcome.column)
        })
        .collect()
}

/// Cases for servers that lack what the demo game has.
const OF_OTHERS: [&str; 4] = ["6.19", "20.12", "24.8", "25.18"];

/// Tests the demo game with everything that a server can have, as this URL says.
fn passes_every_case(scheme: &str) {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::stored_in(folder.path(), ["localhost"]).unwrap();
    let builder = Server::builder().limits(guessed_at()).tls(identity);
    let builder = builder.listen("127.0.0.1:0");
    let game = tp_game::Game::new(1).serve_by(builder).unwrap();
    let (status, report) = tested(&format!("{scheme}://{}", game.local_addr()), &[]);
    assert_eq!(of(&report, Verdict::Fail), [""; 0]);
    assert_eq!(of(&report, Verdict::Deviation), [""; 0]);
    assert_eq!(status, 0);
    assert_eq!(report.columns, ["TP03", "TP04"]);
    let skipped = report
        .outcomes()
        .filter(|(_, it)| it.verdict == Verdict::Skipped);
    let skipped: BTreeSet<&str> = skipped.map(|(case, _)| case.id.as_str()).collect();
    let encrypted = scheme.ends_with('s');
    let other = |id: &&str| {
        // Within TLS there are no tunnels to be tried, and no half of a connection to be ended.
        !(OF_OTHERS.contains(id) || encrypted && (id.starts_with("25.") || *id == "2.28"))
    };
    let more: Vec<_> = skipped.iter().copied().filter(other).collect();
    assert_eq!(more, [""; 0]);
    assert!(
        OF_OTHERS.iter().all(|id| skipped.contains(id)),
        "{skipped:?}"
    );
    assert!(
        report.counts().get(Verdict::Pass) > 900,
        "{}",
        report.counts()
    );
}

#[test]
fn a_server_can_be_tested_twice() {
    let (_game, address) = game();
    for _ in 0..2 {
        let (status, _) = tested(&address, &["--only", "1", "6", "22"]);
        assert_eq!(status, 0);
    }
}

#[test]
fn the_demo_game_passes_every_case_over_tcp() {
    passes_every_case("tp");
}

#[test]
fn the_demo_game_passes_every_case_over_tls() {
    passes_every_case("tps");
}

#[test]
fn the_demo_game_passes_every_case_in_a_tunnel() {
    passes_every_case("tp+http");
}

#[test]
fn the_demo_game_passes_every_case_in_a_tunnel_over_tls() {
    passes_every_case("tp+https");
}

#[test]
fn without_accounts_only_what_needs_none_is_tried() {
    let (_game, address) = game();
    let (status, report) = reported(&address, &["--version", "tp04"]);
    // That says little of a server.
    assert_eq!(status, 3);
    let (tried, all) = report.tried();
    let why = format!("{tried} of {all} cases were tried, fewer than half");
    assert!(
        report.incomplete.as_ref().unwrap().starts_with(&why),
        "{why}"
    );
    let (status, _) = reported(&address, &["--version", "tp04", "--allow-skipped"]);
    assert_eq!(status, 0);
    assert_eq!(report.columns, ["TP04"]);
    let counts = report.counts();
    let tried = counts.get(Verdict::Pass) > 100 && counts.get(Verdict::Skipped) > 100;
    assert!(tried, "{counts}");
    let told = of(&report, Verdict::Skipped);
    assert!(told.iter().all(|it| !it.ends_with(": ")), "{told:?}");
    assert_eq!(of(&report, Verdict::Fail), [""; 0]);
}

#[test]
fn only_what_was_asked_for_is_run_if_it_makes_sense() {
    let (_game, address) = game();
    let (_, report) = tested(&address, &["--only", "12.5", "1.3,2"]);
    let ids: BTreeSet<String> = report.outcomes().map(|(case, _)| case.id.clone()).collect();
    assert!(ids.contains("12.5.1") && ids.contains("1.3") && ids.contains("2.14"));
    assert!(!ids.contains("12.54.1") && !ids.contains("1.1") && !ids.contains("20.1"));
    for option in ["--only", "--except"] {
        let output = run(&[&address, option, "99"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("there is no case or group 99"));
    }
    let output = run(&["tp://ada:s3cret/x@host"]);
    assert_eq!(output.status.code(), Some(2));
    let complaint = text(&output.stderr);
    assert!(complaint.starts_with("test-client: the URL: "));
    assert!(!complaint.contains("s3cret"), "{complaint}");
    let output = run(&[&address, "--only", "12.5", "--except", "12"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--except leaves none"));
}

#[test]
fn an_account_that_cannot_log_in_is_told_at_once() {
    let (_game, address) = game();
    let output = run(&[&address, "--user", "guest", "--password", "wrong"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(
        said.contains("cannot log in") && said.contains("Fail with code 5"),
        "{said}"
    );
}

#[test]
fn no_password_is_in_a_report() {
    let game = tp_game::Game::builder().account("ada", "s3cretive").build();
    let serving = game.serve("127.0.0.1:0").unwrap();
    let address = serving.local_addr().to_string();
    let hex = tp_tests::to_hex(b"s3cretive");
    for format in ["text", "json", "junit", "html"] {
        let account = [&address[..], "--user", "ada", "--password", "s3cretive"];
        let args = ["--report", format, "--only", "6", "8", "20"];
        let report = text(&run(&[&account[..], &args].concat()).stdout);
        assert!(report.len() > 100, "{format}: {report}");
        assert!(
            !report.contains("s3cretive") && !report.contains(&hex),
            "{format}"
        );
    }
}

#[test]
fn known_deviations_count_only_when_they_are_gone() {
    let (_game, address) = game();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("known.toml");
    let name = file.to_str().unwrap();
    let expect = |case: &str, verdict: &str| {
        let of = format!("case = \"{case}\"\ncolumn = \"tp04\"\nverdict = \"{verdict}\"");
        std::fs::write(&file, format!("[[expect]]\n{of}\nreason = \"known\"\n")).unwrap();
    };
    expect("1.1", "pass");
    let (status, _) = tested(&address, &["--only", "1.1", "--expect", name]);
    assert_eq!(status, 0);
    expect("1.1", "fail");
    let (status, report) = tested(&address, &["--only", "1.1", "--expect", name]);
    assert_eq!(status, 1);
    let bad: Vec<_> = report
        .outcomes()
        .filter(|(_, outcome)| !outcome.is_good())
        .collect();
    let [(_, outcome)] = bad.as_slice() else {
        panic!("{bad:?}");
    };
    assert_eq!(outcome.column, "TP04");
    assert!(outcome.remark().unwrap().starts_with("unexpected pass"));
    expect("1.999", "pass");
    let output = run(&[&address, "--expect", name]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("there is no case 1.999"));
}

/// A server that does this with each client.
fn server(each: impl Fn(TcpStream) + Send + Clone + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let each = each.clone();
            std::thread::spawn(move || each(client));
        }
    });
    address
}

/// What the program says of something that is no server, with exit status 2.
fn refused(url: &str) -> String {
    let output = run(&[url, "--patience", "1"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
    assert_eq!(output.stdout, b"");
    text(&output.stderr)
}

#[test]
fn what_is_no_server_is_told_apart() {
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr());
    let said = refused(&nobody.unwrap().to_string());
    assert!(said.contains("accepts no connection"), "{said}");

    let silent = server(|mut client| {
        let _ = client.read_to_end(&mut Vec::new());
    });
    let said = refused(&silent.to_string());
    assert!(said.contains("says nothing"), "{said}");

    let web = server(|mut client| {
        let _ = client.read(&mut [0; 100]);
        let _ = client.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nNo");
    });
    let said = refused(&web.to_string());
    assert!(said.contains("no Thousand Parsec server"), "{said}");
    assert!(said.contains("HTTP/1.1 400 Bad Request"), "{said}");

    let closing = server(drop);
    let said = refused(&closing.to_string());
    assert!(said.contains("closes the connection"), "{said}");

    for wrong in ["", "tp://", "ftp://example.org", "localhost:port"] {
        let output = run(&[wrong]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert_eq!(text(&output.stderr).lines().count(), 1, "{wrong}");
    }
}

#[test]
fn a_server_of_one_version_is_tested_in_that() {
    let old = server(|mut client| {
        let mut header = [0; 16];
        if client.read_exact(&mut header).is_err() {
            return;
        }
        let answer = match &header[..4] {
            b"TP03" => [b"TP03", &header[4..8], &[0; 7], b"\x04\0\0\0\0"].concat(),
            _ => b"too new for me\n".to_vec(),
        };
        let _ = client.write_all(&answer);
        let _ = client.read(&mut [0; 1000]);
    });
    let (status, report) = reported(&old.to_string(), &["--only", "1.1"]);
    assert_eq!(status, 0);
    let outcomes = report.outcomes();
    let verdicts: Vec<_> = outcomes.map(|(_, outcome)| outcome.verdict).collect();
    assert_eq!(verdicts, [Verdict::Pass, Verdict::Skipped]);
    let why = of(&report, Verdict::Skipped);
    assert!(why[0].contains("too new for me"), "{why:?}");
}

#[test]
fn a_server_that_says_nothing_more_does_not_hang_the_run() {
    // It answers Connect, in TP04, and then reads for ever.
    let falls_silent = server(|mut client| {
        let mut header = [0; 16];
        if client.read_exact(&mut header).is_ok() && &header[2..4] == b"\x04\0" {
            let okay = [b"TP\x04\0", &header[4..8], &[0; 7], b"\x04\0\0\0\0"].concat();
            let _ = client.write_all(&okay);
        }
        let _ = client.read_to_end(&mut Vec::new());
    });
    let hasty = [
        "--version",
        "tp04",
        "--patience",
        "0.3",
        "--time-limit",
        "3",
    ];
    let (status, report) = reported(&falls_silent.to_string(), &hasty);
    // What the time was over for is not known.
    assert_eq!(status, 3);
    let why = report.incomplete.as_deref().unwrap_or_default();
    assert!(why.contains("see --time-limit; "), "{why}");
    let counts = report.counts();
    let (failed, passed) = (counts.get(Verdict::Fail), counts.get(Verdict::Pass));
    assert!(failed > 20 && passed > 0, "{counts}");
}

#[test]
fn a_server_that_babbles_does_not_hang_the_run() {
    let babbles = server(|mut client| while client.write_all(&[b'x'; 4096]).is_ok() {});
    let said = refused(&babbles.to_string());
    assert!(said.contains("no Thousand Parsec server"), "{said}");
}

#[test]
fn the_known_deviations_that_come_with_it_are_of_cases_that_there_are() {
    let (_game, address) = game();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("server/expect");
    let mut files = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let output = run(&[
            &address,
            "--only",
            "1.4",
            "--expect",
            path.to_str().unwrap(),
        ]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{}: {said}", path.display());
        files += 1;
    }
    assert!(files > 0);
}
