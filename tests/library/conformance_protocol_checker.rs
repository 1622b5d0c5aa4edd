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
}

impl Puppet {
    fn new(address: SocketAddr) -> Self {
        Self {
            client: Client::open(address, Version::Tp04.header()),
            version: Version::Tp04,
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

    fn raw(&mut self, r#type: u32, body: &[u8]) -> Vec<u8> {
        let number = self.number();
        frame(self.version.header(), number, r#type, body)
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

    /// Closes as one should.
    fn close(mut self) {
        self.client.socket.shutdown(Shutdown::Write).unwrap();
        let mut rest = Vec::new();
        // What the server has to say to a broken rule does not matter.
        let _ = self.client.socket.read_to_end(&mut rest);
    }
}

type Play = fn(Puppet);

/// The number of a rule, and a client that breaks it.
const BREAKS: [(u32, Play); 22] = [
    (1, |mut it| {
        it.ask("GetFeatures", json!({}));
        it.close();
    }),
    (2, |mut it| {
        it.connect();
        it.version = Version::Tp03;
        it.send("GetFeatures", json!({}));
        it.close();
    }),
    (3, |mut it| {
        it.client.sequence = u32::MAX - 1;
        it.connect();
        let bytes = it.version.frame("GetFeatures", 0, json!({})).unwrap();
        it.client.write(&bytes);
        it.close();
    }),
    (4, |mut it| {
        it.connect();
        it.client.sequence = 0;
        it.ask("GetFeatures", json!({}));
        it.close();
    }),
    (5, |mut it| {
        it.connect();
        it.client.sequence += 7;
        it.ask("GetFeatures", json!({}));
        it.close();
    }),
    (6, |mut it| {
        it.log_in();
        let bytes = it.raw(5, b"\0\0\0\x02\0\0\0\0");
        it.client.write(&bytes);
        it.client.answer();
        it.close();
    }),
    (7, |mut it| {
        it.log_in();
        it.ask("Features", json!({}));
        it.close();
    }),
    (8, |mut it| {
        it.connect();
        let bytes = it.raw(25, b"more");
        it.client.write(&bytes);
        it.client.answer();
        it.close();
    }),
    (9, |mut it| {
        it.ask("Connect", json!({ "string": { "hex": "67fcdf" } }));
        it.close();
    }),
    (10, |mut it| {
        it.ask("Connect", json!({ "string": { "hex": "7000" } }));
        it.close();
    }),
    (11, |mut it| {
        it.log_in();
        let bytes = it.raw(27, &vec![0; (1 << 20) + 1]);
        it.client.write(&bytes);
        it.close();
    }),
    (12, |mut it| {
        it.connect();
        it.ask("GetObjectsByID", json!({ "ids": [0] }));
        it.close();
    }),
    (13, |mut it| {
        let mut both = it.request("Connect", json!({ "string": "puppet" }));
        both.extend(it.request("GetFeatures", json!({})));
        it.client.write(&both);
        it.client.answer();
        it.client.answer();
        it.close();
    }),
    (14, |mut it| {
        it.log_in();
        let mut both = it.request("SetFilters", json!({ "filters": [] }));
        both.extend(it.request("GetTimeRemaining", json!({})));
        it.client.write(&both);
        it.client.answer();
        it.client.answer();
        it.close();
    }),
    (15, |mut it| {
        it.log_in();
        it.ask("GetBoards", json!({ "ids": [] }));
        it.close();
    }),
    (16, |mut it| {
        it.log_in();
        it.ask("OrderProbe", json!({ "turns": 3 }));
        it.close();
    }),
    (17, |mut it| {
        it.log_in();
        it.ask("Ping", json!({}));
        it.ask("Ping", json!({}));
        it.close();
    }),
    (18, |mut it| {
        it.log_in();
        let mut both = it.request("GetTimeRemaining", json!({}));
        both.extend(it.request("Ping", json!({})));
        it.client.write(&both);
        it.client.answer();
        it.client.answer();
        it.close();
    }),
    (19, |mut it| {
        let mut both = b"POST /abc HTTP/1.0\r\n\r\n".to_vec();
        both.extend(it.request("Connect", json!({ "string": "puppet" })));
        it.client.write(&both);
        it.close();
    }),
    (20, |mut it| {
        it.client.write(b"POST /abc\r\n\r\n");
        it.close();
    }),
    (22, |mut it| {
        it.connect();
        it.client.write(b"TP\x04\0\0\0");
        it.close();
    }),
    (23, |mut it| {
        it.connect();
        // An answer that is never read: closing makes it a reset.
        it.send("GetFeatures", json!({}));
        let mut one = [0];
        it.client.socket.peek(&mut one).unwrap();
    }),
];

/// What the server says of a client.
fn judged(play: Play) -> (i32, Report) {
    let server = TestServer::start(&[]);
    let url = server.address("honest");
    let address = SocketAddr::new(url.host().parse().unwrap(), url.port_or_default());
    play(Puppet::new(address));
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
    let (status, report) = judged(|mut it| {
        it.log_in();
        it.ask("GetObjectsByID", json!({ "ids": [0, 1] }));
        it.ask("Ping", json!({}));
        it.close();
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
