//! `tp`, run to its end or for a while.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// `tp`, not run yet: it knows of no proxies, and keeps its state where these tests do.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tp"));
    command
        .args(arguments)
        .env("no_proxy", "*")
        // For whoever gives none.
        .env("TP_PASSWORD", "guest")
        .env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command
}

/// Runs `tp` to its end.
pub(crate) fn tp(arguments: &[&str]) -> Run {
    command(arguments).output().unwrap().into()
}

/// What a run gave.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code(),
        }
    }
}

impl Run {
    /// What it printed, as nothing went wrong.
    #[track_caller]
    pub(crate) fn fine(self) -> String {
        assert_eq!((self.stderr.as_str(), self.code), ("", Some(0)));
        self.stdout
    }

    /// What it complained of before it ended with this code, without printing anything.
    #[track_caller]
    pub(crate) fn complaint(self, code: i32) -> String {
        assert_eq!(
            (self.stdout.as_str(), self.code),
            ("", Some(code)),
            "{}",
            self.stderr
        );
        self.stderr
    }
}

/// What lines of JSON hold.
pub(crate) fn json(lines: &str) -> Vec<Value> {
    let lines = lines.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A `tp` that runs; ended when dropped.
pub(crate) struct Program {
    child: Child,
    pub(crate) stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
}

impl Program {
    pub(crate) fn start(command: &mut Command) -> Self {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = BufReader::new(child.stderr.take().unwrap());
        Self {
            child,
            stdout,
            stderr,
        }
    }

    /// What it prints up to the next line with these words, which is the last.
    #[track_caller]
    pub(crate) fn until(&mut self, words: &str) -> String {
        let mut all = String::new();
        while !all.lines().next_back().unwrap_or("").contains(words) {
            if self.stdout.read_line(&mut all).unwrap() == 0 {
                let _ = self.stderr.read_to_string(&mut all);
                panic!("no {words:?} in {all}");
            }
        }
        all
    }

    /// Waits for the next line with these words.
    #[track_caller]
    pub(crate) fn line(&mut self, words: &str) -> String {
        let all = self.until(words);
        all.lines().next_back().unwrap().to_owned()
    }

    /// Waits for the next line on standard error with these words.
    pub(crate) fn complaint(&mut self, words: &str) -> String {
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            let read = self.stderr.read_line(&mut line).unwrap();
            assert_ne!(read, 0, "no {words:?}");
        }
        line
    }

    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let status = Command::new("kill").args([signal, &pid]).status();
        assert!(status.unwrap().success());
    }

    /// The end of it, whatever it does.
    pub(crate) fn kill(&mut self) {
        // An error means that it has ended.
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }

    /// This signal, and what is printed until it has ended, well.
    #[cfg(unix)]
    pub(crate) fn rest_after(&mut self, signal: &str) -> String {
        self.signal(signal);
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0), "{rest}");
        rest
    }

    /// This signal, and the exit code.
    #[cfg(unix)]
    pub(crate) fn ended_by(&mut self, signal: &str) -> Option<i32> {
        self.signal(signal);
        self.child.wait().unwrap().code()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.kill();
    }
}

/// `tp serve` on a free port.
pub(crate) struct Serve {
    pub(crate) program: Program,
    pub(crate) address: SocketAddr,
    greeting: String,
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
        let mut serve = command(&["serve", "--port", "0"]);
        let mut program = Program::start(serve.args(options).env("XDG_STATE_HOME", state));
        let greeting = program.until("Ctrl-C");
        let first = greeting.lines().next().unwrap();
        let address = first.rsplit(' ').next().unwrap().parse().unwrap();
        Self {
            program,
            address,
            greeting,
            _state: None,
        }
    }

    /// The rest of the line of the greeting that begins with this.
    pub(crate) fn told(&self, start: &str) -> Option<&str> {
        let mut lines = self.greeting.lines();
        lines.find_map(|line| line.strip_prefix(start))
    }
}
