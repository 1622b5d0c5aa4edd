//! Captures: one frame a line, in hexadecimal.

use std::fmt;

use tp_frames::{Header, NotTp};

/// Which way a frame went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

impl Direction {
    /// As captures and JSON write it.
    pub(crate) const fn mark(self) -> &'static str {
        match self {
            Self::ToServer => "C>S",
            Self::ToClient => "S>C",
        }
    }

    /// As text for a person shows it.
    pub(crate) const fn arrow(self) -> &'static str {
        match self {
            Self::ToServer => "C→S",
            Self::ToClient => "S→C",
        }
    }
}

/// A frame as it was captured.
#[derive(Debug, PartialEq)]
pub(crate) struct Captured {
    pub(crate) direction: Direction,
    pub(crate) header: Header,
    /// Header and body.
    pub(crate) bytes: Vec<u8>,
}

impl Captured {
    /// The bytes behind the header.
    pub(crate) fn body(&self) -> &[u8] {
        self.bytes.get(Header::SIZE..).unwrap_or_default()
    }
}

/// Why a line is no frame.
#[derive(Debug, PartialEq)]
pub(crate) enum BadLine {
    /// It does not start with a direction.
    Direction,
    /// Nothing, or more than one word, follows the direction.
    Words(usize),
    /// A character is no hexadecimal digit: which one of the digits, from 1.
    Digit { position: usize, byte: u8 },
    /// The last byte has only one digit.
    OddDigits(usize),
    /// The header does not fit in the bytes there are.
    NoHeader(usize),
    /// The bytes start with no TP header.
    NotTp(NotTp),
    /// The header counts another number of bytes behind it than there are.
    Length { header: u32, found: usize },
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direction => f.write_str("not a frame: the line starts with neither C>S nor S>C"),
            Self::Words(0) => f.write_str("no bytes follow the direction"),
            Self::Words(words) => {
                write!(
                    f,
                    "{words} words follow the direction where one of hex digits is expected"
                )
            }
            Self::Digit { position, byte } => {
                let byte = byte.escape_ascii();
                write!(f, "'{byte}' at hex digit {position} is no hex digit")
            }
            Self::OddDigits(digits) => {
                write!(
                    f,
                    "{digits} hex digits: an odd number, so the last byte is half there"
                )
            }
            Self::NoHeader(found) => {
                write!(
                    f,
                    "{found} bytes where a header alone takes {}",
                    Header::SIZE
                )
            }
            Self::NotTp(error) => error.fmt(f),
            Self::Length { header, found } => {
                write!(
                    f,
                    "the header says that {header} bytes follow it, but {found} do"
                )
            }
        }
    }
}

/// Reads one line; nothing if it is blank or a comment.
pub(crate) fn parse(line: &[u8]) -> Result<Option<Captured>, BadLine> {
    let mut words = line
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let direction = match words.next() {
        None | Some([b'#', ..]) => return Ok(None),
        Some(b"C>S") => Direction::ToServer,
        Some(b"S>C") => Direction::ToClient,
        Some(_) => return Err(BadLine::Direction),
    };
    let (Some(digits), None) = (words.next(), words.next()) else {
        let all = line
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty());
        return Err(BadLine::Words(all.count().saturating_sub(1)));
    };
    let bytes = from_hex(digits)?;
    let start = bytes.first_chunk().ok_or(BadLine::NoHeader(bytes.len()))?;
    let header = Header::from_bytes(start).map_err(BadLine::NotTp)?;
    let found = bytes.len().saturating_sub(Header::SIZE);
    if header.length as usize != found {
        return Err(BadLine::Length {
            header: header.length,
            found,
        });
    }
    Ok(Some(Captured {
        direction,
        header,
        bytes,
    }))
}

fn from_hex(digits: &[u8]) -> Result<Vec<u8>, BadLine> {
    let mut values = Vec::with_capacity(digits.len());
    for (before, &byte) in digits.iter().enumerate() {
        let bad = BadLine::Digit {
            position: before.saturating_add(1),
            byte,
        };
        let value = char::from(byte)
            .to_digit(16)
            .and_then(|value| u8::try_from(value).ok());
        values.push(value.ok_or(bad)?);
    }
    let (pairs, []) = values.as_chunks::<2>() else {
        return Err(BadLine::OddDigits(digits.len()));
    };
    Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PING: &str = "54500400000000010000001b00000000";

    #[test]
    fn lines_may_be_ended_and_spaced_in_any_way() {
        for line in ["C>S {}", "  C>S\t{}\r\n", "C>S  {} \n"] {
            let line = line.replace("{}", PING);
            let frame = parse(line.as_bytes()).unwrap().unwrap();
            assert_eq!(frame.direction, Direction::ToServer);
            assert_eq!((frame.header.r#type, frame.body()), (27, &[][..]));
        }
        for line in ["", " \t\r\n", "# C>S", "#"] {
            assert_eq!(parse(line.as_bytes()), Ok(None), "{line:?}");
        }
    }

    #[test]
    fn bad_lines_say_what_is_wrong() {
        let message = |line: &str| parse(line.as_bytes()).unwrap_err().to_string();
        for (line, want) in [
            (
                "c>s 00",
                "not a frame: the line starts with neither C>S nor S>C",
            ),
            ("C>S", "no bytes follow the direction"),
            (
                "C>S 54 50 04",
                "3 words follow the direction where one of hex digits is expected",
            ),
            ("C>S 54x0", "'x' at hex digit 3 is no hex digit"),
            ("C>S 54\u{1b}0", "'\\x1b' at hex digit 3 is no hex digit"),
            (
                "C>S 545",
                "3 hex digits: an odd number, so the last byte is half there",
            ),
            ("C>S 5450", "2 bytes where a header alone takes 16"),
        ] {
            assert_eq!(message(line), want, "{line:?}");
        }
        let long = format!("C>S {PING}00");
        assert_eq!(
            message(&long),
            "the header says that 0 bytes follow it, but 1 do"
        );
        let not_tp = format!("S>C {}", PING.replacen("5450", "0a50", 1));
        assert!(
            message(&not_tp).starts_with(r#"not a Thousand Parsec frame: it starts with "\nP"#)
        );
    }
}
