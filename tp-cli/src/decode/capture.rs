//! Captures: one frame a line, in hexadecimal.

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
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum BadLine {
    /// It does not start with a direction.
    #[error("not a frame: the line starts with neither C>S nor S>C")]
    Direction,
    /// Nothing follows the direction.
    #[error("no bytes follow the direction")]
    NoWord,
    /// More than one word follows the direction.
    #[error("{0} words follow the direction where one of hex digits is expected")]
    Words(usize),
    /// A character is no hexadecimal digit: which one of the digits, from 1.
    #[error("'{}' at hex digit {position} is no hex digit", .byte.escape_ascii())]
    Digit { position: usize, byte: u8 },
    /// The last byte has only one digit.
    #[error("{0} hex digits: an odd number, so the last byte is half there")]
    OddDigits(usize),
    /// The header does not fit in the bytes there are.
    #[error("{0} bytes where a header alone takes {size}", size = Header::SIZE)]
    NoHeader(usize),
    /// The bytes start with no TP header.
    #[error(transparent)]
    NotTp(#[from] NotTp),
    /// The header counts another number of bytes behind it than there are.
    #[error("the header says that {header} bytes follow it, but {found} do")]
    Length { header: u32, found: usize },
}

/// Returns `true` if a file that begins so is text in UTF-16, as some shells of Windows write it.
pub(crate) fn is_utf16(start: &[u8]) -> bool {
    matches!(
        start,
        [0xff, 0xfe, 1..=0xff, 0, ..] | [0xfe, 0xff, 0, 1..=0xff, ..]
    )
}

/// Reads one line; nothing if it is blank or a comment.
pub(crate) fn parse(line: &[u8]) -> Result<Option<Captured>, BadLine> {
    // A byte-order mark begins a file, and so one of several that were put together.
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let words = line.split(u8::is_ascii_whitespace);
    let mut words = words.filter(|word| !word.is_empty());
    let direction = match words.next() {
        None | Some([b'#', ..]) => return Ok(None),
        Some(b"C>S") => Direction::ToServer,
        Some(b"S>C") => Direction::ToClient,
        Some(_) => return Err(BadLine::Direction),
    };
    let digits = words.next().ok_or(BadLine::NoWord)?;
    match words.count() {
        0 => {}
        more => return Err(BadLine::Words(more.saturating_add(1))),
    }
    let bytes = from_hex(digits)?;
    let start = bytes.first_chunk().ok_or(BadLine::NoHeader(bytes.len()))?;
    let header = Header::from_bytes(start)?;
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
        let marked = format!("\u{feff}C>S {PING}");
        assert!(parse(marked.as_bytes()).unwrap().is_some());
        for line in ["", " \t\r\n", "# C>S", "#", "\u{feff}\n", "\u{feff}# C>S"] {
            assert_eq!(parse(line.as_bytes()), Ok(None), "{line:?}");
        }
    }
}
