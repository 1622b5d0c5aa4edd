//! `test-client` on a server that crashes: who is blamed, what goes on, and what starts it again.
#![cfg(unix)]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tp_tests::faults::Fault;
use tp_tests::report::{Outcome, Report, Verdict};

/// Where the server is, when this program is run as one.
const ADDRESS: &str = "TP_TESTS_CRASHING_SERVER";

/// No test of its own: the server of the others, in a process that can end.
#[test]
#[ignore = "it is the server of the other tests"]
fn server() {
    if let Ok(address) = std::env::var(ADDRESS) {
        let _server = Fault::crash().serve(address);
        println!("listening");
        loop {
            std::thread::park();
        }
    }
}

/// An address for a server that comes and goes. Below the ports that systems give to whoever asks for
/// any, so that nobody gets it meanwhile.
fn address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = 20_000 + u16::try_from(std::process::id() % 1_000).unwrap() * 10;
    loop {
        let port = start + NEXT.fetch_add(1, Ordering::Relaxed);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return SocketAddr::from(([127, 0, 0, 1], port));
        }
    }
}

/// What starts the server at this address, in the foreground of a shell.
fn command(address: SocketAddr) -> String {
    let program = std::env::current_exe().unwrap();
    let program = program.to_str().unwrap();
    let test = "conformance_vanishing::server";
    format!("{ADDRESS}={address} '{program}' --exact {test} --ignored --nocapture")
}

/// Processes of this test's starting.
struct Group(Child);

impl Group {
    /// Runs a command of the shell until it listens.
    fn start(command: &str, address: SocketAddr) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).process_group(0);
        let group = Self(
            shell
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap(),
        );
        until(|| TcpStream::connect(address).is_ok());
        group
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let group = Pid::from_child(&self.0);
        // An error means that all have ended.
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.0.wait();
    }
}

fn until(so: impl Fn() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "it does not come"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn test_client(address: SocketAddr, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_test-client"));
    command
        .arg(address.to_string())
        .args(["--report", "json"])
        .args(more);
    command
}

fn tested(address: SocketAddr, more: &[&str]) -> (i32, Report) {
    let output: Output = test_client(address, more).output().unwrap();
    let report = serde_json::from_slice(&output.stdout);
    let said = String::from_utf8_lossy(&output.stderr);
    let report = report.unwrap_or_else(|error| panic!("{error}: {said}"));
    (output.status.code().unwrap(), report)
}

/// Outcomes of one verdict, as `2.13 TP03`.
fn of(report: &Report, verdict: Verdict) -> Vec<String> {
    let outcomes = report.outcomes().filter(|(_, it)| it.verdict == verdict);
    outcomes
        .map(|(case, it)| format!("{} {}", case.id, it.column))
        .collect()
}

fn outcome<'a>(report: &'a Report, id: &str, column: &str) -> &'a Outcome {
    let mut outcomes = report.outcomes();
    let found = outcomes.find(|(case, it)| case.id == id && it.column == column);
    found.unwrap().1
}

#[test]
fn a_server_that_is_gone_for_good_is_told_from_one_that_fails() {
    let address = address();
    let _server = Group::start(&command(address), address);
    let some = ["--only", "2.8", "2.12", "2.13", "2.14", "7.1", "--register"];
    let one = ["--jobs", "1", "--version", "tp04", "--patience", "2"];
    let (status, report) = tested(address, &[&some[..], &one].concat());
    assert_eq!(of(&report, Verdict::Pass), ["2.8 TP04", "2.12 TP04"]);
    assert_eq!(of(&report, Verdict::Fail), [""; 0]);
    assert_eq!(of(&report, Verdict::Vanished), ["2.13 TP04"]);
    assert_eq!(of(&report, Verdict::Skipped), ["2.14 TP04", "7.1 TP04"]);
    let reason = |id| outcome(&report, id, "TP04").reason.as_deref().unwrap();
    let vanished = "the server vanished during 2.13 (TP04)";
    assert_eq!(reason("2.13"), vanished);
    assert_eq!(
        reason("7.1"),
        format!("not run: {vanished}, and did not come back")
    );
    let incomplete = report.incomplete.as_deref().unwrap();
    assert!(incomplete.starts_with(vanished) && incomplete.ends_with("2 were not run"));
    assert_eq!(status, 3);
}

#[test]
fn of_cases_that_run_at_a_time_none_fails_for_another() {
    let address = address();
    let _server = Group::start(&command(address), address);
    let some = ["--only", "2", "--except", "2.23", "2.24", "--register"];
    let more = ["--jobs", "8", "--version", "tp04", "--patience", "2"];
    let (status, report) = tested(address, &[&some[..], &more].concat());
    assert_eq!(of(&report, Verdict::Fail), [""; 0]);
    let vanished = of(&report, Verdict::Vanished);
    assert!(vanished.contains(&"2.13 TP04".into()), "{vanished:?}");
    for id in vanished {
        let reason = &outcome(&report, id.split(' ').next().unwrap(), "TP04").reason;
        assert!(
            reason.as_ref().unwrap().contains("2.13 (TP04)"),
            "{reason:?}"
        );
    }
    assert_eq!(status, 3);
}

/// Tests with `--start`, and gives what came of it, after which nobody is left.
fn started(more: &[&str]) -> (i32, Report) {
    let address = address();
    let start = command(address);
    let some = ["--start", &start, "--only", "2", "6", "7.1", "--register"];
    let (status, report) = tested(
        address,
        &[&some[..], &["--except", "2.23,2.24"], more].concat(),
    );
    assert!(TcpStream::connect(address).is_err(), "it was not ended");
    (status, report)
}

#[test]
fn a_server_is_started_and_started_again() {
    for jobs in ["1", "8"] {
        let (status, report) = started(&["--jobs", jobs]);
        assert_eq!(of(&report, Verdict::Vanished), ["2.13 TP03", "2.13 TP04"]);
        assert_eq!(of(&report, Verdict::Fail), [""; 0]);
        // The account that was made is made again where the server has forgotten it.
        assert_eq!(of(&report, Verdict::Skipped), ["6.19 TP03", "6.19 TP04"]);
        assert_eq!(report.incomplete, None);
        assert_eq!(status, 1);
        let told = &outcome(&report, "2.13", "TP03").exchange;
        let told: Vec<&str> = told.iter().map(|step| step.text.as_str()).collect();
        let has = |text: &str| told.iter().any(|told| told.contains(text));
        assert!(has("it said: out of memory"), "{told:?}");
        assert!(has("the server: it ended with"), "{told:?}");
    }
}

#[test]
fn a_crash_that_is_known_is_no_failure() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let known = |verdict: &str| {
        let of = format!("case = \"2.13\"\nverdict = \"{verdict}\"\nreason = \"4 GiB\"\n");
        format!("[[expect]]\n{of}")
    };
    let expect = |text: String| {
        std::fs::write(file.path(), text).unwrap();
        started(&["--expect", file.path().to_str().unwrap()]).0
    };
    assert_eq!(expect(known("vanished")), 0);
    assert_eq!(expect(known("fail")), 1);
    // Any of two may come true.
    assert_eq!(expect(known("pass") + &known("vanished")), 0);
}

#[test]
fn what_is_left_out_is_told() {
    let address = address();
    let _server = Group::start(&command(address), address);
    let some = ["--only", "2.12", "2.13", "7", "--register"];
    let (status, report) = tested(address, &[&some[..], &["--except", "2.13", "7"]].concat());
    assert_eq!(of(&report, Verdict::Pass), ["2.12 TP03", "2.12 TP04"]);
    assert_eq!(report.outcomes().count(), 2);
    let told = report.remarks.join("\n");
    assert!(told.contains("--except 2.13: 1 case is left out"), "{told}");
    assert!(told.contains("--except 7: "), "{told}");
    assert!(told.contains("--only 2.12 2.13 7: 1 of "), "{told}");
    assert_eq!(status, 0);
}

#[test]
fn a_server_that_comes_back_by_itself_is_gone_on_with() {
    let address = address();
    let command = format!("while :; do {}; done", command(address));
    let _server = Group::start(&command, address);
    let some = ["--only", "2", "7.1", "--except", "2.23,2.24", "--register"];
    let more = ["--jobs", "1", "--patience", "20"];
    let (status, report) = tested(address, &[&some[..], &more].concat());
    assert_eq!(of(&report, Verdict::Vanished), ["2.13 TP03", "2.13 TP04"]);
    assert_eq!(of(&report, Verdict::Fail), [""; 0]);
    assert_eq!(of(&report, Verdict::Skipped), [""; 0]);
    assert_eq!((status, report.incomplete), (1, None));
}

/// A server of TP04 that says Okay to each Connect, and listens no more when the fourth client is
/// there.
fn leaves() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut clients = Vec::new();
        let mut listener = Some(listener);
        while let Some((client, _)) = listener.as_ref().map(|it| it.accept().unwrap()) {
            clients.push(client);
            if clients.len() == 4 {
                listener = None;
            }
            let mut client = clients.last().unwrap();
            let mut header = [0; 16];
            client.read_exact(&mut header).unwrap();
            let okay = [b"TP\x04\0", &header[4..8], &[0; 7], b"\x04\0\0\0\0"].concat();
            client.write_all(&okay).unwrap();
        }
        // The connections stay.
        std::thread::park();
        drop(clients);
    });
    address
}

#[test]
fn a_server_that_is_found_gone_is_no_fault_of_who_finds_it() {
    let address = leaves();
    // Clients: which version does it speak, the one that is held, the case, and who looks then.
    let some = ["--only", "1.1", "1.3", "1.4", "--version", "tp04"];
    let (status, report) = tested(
        address,
        &[&some[..], &["--patience", "1", "--jobs", "1"]].concat(),
    );
    assert_eq!(of(&report, Verdict::Vanished), ["1.1 TP04"]);
    let reason = outcome(&report, "1.1", "TP04").reason.as_deref();
    assert_eq!(reason, Some("the server vanished right behind 1.1 (TP04)"));
    assert_eq!(of(&report, Verdict::Skipped), ["1.3 TP04", "1.4 TP04"]);
    assert_eq!(status, 3);
}

#[test]
fn what_cannot_be_started_is_told() {
    let address = address();
    let refused = |command: &str, at: SocketAddr| {
        let output = test_client(at, &["--start", command]).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(output.stdout, b"");
        String::from_utf8(output.stderr).unwrap()
    };
    let said = refused("echo no such map >&2; exit 7", address);
    let why = "the server of --start does not listen: it ended with exit status: 7, and said: no such map";
    assert_eq!(said, format!("test-client: {why}\n"));
    let other = Fault::named("NoPing").unwrap().serve("127.0.0.1:0");
    let said = refused("true", other.local_addr());
    assert!(said.contains("there is a server already"), "{said}");
}

#[test]
fn the_server_ends_with_a_client_that_is_told_to_end() {
    for (signal, status) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let address = address();
        // What the shell starts in the background ends, too.
        let start = format!("{} & wait", command(address));
        let mut client = test_client(
            address,
            &["--start", &start, "--only", "23", "--patience", "60"],
        );
        let mut client = client.stdout(Stdio::null()).spawn().unwrap();
        until(|| TcpStream::connect(address).is_ok());
        kill_process(Pid::from_child(&client), signal).unwrap();
        assert_eq!(client.wait().unwrap().code(), Some(status));
        assert!(TcpStream::connect(address).is_err(), "it was not ended");
    }
}
