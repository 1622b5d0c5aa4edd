//! A TXT record tells of a game, whatever stands in it; what is told of this game tells of the same,
//! as a record and as the form for a metaserver, and its URLs are URLs.
//!
//! Input: pairs of a key and a value, each a byte for the length and so many bytes. A length of 128
//! and more is one of the keys that there are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tp_fuzz::Input;
use tp_net::discovery::metaserver::fuzzing::{game_of, record_of};

const KEYS: [&str; 18] = [
    "tp", "server", "sertype", "servtype", "rule", "rulever", "name", "turn", "plys", "cons",
    "objs", "admin", "cmt", "next", "ln", "sn", "prd", "key",
];

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    let mut pairs = Vec::new();
    while !input.is_empty() {
        let mut peeked = input.clone();
        let key = match peeked.byte() {
            known @ 128.. => {
                input = peeked;
                KEYS[usize::from(known) % KEYS.len()].to_owned()
            }
            _ => String::from_utf8_lossy(&input.bytes()).into_owned(),
        };
        let value = String::from_utf8_lossy(&input.bytes()).into_owned();
        // Of NULs at the end of a text, each reading takes one.
        let value = value.replace('\0', "");
        pairs.push((key, value));
    }
    let record: Vec<_> = pairs
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    let game = game_of(&record);
    let told = record_of(&game);
    let again: Vec<_> = told.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert_eq!(record_of(&game_of(&again)), told);
});
