//! Processes that are measured: what CPU time and memory the system says they took.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use std::{fs, thread};

/// The first argument of this program as a child of itself.
pub const CHILD: &str = "--child";

/// A process, ended when it is dropped.
pub struct Process {
    child: Child,
    /// What it prints.
    lines: Receiver<String>,
}

impl Process {
    /// This program once more, as this child.
    pub fn child(arguments: &[&str]) -> Self {
        let program = std::env::current_exe().unwrap();
        let mut command = Command::new(program);
        Self::start(command.arg(CHILD).args(arguments))
    }

    /// A program, whose output is read line by line.
    pub fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (print, lines) = channel();
        thread::spawn(move || {
            let mut printed = stdout.lines().map_while(Result::ok);
            // An error means that nobody reads any more.
            printed.try_for_each(|line| print.send(line).map_err(drop))
        });
        Self { child, lines }
    }

    /// The next line that it prints.
    pub fn line(&self) -> String {
        self.lines.recv().expect("the process has ended")
    }

    /// The next line, if it prints one within that time.
    pub fn line_within(&self, time: Duration) -> Option<String> {
        self.lines.recv_timeout(time).ok()
    }

    /// Says a line to it.
    pub fn say(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").unwrap();
    }

    /// What CPU time it took so far, of user and system.
    pub fn cpu(&self) -> Duration {
        cpu(&self.child.id().to_string())
    }

    /// Bytes of its memory that no file stands for.
    pub fn memory(&self) -> u64 {
        memory(&self.child.id().to_string())
    }

    /// Bytes of its memory that are there now.
    pub fn resident(&self) -> u64 {
        status(&self.child.id().to_string(), "VmRSS:")
    }

    /// The most bytes of memory that were there at once since [`forget_peak`](Self::forget_peak).
    pub fn peak(&self) -> u64 {
        status(&self.child.id().to_string(), "VmHWM:")
    }

    /// From now on the peak is a new one.
    pub fn forget_peak(&self) {
        let file = format!("/proc/{}/clear_refs", self.child.id());
        fs::write(file, "5").unwrap();
    }

    /// How many files and sockets it has open.
    pub fn sockets(&self) -> usize {
        entries(&format!("/proc/{}/fd", self.child.id()))
    }

    /// How many threads it has.
    pub fn threads(&self) -> usize {
        entries(&format!("/proc/{}/task", self.child.id()))
    }

    /// Whether it has not ended.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
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
pub fn own_cpu() -> Duration {
    cpu("self")
}

/// Bytes of this process's memory that no file stands for.
pub fn own_memory() -> u64 {
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

fn entries(folder: &str) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}

fn memory(pid: &str) -> u64 {
    status(pid, "RssAnon:")
}

/// Bytes, by the name of a line; 0 for a process that has ended.
fn status(pid: &str, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.unwrap_or("0").trim().trim_end_matches(" kB");
    kilobytes.parse::<u64>().unwrap() * 1024
}
