//! A capture of any kind, text, pcap or pcapng, is shown as text and as JSON, or what is wrong with it
//! is told. None of that has a character that does something to a terminal, or turns the order of what
//! stands around it; and there is no more of it, and no more held, than the file is long.
//!
//! Input: a byte for the protocol and for strictness, then the capture.
#![no_main]
#![allow(dead_code, reason = "the program has more that uses them")]

use std::collections::HashMap;

use libfuzzer_sys::fuzz_target;
use tp_fuzz::Held;

use decode::args::ProtocolChoice;
use decode::capture::{Capture, What};
use decode::{descriptions::Room, json, reader::Reader, summary::Summary, text};

/// The files of `tp decode` themselves: the program has no library.
#[path = "../../tp-cli/src/decode"]
mod decode {
    /// How `tp decode` is told to read a capture.
    pub(crate) mod args {
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub(crate) enum ProtocolChoice {
            Auto,
            Tp03,
            Tp04,
            Admin,
        }
    }

    pub(crate) mod capture;
    pub(crate) mod descriptions;
    pub(crate) mod json;
    mod limits;
    mod node;
    mod parameters;
    pub(crate) mod reader;
    pub(crate) mod summary;
    pub(crate) mod text;
}

fuzz_target!(|input: &[u8]| {
    let [first, capture @ ..] = input else {
        return;
    };
    let protocol = [
        ProtocolChoice::Auto,
        ProtocolChoice::Tp03,
        ProtocolChoice::Tp04,
        ProtocolChoice::Admin,
    ][usize::from(first % 4)];
    let held = Held::new();
    read(capture, protocol, first & 4 != 0);
    // A field shows in several forms at once, and a node of each takes more than its bytes.
    held.judge((1 << 20) + 2000 * capture.len(), capture.len());
});

fn read(file: &[u8], protocol: ProtocolChoice, strict: bool) {
    let capture = match Capture::open(file) {
        Ok(capture) => capture,
        Err(wrong) => return is_one_line(&wrong.to_string()),
    };
    let room = Room::default();
    let mut readers = HashMap::new();
    let mut summary = Summary::default();
    let mut items = 0;
    for item in capture {
        let item = item.expect("memory can be read");
        items += 1;
        if let Some(place) = item.place {
            is_one_line(&place.to_string());
        }
        let captured = match item.what {
            What::Frame(captured) => captured,
            What::Bad(wrong) => {
                is_one_line(&wrong.to_string());
                summary.count_failed();
                continue;
            }
            What::Note(note) => {
                is_one_line(&note.to_string());
                continue;
            }
            What::End(number) => {
                readers.remove(&Some(number));
                continue;
            }
        };
        let reader = readers.entry(captured.connection());
        let reader = reader.or_insert_with(|| Reader::new(protocol, strict, &room));
        match reader.decode(&captured) {
            Ok(decoded) => {
                summary.count(&decoded);
                let shown = text::frame(&captured, &decoded);
                shown.lines().for_each(is_one_line);
                if let Some(difference) = &decoded.difference {
                    is_one_line(&difference.to_string());
                }
                let line = json::line(&captured, &decoded).expect("a frame is JSON");
                is_one_line(&line);
                serde_json::from_str::<serde_json::Value>(&line).expect("JSON");
            }
            Err(wrong) => {
                is_one_line(&wrong.to_string());
                summary.count_failed();
            }
        }
    }
    // A line of text is two bytes at least; a packet is more, and of it may come that it is bad, that
    // bytes are missing and skipped, and that its connection ends.
    assert!(items <= file.len() + 10, "{items} of {}", file.len());
    assert!(summary.to_string().starts_with("frames "));
}

fn is_one_line(shown: &str) {
    let is_text = |it: char| !it.is_control() && !is_bidirectional(it);
    assert!(!shown.is_empty() && shown.chars().all(is_text), "{shown:?}");
}

/// Returns `true` for a mark of Unicode's bidirectional algorithm (UAX #9, 2).
fn is_bidirectional(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}
