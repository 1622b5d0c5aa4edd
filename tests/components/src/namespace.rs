//! A network that a test has for itself: nothing gets in or out.

use std::any::type_name;
use std::env;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Set in the process that has the network.
const INSIDE: &str = "TP_TESTS_NAMESPACE";

/// What a test may take. A guard against hanging, not a measure.
const PATIENCE: Duration = Duration::from_secs(300);

/// Runs the body of a test, a closure of that test's own, in a process of its own, with a network
/// and a `/run` of its own; or skips. The only interface is loopback, and it does multicast.
///
/// # Panics
///
/// The body does, or hangs; or it would skip where [`MUST_RUN`](crate::MUST_RUN) is set.
#[expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "how a test fails"
)]
pub fn alone<F: FnOnce()>(body: F) {
    if env::var_os(INSIDE).is_some() {
        prepare();
        body();
        return;
    }
    let Some(unshare) = crate::program("unshare") else {
        return;
    };
    let Some(_) = crate::program("ip") else {
        return;
    };
    let Some(options) = permitted(&unshare) else {
        crate::skip("no network namespace can be made here");
        return;
    };
    // The path of a test in its program is that of its closure, without the crate.
    let closure = type_name::<F>().strip_suffix("::{{closure}}");
    let (_, test) = closure.and_then(|it| it.split_once("::")).expect("a test");
    let mut child = Command::new(unshare)
        .args(options)
        .arg(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(INSIDE, "1")
        .spawn()
        .unwrap();
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{test} hangs");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(status.success(), "{test} failed in its namespace");
}

/// How a namespace can be made: as root, or else as nobody in particular.
fn permitted(unshare: &Path) -> Option<&'static [&'static str]> {
    const AS_USER: &[&str] = &[
        "--map-root-user",
        "--net",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
    ];
    let (_, as_root) = AS_USER.split_first()?;
    [as_root, AS_USER].into_iter().find(|options| {
        let tried = Command::new(unshare).args(*options).arg("true").output();
        tried.is_ok_and(|tried| tried.status.success())
    })
}

/// Multicast over loopback, the only interface there is.
#[expect(clippy::unwrap_used, reason = "how a test fails")]
fn prepare() {
    for command in [
        "ip link set lo up multicast on",
        "ip route add 224.0.0.0/4 dev lo",
        "mount -t tmpfs tmpfs /run",
    ] {
        let mut words = command.split(' ');
        let done = Command::new(words.next().unwrap())
            .args(words)
            .output()
            .unwrap();
        assert!(
            done.status.success(),
            "{command}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
    }
}
