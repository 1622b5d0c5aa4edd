//! Processes that are measured: what CPU time and memory the system says they took.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;
use std::{fs, thread};

/// The first argument of this program as a child of itself.
pub(crate) const CHILD: &str = "--child";

/// A process, ended when it is dropped.
pub(crate) struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Process {
    /// This program once more, as this child.
    pub(crate) fn child(arguments: &[&str]) -> Self {
        let program = std::env::current_exe().unwrap();
        let mut command = Command::new(program);
        Self::start(command.arg(CHILD).args(arguments))
    }

    fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdout }
    }

    /// The next line that it prints.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.stdout.read_line(&mut line).unwrap();
        assert_ne!(read, 0, "the process has ended");
        line.trim_end().to_owned()
    }

    /// Says a line to it.
    pub(crate) fn say(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").unwrap();
    }

    /// What CPU time it took so far, of user and system.
    pub(crate) fn cpu(&self) -> Duration {
        cpu(&self.child.id().to_string())
    }

    /// Bytes of its memory that no file stands for.
    pub(crate) fn memory(&self) -> u64 {
        memory(&self.child.id().to_string())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // An error means that it has ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What CPU time this process took so far.
pub(crate) fn own_cpu() -> Duration {
    cpu("self")
}

/// Bytes of this process's memory that no file stands for.
pub(crate) fn own_memory() -> u64 {
    memory("self")
}

/// Of all threads that are alive. `/proc/PID/stat` has it only in hundredths of a second.
fn cpu(pid: &str) -> Duration {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let nanos = tasks.filter_map(|task| {
        let file = task.ok()?.path().join("schedstat");
        let text = fs::read_to_string(file).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}

fn memory(pid: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes: u64 = line
        .unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap();
    kilobytes * 1024
}

/// A redis server with nothing in it, and where it listens; `None` if none is installed.
pub(crate) fn redis() -> Option<(Process, SocketAddr)> {
    let mut version = Command::new("redis-server");
    version.arg("--version").output().ok()?;
    // A free port: it is closed again, and redis takes it a moment later.
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let mut command = Command::new("redis-server");
    let port = address.port().to_string();
    let command = command.args(["--port", &port, "--bind", "127.0.0.1", "--save", ""]);
    let command = command.args(["--appendonly", "no", "--loglevel", "warning"]);
    let process = Process::start(command.current_dir(std::env::temp_dir()));
    for _ in 0..200 {
        if TcpStream::connect(address).is_ok() {
            return Some((process, address));
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("redis does not listen");
}
