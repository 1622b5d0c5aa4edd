//! Which frames are shown.

use std::ops::RangeInclusive;

use clap::{Args, ValueEnum};
use tp_frames::{Header, admin, game};

use super::capture::{Captured, Direction};
use crate::values::nearest;

/// Which frames are shown: of all that is asked for, one each
#[derive(Args, Clone)]
pub(crate) struct FilterArgs {
    /// Only these frames: names, or numbers of types
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', value_parser = frame_types)]
    pub(super) frame: Vec<FrameTypes>,

    /// Only frames that go this way
    #[arg(long, value_enum)]
    pub(super) direction: Option<DirectionChoice>,

    /// Only frames of this connection; can be given more than once
    #[arg(long, value_name = "N")]
    pub(super) connection: Vec<u64>,

    /// Only frames with this sequence number, or with one from A to B
    #[arg(long, value_name = "N|A-B", value_parser = sequences)]
    pub(super) sequence: Option<Sequences>,
}

/// Which way frames go.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DirectionChoice {
    /// From the client to the server, C>S
    #[value(aliases = ["C>S", "c>s"])]
    ToServer,
    /// From the server to the client, S>C
    #[value(aliases = ["S>C", "s>c"])]
    ToClient,
}

/// The types that one word of `--frame` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FrameTypes(Vec<u32>);

/// The numbers of `--sequence`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sequences(RangeInclusive<u32>);

/// Reads a frame's name or the number of its type.
fn frame_types(word: &str) -> Result<FrameTypes, String> {
    if let Ok(number) = word.parse() {
        return Ok(FrameTypes(vec![number]));
    }
    let packets = || game::PACKETS.iter().chain(admin::PACKETS);
    let named = packets().filter(|packet| packet.name.eq_ignore_ascii_case(word));
    let types: Vec<_> = named.map(|packet| packet.r#type).collect();
    if !types.is_empty() {
        return Ok(FrameTypes(types));
    }
    Err(match nearest(word, packets().map(|packet| packet.name)) {
        Some(name) => format!("no frame is called that; do you mean {name}?"),
        None => "no frame is called that".to_owned(),
    })
}

/// Reads a sequence number, or the first and the last of several.
fn sequences(word: &str) -> Result<Sequences, &'static str> {
    const NEITHER: &str = "it is neither a number nor two, as in 3-9";
    let (first, last) = word.split_once('-').unwrap_or((word, word));
    let first = first.parse().map_err(|_| NEITHER)?;
    let last = last.parse().map_err(|_| NEITHER)?;
    match first <= last {
        true => Ok(Sequences(first..=last)),
        false => Err("the first number is more than the last"),
    }
}

/// What a frame has to be to be shown: of all that is asked for, one each.
pub(crate) struct Filter<'a> {
    types: Vec<u32>,
    direction: Option<Direction>,
    connections: &'a [u64],
    sequences: Option<&'a Sequences>,
}

impl<'a> Filter<'a> {
    pub(crate) fn new(args: &'a FilterArgs) -> Self {
        Self {
            types: args.frame.iter().flat_map(|it| it.0.clone()).collect(),
            direction: args.direction.map(|direction| match direction {
                DirectionChoice::ToServer => Direction::ToServer,
                DirectionChoice::ToClient => Direction::ToClient,
            }),
            connections: &args.connection,
            sequences: args.sequence.as_ref(),
        }
    }

    /// Returns `true` if it shows all.
    pub(crate) fn is_open(&self) -> bool {
        self.types.is_empty()
            && self.direction.is_none()
            && self.connections.is_empty()
            && self.sequences.is_none()
    }

    pub(crate) fn shows(&self, captured: &Captured) -> bool {
        self.shows_connection(captured.connection())
            && self.shows_header(captured.direction, &captured.header)
    }

    /// The same of a frame of which there is no more.
    pub(crate) fn shows_header(&self, direction: Direction, header: &Header) -> bool {
        let sequences = self.sequences;
        (self.types.is_empty() || self.types.contains(&header.r#type))
            && self.direction.is_none_or(|it| it == direction)
            && sequences.is_none_or(|it| it.0.contains(&header.sequence))
    }

    /// The same of what is no frame.
    pub(crate) fn shows_connection(&self, number: Option<u64>) -> bool {
        self.connections.is_empty()
            || number.is_none_or(|number| self.connections.contains(&number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_named_or_numbered() {
        assert_eq!(frame_types("Object"), Ok(FrameTypes(vec![7])));
        assert_eq!(frame_types("objectdesc"), Ok(FrameTypes(vec![68])));
        assert_eq!(frame_types("LogMessage"), Ok(FrameTypes(vec![1000])));
        assert_eq!(frame_types("4711"), Ok(FrameTypes(vec![4711])));
        // The game's and the administration's.
        assert_eq!(frame_types("OKAY"), Ok(FrameTypes(vec![0, 0])));
        for (wrong, told) in [
            ("Objct", "no frame is called that; do you mean Object?"),
            (
                "getobjectbyid",
                "no frame is called that; do you mean GetObjectsByID?",
            ),
            ("Spaceship", "no frame is called that"),
            ("", "no frame is called that"),
            ("-1", "no frame is called that"),
        ] {
            assert_eq!(frame_types(wrong), Err(told.to_owned()), "{wrong}");
        }
    }

    #[test]
    fn sequences_are_numbers_or_ranges() {
        assert_eq!(sequences("7"), Ok(Sequences(7..=7)));
        assert_eq!(sequences("0-4294967295"), Ok(Sequences(0..=u32::MAX)));
        for wrong in ["", "x", "1-", "-1", "1-2-3", "4294967296", "9-3"] {
            assert!(sequences(wrong).is_err(), "{wrong}");
        }
    }
}
