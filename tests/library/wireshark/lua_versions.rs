//! The dissector in the Lua of Wireshark 4.0 and in that of later ones, without Wireshark.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::json;
use tp_frames::printable;
use tp_tests::golden;
use tp_tests::{Protocol, from_hex, to_hex};

use super::expected::{Follower, raw};
use super::pcap::port;
use super::traffic::frame;
use super::tshark::{dissector, is_of_body};

/// The names of a frame's fields, each with its bytes and text.
type Fields = Vec<[String; 3]>;

/// What the dissector shows of each line of `frames`, run by this Lua.
fn run(lua: &str, numbers: &str, frames: &str) -> Option<Vec<Fields>> {
    let program = tp_test_components::program(lua)?;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tp.lua"), dissector()).unwrap();
    let stub = concat!(env!("CARGO_MANIFEST_DIR"), "/library/wireshark/stub.lua");
    let mut child = Command::new(program)
        .args([stub, "tp.lua", numbers])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let frames = frames.to_owned();
    let writer = std::thread::spawn(move || input.write_all(frames.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{lua}: {complaint}");
    writer.join().unwrap().unwrap();
    let mut shown: Vec<Fields> = Vec::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        match *line.split(' ').collect::<Vec<_>>() {
            ["frame"] => shown.push(Vec::new()),
            [name, bytes, text] => {
                let fields = shown.last_mut().unwrap();
                fields.push([name, bytes, text].map(ToOwned::to_owned));
            }
            _ => panic!("{lua}: {line}"),
        }
    }
    Some(shown)
}

#[test]
fn every_lua_that_wireshark_has_shows_the_same() {
    let mut frames = String::new();
    let mut wanted = Vec::new();
    for vectors in golden::all() {
        let protocol = vectors.protocol();
        let port = port(protocol.name);
        for good in &vectors.frames {
            frames += &format!("{port} {}\n", good.hex);
            wanted.push(Follower::new(protocol).next(raw(&from_hex(&good.hex))));
        }
    }
    // Escaping counts with code points, which one Lua has as floats.
    let hostile = "\u{1b}[3m ह\u{200d}ह\u{10fffe}";
    let connect = frame("tp04", "Connect", json!({ "string": hostile }), 7);
    frames += &format!("{} {}\n", port("tp04"), to_hex(&connect));
    wanted.push(Follower::new(Protocol::named("tp04")).next(raw(&connect)));
    let title = format!(", #7 Connect string=\"{}\"", printable(hostile));
    let mut outcomes = Vec::new();
    // From some functions Wireshark gives what Lua 5.4 takes for a float.
    for (lua, numbers) in [
        ("lua5.2", "float"),
        ("lua5.4", "float"),
        ("lua5.4", "integer"),
    ] {
        let Some(shown) = run(lua, numbers, &frames) else {
            return;
        };
        assert_eq!(shown.len(), wanted.len());
        for (wanted, shown) in wanted.iter().zip(&shown) {
            let fields = shown.iter().map(|[name, bytes, _]| (&**name, &**bytes));
            let body = fields.filter(|(name, _)| is_of_body(name));
            wanted.check_bytes(&wanted.packet, body);
        }
        let titled = ["title".into(), String::new(), to_hex(title.as_bytes())];
        assert!(shown.last().unwrap().contains(&titled), "{shown:?}");
        outcomes.push(shown);
    }
    assert!(outcomes.windows(2).all(|two| two[0] == two[1]));
}
