//! `tp`, and `tp serve` while a test runs.
#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test program uses its own part"
)]
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};

use tempfile::TempDir;

/// Runs `tp` to its end, without proxies.
pub fn tp(arguments: &[&str]) -> Output {
    tp_with(&[("no_proxy", "*")], arguments)
}

/// Runs `tp` to its end, with these variables in the environment.
pub fn tp_with(variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tp"))
        .args(arguments)
        .env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// `tp serve` on a free port; ended when dropped.
pub struct Serve {
    pub child: Child,
    pub stdout: BufReader<ChildStdout>,
    pub stderr: BufReader<ChildStderr>,
    pub greeting: String,
    pub address: SocketAddr,
    _state: Option<TempDir>,
}

impl Serve {
    /// With a state folder of its own.
    pub fn start(options: &[&str]) -> Self {
        let state = tempfile::tempdir().unwrap();
        let mut serve = Self::start_in(state.path(), options);
        serve._state = Some(state);
        serve
    }

    /// With this state folder.
    pub fn start_in(state: &Path, options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tp"))
            .args(["serve", "--port", "0"])
            .args(options)
            .env("XDG_STATE_HOME", state)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut greeting = String::new();
        while !greeting.contains("Ctrl-C") {
            assert_ne!(stdout.read_line(&mut greeting).unwrap(), 0, "{greeting}");
        }
        let first = greeting.lines().next().unwrap();
        let address = first.rsplit(' ').next().unwrap().parse().unwrap();
        Self {
            child,
            stdout,
            stderr,
            greeting,
            address,
            _state: None,
        }
    }

    /// The rest of the line of the greeting that begins with this.
    pub fn told(&self, start: &str) -> Option<&str> {
        let mut lines = self.greeting.lines();
        lines.find_map(|line| line.strip_prefix(start))
    }

    /// Sends it a signal.
    #[cfg(unix)]
    pub fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args([signal, &pid]).status();
        assert!(status.unwrap().success());
    }

    /// What `tp universe` shows of it: the line about the server, and the tree.
    pub fn universe(&self, version: &str) -> (String, String) {
        let address = self.address.to_string();
        let guest = [
            "--user",
            "guest",
            "--password",
            "guest",
            "--version",
            version,
        ];
        let output = tp(&[&["universe", &address][..], &guest].concat());
        assert_eq!(
            (text(&output.stderr).as_str(), output.status.code()),
            ("", Some(0))
        );
        let shown = text(&output.stdout);
        let (head, tree) = shown.split_once("\n\n").unwrap();
        (head.lines().next().unwrap().to_owned(), tree.to_owned())
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        // An error means that it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
