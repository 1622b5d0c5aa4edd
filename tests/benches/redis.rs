//! Redis, to compare with.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::thread;
use std::time::Duration;

use tp_tests::process::Process;

/// A redis server with nothing in it, and where it listens; `None` if none is installed.
pub(crate) fn start() -> Option<(Process, SocketAddr)> {
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
