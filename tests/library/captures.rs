//! Whole sessions: every frame decodes, encodes to the same bytes, and its parameters are read by
//! the descriptions that came before it. The traffic is the project's own making; see
//! `tests/vectors/README.md`.

use std::collections::BTreeMap;

use serde_json::Value;
use tp_frames::{DecodeOptions, Direction, RawFrame};
use tp_tests::golden::only_frame;
use tp_tests::{Protocol, from_hex};

type Counts<'a> = BTreeMap<&'a str, usize>;

/// What the session itself says is in it: `# expect frames=12 …`.
fn expected(text: &str) -> Counts<'_> {
    let mut lines = text.lines();
    let line = lines.find_map(|line| line.strip_prefix("# expect "));
    let pairs = line.unwrap().split(' ');
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap());
    pairs
        .map(|(key, count)| (key, count.parse().unwrap()))
        .collect()
}

fn replay(protocol: &str, text: &str) {
    let protocol = Protocol::named(protocol);
    let mut counts: Counts<'_> = ["frames", "unknown", "trailing", "exact", "stopped", "raw"]
        .map(|key| (key, 0))
        .into();
    let mut count = |key| *counts.get_mut(key).unwrap() += 1;
    let mut descriptions: BTreeMap<(&str, u32), RawFrame> = BTreeMap::new();
    let options = DecodeOptions::default();
    for line in text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (way, hex) = line.split_once(' ').unwrap();
        let raw = only_frame(&from_hex(hex));
        assert_eq!(raw.header.version, protocol.version, "{line}");
        count("frames");

        // `decode` panics where the frame does not encode to the bytes it came from.
        let decoded = (protocol.decode)(raw.header.r#type, &raw.body, &options).expect(line);
        if !decoded.trailing.is_empty() {
            count("trailing");
        }
        if decoded.frame["name"] == "Unknown" {
            count("unknown");
            continue;
        }
        let goes = match way {
            "C>S" => Direction::ToServer,
            "S>C" => Direction::ToClient,
            other => panic!("neither way: {other}"),
        };
        let packet = protocol.packet(decoded.frame["name"].as_str().unwrap());
        assert_eq!(packet.direction, goes, "{line}");

        let description = protocol.needs(&raw).and_then(|key| descriptions.get(&key));
        match (protocol.resolve)(&raw, description) {
            Some(read) if read["stopped"] == Value::Null => {
                assert_eq!(read["leftover"], "", "{line}");
                count("exact");
            }
            Some(_) => count("stopped"),
            None if protocol.needs(&raw).is_some() => count("raw"),
            None => {}
        }
        if let Some(key) = protocol.describes(&raw) {
            descriptions.insert(key, raw);
        }
    }
    assert_eq!(counts, expected(text), "{}", protocol.name);
    assert!(counts["frames"] > 20, "a session of some length");
}

#[test]
fn a_session_in_tp03() {
    replay("tp03", include_str!("../vectors/session-tp03.txt"));
}

#[test]
fn a_session_in_tp04() {
    replay("tp04", include_str!("../vectors/session-tp04.txt"));
}

#[test]
fn a_session_with_the_administration() {
    replay("admin", include_str!("../vectors/session-admin.txt"));
}
