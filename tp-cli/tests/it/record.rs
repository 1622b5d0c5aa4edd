//! `tp record` and `tp replay`.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::decode::packets::dissected;
use crate::program::{Program, Run, Serve, command, json, tp};

/// A relay to this URL, and where clients find it.
fn record(to: &str, arguments: &[&str]) -> (Program, SocketAddr) {
    let mut command = command(&["record", "--listen", "127.0.0.1:0", "--to", to]);
    let mut program = Program::start(command.args(arguments));
    let line = program.complaint(" are connected to ");
    let address = line.strip_prefix("clients of ").unwrap();
    let address = address.split(' ').next().unwrap().parse().unwrap();
    (program, address)
}

/// What `tp objects` shows of a game there.
fn objects(url: &str, more: &[&str]) -> String {
    tp(&[&["objects", url], more].concat()).fine()
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

#[cfg(unix)]
#[test]
fn every_transport_is_recorded_to_every_other() {
    let serve = Serve::start(&[]);
    let fingerprint = serve
        .told("encrypted: ")
        .unwrap()
        .rsplit(' ')
        .next()
        .unwrap();
    let direct = objects(&format!("guest@{}", serve.address), &[]);
    let folder = tempfile::tempdir().unwrap();
    for (number, to) in ["tp", "tps", "tp+http", "tp+https"].into_iter().enumerate() {
        let url = format!("{to}://{}", serve.address);
        let trust = match to {
            "tps" | "tp+https" => &["--fingerprint", fingerprint][..],
            _ => &[],
        };
        let file = path(folder.path(), &format!("{number}.pcapng"));
        let options = [&["--out", &file, "--format", "json"], trust].concat();
        let (mut program, address) = record(&url, &options);
        let mut connections = 0;
        for from in ["tp", "tps", "tp+http"] {
            for version in ["tp03", "tp04"] {
                let url = format!("{from}://guest@{address}");
                let trust = match from {
                    "tps" => &["--accept-any-certificate"][..],
                    _ => &[],
                };
                let options = [&["--protocol", version], trust].concat();
                assert_eq!(objects(&url, &options), direct, "{from} to {to}");
                connections += 1;
            }
        }
        let shown = program.rest_after("-INT");
        let frames = json(&shown);
        // What was shown is what was kept, and nothing of it is unknown.
        let read = tp(&["decode", &file, "--format", "json"]);
        assert_eq!(read.code, Some(0), "{}", read.stderr);
        assert_eq!(json(&read.stdout), frames);
        assert!(
            read.stderr.contains(" unknown 0 failed 0 trailing 0 "),
            "{}",
            read.stderr
        );
        assert!(
            !read.stdout.contains(r#""password":"guest""#),
            "it is not shown"
        );
        let numbers: std::collections::BTreeSet<_> = frames
            .iter()
            .map(|frame| frame["connection"].to_string())
            .collect();
        assert_eq!(numbers.len(), connections);
        let file = std::fs::read(&file).unwrap();
        let Some(dissected) = dissected(&file) else {
            return;
        };
        let number = |frame: &serde_json::Value, key: &str| frame[key].as_u64().unwrap();
        let wanted: Vec<_> = { frames.iter() }
            .map(|frame| (number(frame, "connection"), number(frame, "sequence")))
            .collect();
        assert_eq!(dissected, wanted);
    }
}

#[test]
fn every_byte_is_passed_on_as_it_was_however_slowly_it_comes() {
    // No frames at all: what goes through need not be read.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (_program, relay) = record(&format!("tp://{address}"), &[]);
    let mut bytes: Vec<u8> = (0..200_000_u32)
        .map(|it| (it.wrapping_mul(it) >> 3) as u8)
        .collect();
    // What begins as a frame is taken for frames.
    bytes[..4].copy_from_slice(b"TP04");
    let bytes = &bytes[..];
    let (there, back) = (bytes.to_vec(), bytes.to_vec());
    let server = thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut heard = vec![0; there.len()];
        socket.read_exact(&mut heard).unwrap();
        assert!(heard == there);
        for piece in there.chunks(7_777) {
            socket.write_all(piece).unwrap();
        }
        socket.shutdown(Shutdown::Write).unwrap();
        let mut rest = Vec::new();
        socket.read_to_end(&mut rest).unwrap();
        assert_eq!(rest, b"and the rest");
    });
    let mut socket = TcpStream::connect(relay).unwrap();
    socket.set_nodelay(true).unwrap();
    for piece in [&back[..1], &back[1..17], &back[17..]] {
        socket.write_all(piece).unwrap();
        thread::sleep(Duration::from_millis(20));
    }
    let mut heard = vec![0; back.len()];
    socket.read_exact(&mut heard).unwrap();
    assert!(heard == back);
    // One side may end, and the other go on.
    assert_eq!(socket.read(&mut [0]).unwrap(), 0);
    socket.write_all(b"and the rest").unwrap();
    socket.shutdown(Shutdown::Write).unwrap();
    server.join().unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_the_game_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let serve = Serve::start(&[]);
    for form in ["pcapng", "txt"] {
        let file = folder.path().join(format!("full.{form}"));
        std::os::unix::fs::symlink("/dev/full", &file).unwrap();
        let options = ["--out", file.to_str().unwrap()];
        let (mut program, address) = record(&format!("tp://{}", serve.address), &options);
        let seen = objects(&format!("guest@{address}"), &[]);
        assert_eq!(seen, objects(&format!("guest@{}", serve.address), &[]));
        let told = program.complaint("kept");
        assert!(told.contains("No space left on device"), "{told}");
        assert_eq!(program.ended_by("-INT"), Some(1));
    }
}

#[cfg(unix)]
#[test]
fn a_recorded_session_is_played_again_from_either_side() {
    let folder = tempfile::tempdir().unwrap();
    for version in ["tp03", "tp04"] {
        let file = path(folder.path(), &format!("{version}.pcapng"));
        let serve = Serve::start(&[]);
        let (mut program, address) = record(&format!("tp://{}", serve.address), &["--out", &file]);
        let direct = objects(&format!("guest@{address}"), &["--protocol", version]);
        program.rest_after("-INT");

        // The same game answers the same.
        let to = serve.address.to_string();
        let said = tp(&["replay", &file, "--to", &to]).fine();
        assert!(said.ends_with(" differences 0\n"), "{said}");
        // Another one does not.
        let other = Serve::start(&["--seed", "2"]);
        let to = other.address.to_string();
        let run = tp(&["replay", &file, "--to", &to, "--format", "json"]);
        assert_eq!(run.code, Some(1));
        let differences = json(&run.stdout);
        assert!(
            differences.iter().any(|it| it["path"] == "name"),
            "{}",
            run.stdout
        );

        // A client that asks the same is answered the same.
        let mut replay = command(&["replay", &file, "--listen", "127.0.0.1:0"]);
        let mut replay = Program::start(&mut replay);
        let waiting = replay.complaint("waiting for a client at ");
        let address = waiting.trim().rsplit(' ').next().unwrap();
        let again = objects(&format!("guest@{address}"), &["--protocol", version]);
        assert_eq!(again, direct);
        let said = replay.line(" differences ");
        assert!(said.ends_with(" differences 0"), "{said}");
    }
}

#[test]
fn what_cannot_be_recorded_or_replayed_is_told() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let empty = path(folder.path(), "empty.txt");
    std::fs::write(&empty, "# nothing\n").unwrap();
    for (arguments, code, wanted) in [
        (&["record", "--to", "h", "--listen", &taken][..], 1, &*taken),
        (&["record", "--to", "gopher://h"], 2, "no such scheme"),
        (
            &["record", "--to", "h", "--out", "/no/such/file.pcapng"],
            2,
            "cannot write /no/such",
        ),
        (
            &["record", "--to", "h", "--out", "file.pcap"],
            2,
            "ends in .pcapng or .txt",
        ),
        (
            &["record", "--to", "h", "--ca", "/no/such"],
            2,
            "whom to trust matters",
        ),
        (
            &["replay", "/no/such", "--to", "h"],
            2,
            "cannot read /no/such",
        ),
        (&["replay", &empty, "--to", "h"], 2, "has no frames"),
    ] {
        let told = tp(arguments).complaint(code);
        assert!(told.contains(wanted), "{arguments:?}: {told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    let told: Run = tp(&["replay", &empty]);
    assert_eq!(told.code, Some(2));
}
