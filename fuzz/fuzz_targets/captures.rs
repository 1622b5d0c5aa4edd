//! A capture, line by line, is shown as text and as JSON, or what is wrong with a line is. None of it
//! has a character that does something to a terminal, or turns the order of what stands around it.
//!
//! Input: a byte for the protocol and for strictness, then the capture.
#![no_main]
#![allow(dead_code, reason = "the program has more that uses them")]

use libfuzzer_sys::fuzz_target;

use args::ProtocolChoice;
use decode::{capture, json, reader::Reader, summary::Summary, text};

/// How `tp decode` is told to read a capture.
mod args {
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub(crate) enum ProtocolChoice {
        Auto,
        Tp03,
        Tp04,
        Admin,
    }
}

/// The files of `tp decode` themselves: the program has no library.
#[path = "../../tp-cli/src/decode"]
mod decode {
    pub(crate) mod capture;
    mod descriptions;
    pub(crate) mod json;
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
    let mut reader = Reader::new(protocol, first & 4 != 0);
    let mut summary = Summary::default();
    for line in capture.split_inclusive(|byte| *byte == b'\n') {
        let captured = match capture::parse(line) {
            Ok(Some(captured)) => captured,
            Ok(None) => continue,
            Err(wrong) => {
                is_one_line(&wrong.to_string());
                summary.count_failed();
                continue;
            }
        };
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
    assert!(summary.to_string().starts_with("frames "));
});

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
