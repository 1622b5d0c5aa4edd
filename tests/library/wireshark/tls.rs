//! Frames within TLS, between two openssl.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::pcap::Connection;
use super::traffic::{Recorder, Said, Way};
use super::transports::{check_talk, talk};
use super::tshark::{Tshark, in_stream};

/// A running openssl; ended when dropped.
struct Openssl(Child);

impl Openssl {
    /// Runs one in `folder`; a blank ends an argument.
    fn start(program: &Path, folder: &Path, arguments: &str) -> Self {
        let mut command = Command::new(program);
        command.args(arguments.split(' ')).current_dir(folder);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }

    /// Sends `bytes`, and waits until they have come out of `to`.
    fn send(&mut self, to: &mut Self, bytes: &[u8]) {
        let input = self.0.stdin.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
        let output = to.0.stdout.as_mut().unwrap();
        let mut seen = Vec::new();
        // openssl says a few words of its own before.
        while !seen.ends_with(bytes) {
            let mut byte = [0];
            output.read_exact(&mut byte).unwrap();
            seen.extend(byte);
        }
    }
}

impl Drop for Openssl {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What `talk` looks like within TLS, a few bytes a record; the keys go to the file `keys`.
fn encrypted(openssl: &Path, folder: &Path, talk: &[Said]) -> Vec<Said> {
    let certificate = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
                       -subj /CN=localhost -keyout key.pem -out cert.pem";
    let mut made = Openssl::start(openssl, folder, certificate);
    assert!(made.0.wait().unwrap().success());
    let server = "s_server -accept 127.0.0.1:0 -cert cert.pem -key key.pem";
    let mut server = Openssl::start(openssl, folder, server);
    // `ACCEPT 127.0.0.1:34567`, and then what the client sends.
    let mut lines = BufReader::with_capacity(1, server.0.stdout.take().unwrap());
    let address: SocketAddr = loop {
        let mut line = String::new();
        assert_ne!(
            lines.read_line(&mut line).unwrap(),
            0,
            "openssl does not listen"
        );
        if let Some(address) = line.strip_prefix("ACCEPT ") {
            break address.trim().parse().unwrap();
        }
    };
    server.0.stdout = Some(lines.into_inner());
    let recorder = Recorder::start(address);
    let client = format!(
        "s_client -quiet -connect {} -keylogfile keys",
        recorder.address
    );
    let mut client = Openssl::start(openssl, folder, &client);
    for said in talk {
        let (from, to) = match said.way {
            Way::ToServer => (&mut client, &mut server),
            Way::ToClient => (&mut server, &mut client),
        };
        for part in said.bytes.chunks(7) {
            from.send(to, part);
        }
    }
    drop(client);
    drop(server);
    recorder.finish()
}

#[test]
fn frames_are_found_within_tls() {
    let (Some(tshark), Some(openssl)) = (Tshark::new(), tp_test_components::program("openssl"))
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let ports = [
        (6924, "tp04"),
        (6924, "tp03"),
        (6926, "admin"),
        (443, "tp04"),
    ];
    let connections: Vec<_> = ports
        .iter()
        .map(|(port, protocol)| Connection {
            port: *port,
            segments: encrypted(&openssl, folder.path(), &talk(protocol)),
        })
        .collect();
    let keys = format!("tls.keylog_file:{}/keys", folder.path().display());
    // Wireshark would know TLS by its looks as well.
    let only_ports = ["-2", "-o", &keys, "--disable-heuristic", "tls_tcp"];
    let items = tshark.read_with(&connections, &only_ports);
    for (stream, (_, protocol)) in ports.iter().enumerate() {
        check_talk(&in_stream(&items, stream), protocol);
    }
    // Without the keys there is nothing to see.
    assert!(tshark.read(&connections).is_empty());
}
