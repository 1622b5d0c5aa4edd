//! A subject: this program once more, under a tool.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::tools::Tool;

/// How often to look whether a subject is asleep.
const LOOK: Duration = Duration::from_micros(50);

/// A running subject, which is ended when this is dropped.
#[derive(Debug)]
pub struct Subject {
    child: Child,
    /// The subject itself, which is the tool's child if the tool is strace.
    pid: u32,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Subject {
    /// Starts a subject by the command, which says its process id first.
    #[must_use]
    pub fn start(mut command: Command, arguments: &[&str]) -> Self {
        command.arg("subject").args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the subject starts");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut subject = Self {
            child,
            pid: 0,
            input,
            output,
        };
        subject.pid = subject.line().parse().expect("its process id");
        subject
    }

    /// The next line that the subject says.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it is read");
        assert!(!line.is_empty(), "the subject has ended");
        line.trim_end().to_owned()
    }

    /// What the subject says when it is asked anything.
    pub fn ask(&mut self) -> String {
        let input = self.input.as_mut().expect("it takes input");
        input.write_all(b"\n").expect("it reads");
        self.line()
    }

    /// Waits until the subject waits: only then is it known how much it finds when it looks for
    /// more, and so how much it does.
    pub fn fall_asleep(&self) {
        while !self.sleeps() {
            thread::sleep(LOOK);
        }
    }

    /// Whether all threads wait for something.
    fn sleeps(&self) -> bool {
        let threads = fs::read_dir(format!("/proc/{}/task", self.pid)).expect("it runs");
        threads.flatten().all(|thread| {
            let stat = fs::read_to_string(thread.path().join("stat"));
            // A thread that has just ended does nothing either.
            let stat = stat.unwrap_or_else(|_| ") S".to_owned());
            let state = stat.rsplit_once(") ").map(|it| it.1);
            state.is_some_and(|state| state.starts_with('S'))
        })
    }

    /// Lets the subject end, or waits until it has done its work.
    pub fn finish(mut self) {
        drop(self.input.take());
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "the subject failed: {status}");
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        // Only if it still runs.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How much a tool counts while a subject runs with a peer.
pub fn count(tool: Tool, program: &Path, arguments: &[&str], peer: impl FnOnce(Subject)) -> u64 {
    let name = format!("tp-counts-{}", std::process::id());
    let file = std::env::temp_dir().join(name);
    peer(Subject::start(tool.command(program, &file), arguments));
    let report = fs::read_to_string(&file).expect("the tool reports");
    // Only a file that is left over.
    let _ = fs::remove_file(&file);
    let total = tool.total(&report);
    total.unwrap_or_else(|| panic!("no total in what {} says:\n{report}", tool.program()))
}
