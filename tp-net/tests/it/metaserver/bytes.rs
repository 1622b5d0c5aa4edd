//! Frames made by hand, as the old programs make them.

pub(crate) const TP03: &[u8; 4] = b"TP03";
pub(crate) const TP04: &[u8; 4] = b"TP\x04\x00";

pub(crate) fn frame(version: &[u8; 4], r#type: u32, body: &[u8]) -> Vec<u8> {
    let number = |number: u32| number.to_be_bytes();
    let length = number(u32::try_from(body.len()).unwrap());
    [version, &number(1)[..], &number(r#type), &length, body].concat()
}

pub(crate) fn string(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap();
    [&length.to_be_bytes()[..], text.as_bytes()].concat()
}

pub(crate) fn okay(version: &[u8; 4], words: &str) -> Vec<u8> {
    frame(version, 0, &string(words))
}

/// A Fail; with `references` it has an empty list of them behind its words.
pub(crate) fn fail(version: &[u8; 4], code: u32, words: &str, references: bool) -> Vec<u8> {
    let references: &[u8] = if references { &[0; 4] } else { &[] };
    frame(
        version,
        1,
        &[&code.to_be_bytes()[..], &string(words), references].concat(),
    )
}

pub(crate) fn sequence(version: &[u8; 4], number: u32) -> Vec<u8> {
    frame(version, 2, &number.to_be_bytes())
}

/// The body of a Game with one connection and two parameters, up to where versions differ.
pub(crate) fn game_body(short: &str, long: &str, turn: u32) -> Vec<u8> {
    [
        string(short),
        string(""),
        1_u32.to_be_bytes().to_vec(),
        string("0.3"),
        string("0.5.0"),
        string("tpserver-cpp"),
        string("MiniSec"),
        string("1.0"),
        1_u32.to_be_bytes().to_vec(),
        string("tp"),
        string("game.example"),
        string("203.0.113.5"),
        6923_u32.to_be_bytes().to_vec(),
        2_u32.to_be_bytes().to_vec(),
        7_u32.to_be_bytes().to_vec(),
        string(long),
        0_u32.to_be_bytes().to_vec(),
        9_u32.to_be_bytes().to_vec(),
        string(""),
        turn.to_be_bytes().to_vec(),
    ]
    .concat()
}

pub(crate) fn game(version: &[u8; 4], short: &str, long: &str, turn: u32) -> Vec<u8> {
    frame(version, 66, &game_body(short, long, turn))
}

/// Splits frames: version, type, body.
pub(crate) fn split(mut wire: &[u8]) -> Vec<([u8; 4], u32, Vec<u8>)> {
    let mut frames = Vec::new();
    while let Some((header, rest)) = wire.split_at_checked(16) {
        let number = |at: usize| u32::from_be_bytes(header[at..at + 4].try_into().unwrap());
        assert_eq!(number(4), 1, "the sequence number of all answers");
        let (body, rest) = rest.split_at(number(12) as usize);
        frames.push((header[..4].try_into().unwrap(), number(8), body.to_vec()));
        wire = rest;
    }
    assert!(wire.is_empty(), "{wire:?}");
    frames
}
