//! The server under test as a process of this program's, started by a command of the user's.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long a server may take until it listens.
const START: Duration = Duration::from_secs(60);
/// How long it may take to end when it is told to.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long its last words may take.
const LAST_WORDS: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(20);
/// Lines of its output that are kept, and how much of each.
const LINES: usize = 20;
const WIDTH: usize = 300;

/// A server that is started again and again. Dropping it ends it; so do Ctrl-C and whatever else
/// ends this program politely.
pub(crate) struct StartedServer {
    command: String,
    process: Process,
}

/// The process there is. Signals end it, too.
type Process = Arc<Mutex<Option<Running>>>;

struct Running {
    child: Child,
    lines: Arc<Mutex<VecDeque<String>>>,
    readers: [JoinHandle<()>; 2],
}

/// How a server came to its end.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) how: String,
    /// The last lines of what it printed.
    pub(crate) lines: Vec<String>,
}

impl StartedServer {
    /// Starts a server where there is none, and waits until it is `alive`.
    ///
    /// # Errors
    ///
    /// There is one, or none comes.
    pub(crate) fn start(command: &str, alive: impl Fn() -> bool) -> Result<Self, String> {
        if alive() {
            return Err(
                "there is a server already, which --start is not to be mixed up with".into(),
            );
        }
        let started = Self {
            command: command.to_owned(),
            process: Process::default(),
        };
        end_with_this_program(Arc::clone(&started.process))?;
        started.run(alive)?;
        Ok(started)
    }

    /// Ends what is left of the server, and starts it again.
    ///
    /// # Errors
    ///
    /// It does not come.
    pub(crate) fn start_again(&self, alive: impl Fn() -> bool) -> (Ended, Result<(), String>) {
        let ended = locked(&self.process).take().map(end);
        let ended = ended.unwrap_or_else(|| Ended {
            how: "it did not run".into(),
            lines: Vec::new(),
        });
        (ended, self.run(alive))
    }

    /// Whether the command has ended.
    pub(crate) fn has_ended(&self) -> bool {
        let mut process = locked(&self.process);
        let running = process.as_mut();
        running.is_none_or(|running| ended(&mut running.child).is_some())
    }

    fn run(&self, alive: impl Fn() -> bool) -> Result<(), String> {
        *locked(&self.process) = Some(Running::new(&self.command)?);
        let began = Instant::now();
        while !alive() {
            let over = began.elapsed() >= START;
            if over || self.has_failed() {
                let ended = locked(&self.process).take().map(end);
                return Err(match ended {
                    Some(Ended { how, lines }) if lines.is_empty() => {
                        format!("the server of --start does not listen: {how}")
                    }
                    Some(Ended { how, lines }) => {
                        let lines = lines.join(" | ");
                        format!("the server of --start does not listen: {how}, and said: {lines}")
                    }
                    None => "the server of --start was ended".into(),
                });
            }
            thread::sleep(POLL);
        }
        Ok(())
    }

    /// Whether the command has ended, and not because it leaves the server in the background.
    fn has_failed(&self) -> bool {
        let mut process = locked(&self.process);
        let status = process.as_mut().map(|it| it.child.try_wait());
        matches!(status, Some(Ok(Some(status))) if !status.success())
    }
}

impl Drop for StartedServer {
    fn drop(&mut self) {
        locked(&self.process).take().map(end);
    }
}

impl Running {
    fn new(command: &str) -> Result<Self, String> {
        let failed = |error| format!("cannot run the command of --start: {error}");
        let child = shell(command)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.map_err(failed)?;
        let lines = Arc::default();
        let readers = [
            listen(child.stdout.take(), &lines),
            listen(child.stderr.take(), &lines),
        ];
        Ok(Self {
            child,
            lines,
            readers,
        })
    }
}

/// Keeps the last lines of what comes; nobody is to wait for them to be read.
fn listen(
    from: Option<impl Read + Send + 'static>,
    lines: &Arc<Mutex<VecDeque<String>>>,
) -> JoinHandle<()> {
    let lines = Arc::clone(lines);
    thread::spawn(move || {
        let Some(from) = from else {
            return;
        };
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        loop {
            line.clear();
            // What never ends its line is taken in pieces.
            let mut piece = (&mut from).take(64 * 1024);
            if !matches!(piece.read_until(b'\n', &mut line), Ok(1..)) {
                return;
            }
            let text = String::from_utf8_lossy(&line);
            let text: String = text.trim_end().chars().take(WIDTH).collect();
            let mut lines = locked(&lines);
            lines.push_back(text);
            if lines.len() > LINES {
                lines.pop_front();
            }
        }
    })
}

/// Ends a server with all that it has started.
fn end(mut running: Running) -> Ended {
    let by_itself = ended(&mut running.child);
    stop(&mut running.child, false);
    let until = Instant::now().checked_add(FAREWELL);
    let mut status = by_itself;
    while status.is_none() && until.is_some_and(|until| Instant::now() < until) {
        thread::sleep(POLL);
        status = ended(&mut running.child);
    }
    stop(&mut running.child, true);
    // It has ended, or was killed.
    let _ = running.child.wait();
    let until = Instant::now().checked_add(LAST_WORDS);
    while running.readers.iter().any(|reader| !reader.is_finished())
        && until.is_some_and(|until| Instant::now() < until)
    {
        thread::sleep(POLL);
    }
    let how = match by_itself {
        Some(status) => format!("it ended with {status}"),
        None => "it was running, and was ended".into(),
    };
    let lines = locked(&running.lines).drain(..).collect();
    Ended { how, lines }
}

fn ended(child: &mut Child) -> Option<ExitStatus> {
    child.try_wait().ok().flatten()
}

/// The command in a shell, and where that is possible in a group of processes of its own.
fn shell(command: &str) -> Command {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        let mut shell = Command::new("sh");
        shell.args(["-c", command]).process_group(0);
        shell
    }
    #[cfg(not(unix))]
    {
        let mut shell = Command::new("cmd");
        shell.args(["/C", command]);
        shell
    }
}

/// Tells a process and its group to end, or ends them.
#[cfg(unix)]
fn stop(child: &mut Child, at_once: bool) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let signal = if at_once { Signal::KILL } else { Signal::TERM };
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // An error means that nobody is left.
        let _ = kill_process_group(group, signal);
    }
}

#[cfg(not(unix))]
fn stop(child: &mut Child, _at_once: bool) {
    // An error means that it has ended.
    let _ = child.kill();
}

/// Ends the server when this program is told to end.
fn end_with_this_program(process: Process) -> Result<(), String> {
    let failed = |error| format!("cannot wait for signals: {error}");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(failed)?;
    let told = {
        let _entered = runtime.enter();
        told_to_end().map_err(failed)?
    };
    thread::spawn(move || {
        let status = runtime.block_on(told);
        let mut process = locked(&process);
        process.take().map(end);
        // Nothing is started meanwhile: the process is still locked.
        std::process::exit(status)
    });
    Ok(())
}

/// Waits for a signal that ends programs, from now on; the status that shells have for it.
#[cfg(unix)]
fn told_to_end() -> io::Result<impl Future<Output = i32>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangup = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = hangup.recv() => 129,
            _ = interrupt.recv() => 130,
            _ = terminate.recv() => 143,
        }
    })
}

#[cfg(not(unix))]
fn told_to_end() -> io::Result<impl Future<Output = i32>> {
    Ok(async {
        // An error means that there are no signals.
        let _ = tokio::signal::ctrl_c().await;
        130
    })
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
