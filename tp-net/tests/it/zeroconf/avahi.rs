//! A real Avahi, with a bus of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::PATIENCE;

/// In the `/run` of the test's own.
const BUS: &str = "/run/tp-bus";

const BUS_CONFIG: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=/run/tp-bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow own="*"/>
    <allow send_type="method_call"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow send_type="signal"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
  </policy>
</busconfig>
"#;

const AVAHI_CONFIG: &str = "[server]
host-name=avahi-test
allow-interfaces=lo
use-ipv4=yes
use-ipv6=yes
enable-dbus=yes
[publish]
publish-hinfo=no
publish-workstation=no
";

/// A program that ends when dropped.
pub(crate) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Politely, so that it says goodbye.
        let pid = self.0.id().to_string();
        let _ = Command::new("kill").arg(&pid).status();
        let _ = self.0.wait();
    }
}

/// Avahi's daemon and its tools.
pub(crate) struct Avahi {
    browse: PathBuf,
    publish: PathBuf,
    /// Ended in this order.
    _daemon: Running,
    _bus: Running,
}

impl Avahi {
    /// Starts it, in the network of this test; or skips.
    pub(crate) fn start() -> Option<Self> {
        let bus = tp_test_components::program("dbus-daemon")?;
        let daemon = tp_test_components::program("avahi-daemon")?;
        let browse = tp_test_components::program("avahi-browse")?;
        let publish = tp_test_components::program("avahi-publish")?;
        fs::write("/run/tp-bus.conf", BUS_CONFIG).unwrap();
        fs::write("/run/tp-avahi.conf", AVAHI_CONFIG).unwrap();
        let bus = start(Command::new(bus).args([
            "--config-file=/run/tp-bus.conf",
            "--nofork",
            "--nopidfile",
        ]));
        wait_until("the bus", || Path::new(BUS).exists());
        let options = [
            "--no-chroot",
            "--no-rlimits",
            "--no-drop-root",
            "--file=/run/tp-avahi.conf",
        ];
        let daemon = start(with_bus(&mut Command::new(daemon)).args(options));
        let avahi = Self {
            browse,
            publish,
            _daemon: daemon,
            _bus: bus,
        };
        // It answers as soon as it is there.
        wait_until("avahi-daemon", || avahi.browse("_tp._tcp").is_some());
        Some(avahi)
    }

    /// Announces a service until dropped.
    pub(crate) fn publish(&self, name: &str, service: &str, port: u16, txt: &[&str]) -> Running {
        let port = port.to_string();
        let mut command = Command::new(&self.publish);
        start(
            with_bus(&mut command)
                .args(["--service", name, service, &port])
                .args(txt),
        )
    }

    /// Waits until Avahi has resolved a service of this type that is as wanted.
    pub(crate) fn wait_for_row(&self, service: &str, wanted: impl Fn(&str) -> bool) -> String {
        let mut last = String::new();
        let mut found = None;
        wait_until(service, || {
            last = self.browse(service).unwrap_or_default();
            found = last
                .lines()
                .find(|row| row.starts_with('=') && wanted(row))
                .map(str::to_owned);
            found.is_some()
        });
        found.unwrap()
    }

    /// Waits until Avahi knows no service of this type.
    pub(crate) fn wait_for_none(&self, service: &str) {
        let none = || self.browse(service).is_some_and(|rows| rows.is_empty());
        wait_until(&format!("no {service}"), none);
    }

    /// What Avahi knows of services of this type; nothing if it does not answer.
    fn browse(&self, service: &str) -> Option<String> {
        let mut command = Command::new(&self.browse);
        let options = ["--resolve", "--parsable", "--terminate"];
        let output = with_bus(&mut command).args(options).arg(service).output();
        let output = output.ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

fn with_bus(command: &mut Command) -> &mut Command {
    command.env("DBUS_SYSTEM_BUS_ADDRESS", format!("unix:path={BUS}"))
}

fn start(command: &mut Command) -> Running {
    let quiet = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Running(quiet.spawn().unwrap())
}

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < PATIENCE, "{what} did not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}
