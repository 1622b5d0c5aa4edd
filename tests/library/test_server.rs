//! `test-server`, running.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;
use tp_net::transport::Url;
use tp_tests::report::Report;

/// One place of the server, as it prints it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) id: String,
    pub(crate) end: String,
    pub(crate) versions: Vec<String>,
    pub(crate) by_user: bool,
}

/// A server that runs; it ends when its input does.
pub(crate) struct TestServer {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    pub(crate) places: BTreeMap<String, Place>,
}

impl TestServer {
    pub(crate) fn start(more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_test-server"))
            .args(["--port", "0", "--until-eof", "--json-places"])
            .args(["--report", "json"])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let places = serde_json::from_str(&line).unwrap();
        Self {
            child,
            input,
            output,
            places,
        }
    }

    pub(crate) fn address(&self, name: &str) -> Url {
        self.places[name].url.parse().unwrap()
    }

    pub(crate) fn end(mut self) -> (i32, Report) {
        drop(self.input.take());
        let mut text = String::new();
        self.output.read_to_string(&mut text).unwrap();
        let status = self.child.wait().unwrap().code().unwrap();
        (status, serde_json::from_str(&text).expect(&text))
    }
}
