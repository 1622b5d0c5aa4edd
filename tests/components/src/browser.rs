//! A real browser, without a window.

use std::process::{Command, Stdio};

use crate::program;

/// Flags that keep it to the page: no window, no network, nothing of its maker's.
const FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--enable-logging=stderr",
    "--dump-dom",
];

/// What the browser made of a page.
#[derive(Debug)]
pub struct Page {
    /// The page as it is after its scripts ran.
    pub dom: String,
    /// What was reported on the console.
    pub console: Vec<String>,
}

/// Opens a page, with flags more than the usual; nothing without a browser.
///
/// # Panics
///
/// The browser does not come to an end, or to a bad one; or it is missing and
/// [`MUST_RUN`](crate::MUST_RUN) is set.
#[must_use]
#[expect(clippy::expect_used, reason = "how a test fails")]
pub fn browse(url: &str, flags: &[&str]) -> Option<Page> {
    let browser = program("chromium")?;
    let profile = tempfile::tempdir().expect("a folder for the profile");
    // So that a browser that hangs is a failure, and no more than that.
    let output = Command::new(program("timeout")?)
        .args(["--kill-after=10", "300"])
        .arg(browser)
        .args(FLAGS)
        .args(flags)
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(url)
        .stdin(Stdio::null())
        .output()
        .expect("the browser starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", output.status);
    let console = said.lines().filter(|line| line.contains("CONSOLE"));
    Some(Page {
        dom: String::from_utf8(output.stdout).expect("a page is text"),
        console: console.map(str::to_owned).collect(),
    })
}
