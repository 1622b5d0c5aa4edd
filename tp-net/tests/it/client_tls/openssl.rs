//! TLS with a peer that is not ours.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use bytes::BytesMut;
use tp_frames::{DecodeOptions, Header, Packet, RawFrame, game};

use super::*;
use crate::peer::{PATIENCE, frame, options};

/// Ends the program with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(program: &Path, arguments: &[&str]) -> (Running, ChildStdin, ChildStdout) {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    (Running(child), input, output)
}

fn next_frame(output: &mut ChildStdout) -> RawFrame {
    let mut bytes = vec![0; Header::SIZE];
    output.read_exact(&mut bytes).unwrap();
    loop {
        let mut received = BytesMut::from(&bytes[..]);
        if let Some(frame) = RawFrame::take(&mut received, &DecodeOptions::default()).unwrap() {
            return frame;
        }
        let mut byte = [0];
        output.read_exact(&mut byte).unwrap();
        bytes.extend(byte);
    }
}

/// A TCP port in front of a socket in a folder, as `openssl s_server` tells nobody which port it
/// took. Each connection waits until the socket is there.
fn port_of(socket: PathBuf) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        while let Ok((mut client, _)) = listener.accept() {
            let started = Instant::now();
            let mut server = loop {
                match UnixStream::connect(&socket) {
                    Ok(server) => break server,
                    Err(error) => assert!(started.elapsed() < PATIENCE, "no server: {error}"),
                }
                std::thread::yield_now();
            };
            let mut up = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut up.0, &mut up.1);
                let _ = up.1.shutdown(std::net::Shutdown::Write);
            });
            let _ = std::io::copy(&mut server, &mut client);
            let _ = client.shutdown(std::net::Shutdown::Both);
        }
    });
    address
}

/// A certificate for 127.0.0.1 as people make them: signed by itself, and an authority too.
fn made_by_openssl(openssl: &Path, folder: &Path) -> (String, String) {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (certificate, key) = (path("certificate.pem"), path("key.pem"));
    let arguments = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=127.0.0.1",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-out",
        &certificate,
        "-keyout",
        &key,
    ];
    let made = Command::new(openssl).args(arguments).output().unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    (certificate, key)
}

#[test]
fn our_client_speaks_with_openssl_in_both_versions_on_every_client() {
    let Some(openssl) = tp_test_components::program("openssl") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = made_by_openssl(&openssl, folder.path());
    let shown = Command::new(&openssl)
        .args([
            "x509",
            "-noout",
            "-fingerprint",
            "-sha256",
            "-in",
            &certificate,
        ])
        .output()
        .unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    let (_, fingerprint) = shown.trim().split_once('=').unwrap();
    let fingerprint = fingerprint.parse().unwrap();
    for version in ["-tls1_2", "-tls1_3"] {
        for (index, api) in APIS.into_iter().enumerate() {
            let socket = folder.path().join(format!("{version}{index}"));
            let (_server, mut input, mut output) = start(
                &openssl,
                &[
                    "s_server",
                    "-quiet",
                    version,
                    "-cert",
                    &certificate,
                    "-key",
                    &key,
                    "-unix",
                    socket.to_str().unwrap(),
                ],
            );
            let address = port_of(socket);
            let url = encrypted(address);
            // Whom it does not trust it tells nothing.
            let stranger = logged_in(api, &url, options().trust(Trust::pinned([]))).unwrap_err();
            assert_eq!(stranger.untrusted().unwrap().fingerprint, fingerprint);
            let script = std::thread::spawn(move || {
                let asked = next_frame(&mut output);
                assert_eq!(asked.header.r#type, game::Connect::TYPE);
                let okay = frame(game::TP04, asked.header.sequence, &game::Okay::default());
                input.write_all(&okay).unwrap();
                input.flush().unwrap();
                let asked = next_frame(&mut output);
                assert_eq!(asked.header.r#type, game::Login::TYPE);
                let welcome = game::Okay {
                    result: version.into(),
                };
                let okay = frame(game::TP04, asked.header.sequence, &welcome);
                input.write_all(&okay).unwrap();
                input.flush().unwrap();
                (input, output)
            });
            let trust = if index == 0 {
                Trust::roots_file(&certificate).unwrap()
            } else {
                Trust::pinned([fingerprint])
            };
            assert_eq!(
                logged_in(api, &url, options().trust(trust)).unwrap(),
                version
            );
            drop(script.join().unwrap());
        }
    }
}

#[test]
fn openssl_speaks_with_our_server_in_both_versions() {
    let Some(openssl) = tp_test_components::program("openssl") else {
        return;
    };
    let (identity, folder) = identity();
    let game = encrypted_game(identity);
    let root = folder.path().join("tls-identity.pem");
    let (address, root) = (game.local_addr().to_string(), root.to_str().unwrap());
    for version in ["-tls1_2", "-tls1_3"] {
        let arguments = [
            "s_client",
            "-quiet",
            version,
            "-connect",
            &address,
            "-CAfile",
            root,
            "-verify_return_error",
            "-verify_ip",
            "127.0.0.1",
        ];
        let (_client, mut input, mut output) = start(&openssl, &arguments);
        let connect = game::Connect {
            string: "openssl".into(),
        };
        input.write_all(&frame(game::TP04, 7, &connect)).unwrap();
        input.flush().unwrap();
        let answer = next_frame(&mut output);
        assert_eq!(
            (answer.header.r#type, answer.header.sequence),
            (game::Okay::TYPE, 7)
        );
    }
}

#[test]
fn openssl_takes_its_session_up_again_where_that_needs_no_ticket_behind_the_handshake() {
    let Some(openssl) = tp_test_components::program("openssl") else {
        return;
    };
    let (identity, folder) = identity();
    let game = encrypted_game(identity);
    let address = game.local_addr().to_string();
    for (version, sessions, kind, kept) in [
        ("-tls1_2", "-sess_out", "New, ", true),
        ("-tls1_2", "-sess_in", "Reused, ", true),
        ("-tls1_3", "-sess_out", "New, ", false),
    ] {
        let session = folder.path().join(version);
        let file = session.to_str().unwrap();
        let arguments = ["s_client", version, "-connect", &address, sessions, file];
        let (_client, mut input, mut output) = start(&openssl, &arguments);
        let connect = frame(game::TP04, 7, &game::Connect::default());
        input.write_all(&connect).unwrap();
        input.flush().unwrap();
        // A ticket of TLS 1.3 would come before the answer.
        let mut shown = Vec::new();
        let mut byte = [0];
        while !shown.windows(6).any(|it| it == b"TP\x04\0\0\0") {
            output.read_exact(&mut byte).unwrap();
            shown.extend(byte);
        }
        let shown = String::from_utf8_lossy(&shown);
        assert!(shown.contains(kind), "{version}: {shown}");
        // It has written the session when it ends, if it was given one.
        drop(input);
        let _ = output.read_to_end(&mut Vec::new());
        assert_eq!(session.exists(), kept, "{version}");
    }
}
