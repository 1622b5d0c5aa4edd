//! `tp`, and `tp serve` while a test runs.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};

use tempfile::TempDir;

/// Runs `tp` to its end, without proxies.
pub(crate) fn tp(arguments: &[&str]) -> Output {
    tp_with(&[("no_proxy", "*")], arguments)
}

/// Runs `tp` to its end, with these variables in the environment.
pub(crate) fn tp_with(variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tp"))
        .args(arguments)
        .env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// `tp serve` on a free port; ended when dropped.
pub(crate) struct Serve {
    pub(crate) child: Child,
    pub(crate) stdout: BufReader<ChildStdout>,
    pub(crate) stderr: BufReader<ChildStderr>,
    pub(crate) greeting: String,
    pub(crate) address: SocketAddr,
    _state: Option<TempDir>,
}

impl Serve {
    /// With a state folder of its own.
    pub(crate) fn start(options: &[&str]) -> Self {
        let state = tempfile::tempdir().unwrap();
        let mut serve = Self::start_in(state.path(), options);
        serve._state = Some(state);
        serve
    }

    /// With this state folder.
    pub(crate) fn start_in(state: &Path, options: &[&str]) -> Self {
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
    pub(crate) fn told(&self, start: &str) -> Option<&str> {
        let mut lines = self.greeting.lines();
        lines.find_map(|line| line.strip_prefix(start))
    }

    /// Sends it a signal.
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args([signal, &pid]).status();
        assert!(status.unwrap().success());
    }

    /// What `tp universe` shows of it: the line about the server, and the tree.
    pub(crate) fn universe(&self, version: &str) -> (String, String) {
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
