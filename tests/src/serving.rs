//! What programs share that serve to be measured.

use std::io;
use std::net::SocketAddr;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tp_net::transport::tls::Identity;

/// As many sockets as the system gives to this process.
pub fn allow_files() {
    let limit = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: limit.maximum,
        ..limit
    };
    // Where it is not allowed there are as many as there are.
    let _ = setrlimit(Resource::Nofile, all);
}

/// A certificate that nobody knows.
///
/// # Panics
///
/// There is no room for it on the disk.
pub fn identity() -> Identity {
    let folder = tempfile::tempdir().unwrap();
    Identity::stored_in(folder.path(), ["localhost"]).unwrap()
}

/// Prints places, and waits for the end of standard input.
pub fn tell(places: &[SocketAddr]) {
    let places: Vec<String> = places.iter().map(ToString::to_string).collect();
    println!("{}", places.join(" "));
    io::stdin().lines().for_each(drop);
}
