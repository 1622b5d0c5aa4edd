//! What only a terminal has: `tp watch`, prompts, tables as wide as it is. The terminal is tmux.

use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tp_test_components::program;

use crate::program::{Serve, command};

/// As long as a test may wait.
const LONG: Duration = Duration::from_secs(60);

/// A terminal with a program in it; ended when dropped.
struct Terminal {
    tmux: PathBuf,
    folder: TempDir,
}

impl Terminal {
    /// So large, with this command line of a shell; `None` where there is no tmux.
    fn start(columns: u16, rows: u16, line: &str) -> Option<Self> {
        let terminal = Self {
            tmux: program("tmux")?,
            folder: tempfile::tempdir().unwrap(),
        };
        let (columns, rows) = (columns.to_string(), rows.to_string());
        let size = ["-x", &columns, "-y", &rows];
        // What is there when it has ended is to be seen as well.
        let line = format!("{line}; echo \"ended with $?\"; exec sleep 600");
        let begun = [
            &["-f", "/dev/null", "new-session", "-d"],
            &size[..],
            &[&line],
        ]
        .concat();
        terminal.tmux(&begun);
        Some(terminal)
    }

    fn tmux(&self, arguments: &[&str]) -> String {
        let socket = self.folder.path().join("tmux");
        // Programs in it have the environment that tests have.
        let mut tmux = Command::new(&self.tmux);
        for (name, value) in command(&[]).get_envs() {
            match value {
                Some(value) => tmux.env(name, value),
                None => tmux.env_remove(name),
            };
        }
        let output = tmux
            .env("LC_ALL", "C.UTF-8")
            .env("TERM", "xterm-256color")
            .env("NO_COLOR", "1")
            .env_remove("TMUX")
            .arg("-S")
            .arg(socket)
            .args(arguments)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {told}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What it shows once that is as wanted.
    #[track_caller]
    fn until(&self, wanted: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let shown = self.tmux(&["capture-pane", "-p"]);
            if wanted(&shown) {
                return shown;
            }
            assert!(start.elapsed() < LONG, "{shown}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn press(&self, keys: &[&str]) {
        self.tmux(&[&["send-keys"], keys].concat());
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

fn tp(arguments: &str) -> String {
    format!("{} {arguments}", env!("CARGO_BIN_EXE_tp"))
}

#[test]
fn a_game_is_watched_on_the_whole_screen() {
    let serve = Serve::start(&[]);
    let url = format!("guest:guest@{}", serve.address);
    let line = tp(&format!("watch {url}"));
    let Some(terminal) = Terminal::start(120, 40, &line) else {
        return;
    };
    let shown = terminal.until(|shown| shown.contains("First fleet of guest"));
    for part in [
        "┌Map",
        "┌Objects",
        "┌Object─",
        "┌Messages",
        "turn 1",
        "q end",
        "✶",
        "Welcome",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(
        shown.lines().all(|line| line.chars().count() <= 120),
        "{shown}"
    );
    // The first object is chosen, and the next is a key away.
    assert!(shown.contains("Name: The Universe"), "{shown}");
    terminal.press(&["Down"]);
    terminal.until(|shown| shown.contains("Name: Milky Way"));
    // Only what is one's own: a planet and a fleet.
    terminal.press(&["m"]);
    let shown = terminal.until(|shown| !shown.contains("Andromeda"));
    assert!(shown.contains("First fleet of guest"), "{shown}");
    terminal.press(&["Down"]);
    terminal.until(|shown| shown.contains("Name: First fleet of guest"));
    // The map around it shows no more of the other galaxy.
    terminal.press(&["c", "+", "+", "+", "+"]);
    terminal.until(|shown| !shown.contains("Canopus"));
    terminal.press(&["0", "m", "Tab"]);
    terminal.until(|shown| shown.contains("leads the Hive"));
    terminal.press(&["End"]);
    let shown = terminal.until(|shown| shown.contains("You have a planet"));
    assert!(shown.contains("Give them orders"), "{shown}");

    // What happens shows by itself.
    let order = format!("guest:guest@{}", serve.address);
    crate::program::tp(&["order", &order, "First fleet of guest", "Wait", "Turns=9"]).fine();
    crate::program::tp(&["finish-turn", &order, "--wait=60s"]).fine();
    terminal.until(|shown| shown.contains("turn 2") && shown.contains("Turns="));
    terminal.press(&["q"]);
    terminal.until(|shown| shown.contains("ended with 0"));
}

#[cfg(unix)]
#[test]
fn a_watched_game_that_goes_away_is_waited_for() {
    let state = tempfile::tempdir().unwrap();
    let mut serve = Serve::start_in(state.path(), &["--data", state.path().to_str().unwrap()]);
    let address = serve.address;
    let line = tp(&format!("watch guest:guest@{address}"));
    let Some(terminal) = Terminal::start(80, 24, &line) else {
        return;
    };
    terminal.until(|shown| shown.contains("turn 1"));
    assert_eq!(serve.program.ended_by("-TERM"), Some(0));
    let port = address.port().to_string();
    let again = [
        "serve",
        "--port",
        &port,
        "--data",
        state.path().to_str().unwrap(),
    ];
    let mut again = crate::program::Program::start(&mut command(&again));
    again.until("Ctrl-C");
    let url = format!("guest:guest@{address}");
    crate::program::tp(&["finish-turn", &url, "--wait=60s"]).fine();
    terminal.until(|shown| shown.contains("turn 2"));
    terminal.press(&["Escape"]);
    terminal.until(|shown| shown.contains("ended with 0"));
}

#[test]
fn a_password_is_asked_for_and_not_shown() {
    let serve = Serve::start(&[]);
    let line = format!(
        "unset TP_PASSWORD; {}",
        tp(&format!("turn {}", serve.address))
    );
    let Some(terminal) = Terminal::start(100, 10, &line) else {
        return;
    };
    terminal.until(|shown| shown.contains(&format!("Name at tp://{}:", serve.address)));
    terminal.press(&["guest", "Enter"]);
    terminal.until(|shown| shown.contains("Password of guest at "));
    terminal.press(&["guest", "Enter"]);
    let shown = terminal.until(|shown| shown.contains("ended with 0"));
    assert!(shown.contains("turn 1"), "{shown}");
    // Its name was typed and asked with, and no more.
    assert_eq!(shown.matches("guest").count(), 2, "{shown}");
}

#[test]
fn an_order_asks_for_what_it_needs() {
    let serve = Serve::start(&[]);
    let url = format!("guest:guest@{}", serve.address);
    let line = tp(&format!("order {url} 'First fleet of guest'"));
    let Some(terminal) = Terminal::start(100, 20, &line) else {
        return;
    };
    terminal.until(|shown| shown.contains("Order (Move, "));
    terminal.press(&["wait", "Enter"]);
    terminal.until(|shown| shown.contains("Turns (turns, 0 to 100):"));
    terminal.press(&["12", "Enter"]);
    let shown = terminal.until(|shown| shown.contains("ended with 0"));
    assert!(shown.contains("Turns=12"), "{shown}");
}

#[test]
fn tables_are_as_wide_as_the_terminal() {
    let serve = Serve::start(&[]);
    let url = format!("guest:guest@{}", serve.address);
    for (columns, is_wide) in [(40, false), (200, true)] {
        for command in [
            "components",
            "resources",
            "list order",
            "players",
            "designs",
        ] {
            let (name, more) = command.split_once(' ').unwrap_or((command, ""));
            let url = if more.is_empty() { url.as_str() } else { "" };
            let line = tp(&format!("{name} {url} {more}"));
            let Some(terminal) = Terminal::start(columns, 60, &line) else {
                return;
            };
            let shown = terminal.until(|shown| shown.contains("ended with 0"));
            // A line that did not fit would have been broken in the midst of a word, and go on at the
            // first column, where names begin.
            let rows = shown
                .lines()
                .take_while(|line| !line.contains("ended with"));
            let widest = rows.map(|line| line.chars().count()).max().unwrap();
            assert!(widest <= columns.into(), "{shown}");
            if is_wide && command == "components" {
                assert!(shown.contains("Sees other fleets from afar."), "{shown}");
            }
        }
    }
}
