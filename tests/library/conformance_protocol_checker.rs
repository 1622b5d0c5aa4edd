//! Clients that break one rule each: `test-server` finds it, and only that.

use std::io::Read as _;
use std::net::{Shutdown, SocketAddr};

use serde_json::{Value, json};
use tp_test_components::Client;
use tp_tests::frame::{Version, frame};
use tp_tests::report::{Report, Verdict};

use crate::test_server::TestServer;

/// A client that does as it is told.
struct Puppet {
    client: Client,
    version: Version,
    /// It closes the connection while an answer is unread, which makes that a reset.
    resets: bool,
}

impl Puppet {
    fn new(address: SocketAddr) -> Self {
        Self {
            client: Client::open(address, Version::Tp04.header()),
            version: Version::Tp04,
            resets: false,
        }
    }

    fn number(&mut self) -> u32 {
        self.client.sequence += 1;
        self.client.sequence
    }

    fn request(&mut self, name: &str, fields: Value) -> Vec<u8> {
        let number = self.number();
        self.version.frame(name, number, fields).unwrap()
    }

    fn send_raw(&mut self, r#type: u32, body: &[u8]) {
        let number = self.number();
        let bytes = frame(self.version.header(), number, r#type, body);
        self.client.write(&bytes);
    }

    /// Two requests in one write, and their answers.
    fn ask_at_once(&mut self, first: (&str, Value), second: (&str, Value)) {
        let requests = [first, second].map(|(name, fields)| self.request(name, fields));
        self.client.write(&requests.concat());
        self.client.answer();
        self.client.answer();
    }

    fn send(&mut self, name: &str, fields: Value) {
        let bytes = self.request(name, fields);
        self.client.write(&bytes);
    }

    fn ask(&mut self, name: &str, fields: Value) {
        self.send(name, fields);
        self.client.answer();
    }

    fn connect(&mut self) {
        self.ask("Connect", json!({ "string": "puppet" }));
    }

    fn log_in(&mut self) {
        self.connect();
        self.ask("Login", json!({ "username": "ada", "password": "x" }));
    }

    /// Closes as one should, unless it is to be a reset.
    fn close(mut self) {
        if self.resets {
            return;
        }
        self.client.socket.shutdown(Shutdown::Write).unwrap();
        let mut rest = Vec::new();
        // What the server has to say to a broken rule does not matter.
        let _ = self.client.socket.read_to_end(&mut rest);
    }
}

type Play = fn(&mut Puppet);

/// The number of a rule, and a client that breaks it.
const BREAKS: [(u32, Play); 22] = [
    (1, |it| {
        it.ask("GetFeatures", json!({}));
    }),
    (2, |it| {
        it.connect();
        it.version = Version::Tp03;
        it.send("GetFeatures", json!({}));
    }),
    (3, |it| {
        it.client.sequence = u32::MAX - 1;
        it.connect();
        let bytes = it.version.frame("GetFeatures", 0, json!({})).unwrap();
        it.client.write(&bytes);
    }),
    (4, |it| {
        it.connect();
        it.client.sequence = 0;
        it.ask("GetFeatures", json!({}));
    }),
    (5, |it| {
        it.connect();
        it.client.sequence += 7;
        it.ask("GetFeatures", json!({}));
    }),
    (6, |it| {
        it.log_in();
        it.send_raw(5, b"\0\0\0\x02\0\0\0\0");
        it.client.answer();
    }),
    (7, |it| {
        it.log_in();
        it.ask("Features", json!({}));
    }),
    (8, |it| {
        it.connect();
        it.send_raw(25, b"more");
        it.client.answer();
    }),
    (9, |it| {
        it.ask("Connect", json!({ "string": { "hex": "67fcdf" } }));
    }),
    (10, |it| {
        it.ask("Connect", json!({ "string": { "hex": "7000" } }));
    }),
    (11, |it| {
        it.log_in();
        it.send_raw(27, &vec![0; (1 << 20) + 1]);
    }),
    (12, |it| {
        it.connect();
        it.ask("GetObjectsByID", json!({ "ids": [0] }));
    }),
    (13, |it| {
        it.ask_at_once(
            ("Connect", json!({ "string": "puppet" })),
            ("GetFeatures", json!({})),
        );
    }),
    (14, |it| {
        it.log_in();
        it.ask_at_once(
            ("SetFilters", json!({ "filters": [] })),
            ("GetTimeRemaining", json!({})),
        );
    }),
    (15, |it| {
        it.log_in();
        it.ask("GetBoards", json!({ "ids": [] }));
    }),
    (16, |it| {
        it.log_in();
        it.ask("OrderProbe", json!({ "turns": 3 }));
    }),
    (17, |it| {
        it.log_in();
        it.ask("Ping", json!({}));
        it.ask("Ping", json!({}));
    }),
    (18, |it| {
        it.log_in();
        it.ask_at_once(("GetTimeRemaining", json!({})), ("Ping", json!({})));
    }),
    (19, |it| {
        let mut both = b"POST /abc HTTP/1.0\r\n\r\n".to_vec();
        both.extend(it.request("Connect", json!({ "string": "puppet" })));
        it.client.write(&both);
    }),
    (20, |it| {
        it.client.write(b"POST /abc\r\n\r\n");
    }),
    (22, |it| {
        it.connect();
        it.client.write(b"TP\x04\0\0\0");
    }),
    (23, |it| {
        it.connect();
        // An answer that is never read: closing makes it a reset.
        it.send("GetFeatures", json!({}));
        it.client.socket.peek(&mut [0]).unwrap();
        it.resets = true;
    }),
];

/// What the server says of a client.
fn judged(play: Play) -> (i32, Report) {
    let server = TestServer::start(&["--allow-skipped"]);
    let url = server.address("honest");
    let address = SocketAddr::new(url.host().parse().unwrap(), url.port_or_default());
    let mut puppet = Puppet::new(address);
    play(&mut puppet);
    puppet.close();
    server.end()
}

fn broken(report: &Report) -> Vec<String> {
    let outcomes = report.outcomes();
    let broken = outcomes
        .filter(|(_, outcome)| matches!(outcome.verdict, Verdict::Fail | Verdict::Deviation));
    broken.map(|(case, _)| case.id.clone()).collect()
}

#[test]
fn a_client_that_breaks_no_rule_is_told_of_none() {
    let (status, report) = judged(|it| {
        it.log_in();
        it.ask("GetObjectsByID", json!({ "ids": [0, 1] }));
        it.ask("Ping", json!({}));
    });
    assert_eq!(broken(&report), [""; 0]);
    assert_eq!(status, 0);
    assert_eq!(report.subject_says.as_deref(), Some("puppet"));
}

#[test]
fn each_rule_that_is_broken_is_found_and_no_other() {
    let mut wrong = Vec::new();
    for (rule, play) in BREAKS {
        let (status, report) = judged(play);
        let id = format!("20.{rule}");
        let mut outcomes = report.outcomes().filter(|(case, _)| case.id == id);
        let failed = outcomes.any(|(_, it)| it.verdict == Verdict::Fail);
        let found = broken(&report);
        if found != [id.clone()] || status != i32::from(failed) {
            wrong.push(format!("{id}: found {found:?}, status {status}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
