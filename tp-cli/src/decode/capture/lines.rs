//! Text captures: one frame a line, in hexadecimal.

use std::io::{self, BufRead, Read as _};

use tp_frames::{Header, NotTp};

use super::super::limits::LINE;
use super::{Captured, Direction, Item, Place, What};

/// Why a line is no frame.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum BadLine {
    /// It is longer than a frame can be.
    #[error("the line is longer than any frame")]
    TooLong,
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

/// The frames of a text capture.
pub(crate) struct Lines<R> {
    input: R,
    /// The number of the last line.
    number: u64,
    line: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            number: 0,
            line: Vec::new(),
        }
    }

    /// Reads the next line; `None` at the end.
    fn advance(&mut self) -> io::Result<Option<Result<Option<Captured>, BadLine>>> {
        self.line.clear();
        let mut most = self.input.by_ref().take(LINE as u64);
        if most.read_until(b'\n', &mut self.line)? == 0 {
            return Ok(None);
        }
        self.number = self.number.saturating_add(1);
        if self.line.len() < LINE || self.line.ends_with(b"\n") {
            return Ok(Some(parse(&self.line)));
        }
        self.input.skip_until(b'\n')?;
        Ok(Some(Err(BadLine::TooLong)))
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Item>;

    fn next(&mut self) -> Option<io::Result<Item>> {
        loop {
            let what = match self.advance() {
                Ok(None) => return None,
                Ok(Some(Ok(None))) => continue,
                Ok(Some(Ok(Some(captured)))) => What::Frame(captured),
                Ok(Some(Err(bad))) => What::Bad(bad.into()),
                Err(error) => return Some(Err(error)),
            };
            return Some(Ok(Item {
                place: Some(Place::Line(self.number)),
                what,
            }));
        }
    }
}

/// What marks UTF-8, and stands in front of a line where a file begins.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads one line; nothing if it is blank or a comment.
fn parse(line: &[u8]) -> Result<Option<Captured>, BadLine> {
    // A byte-order mark begins a file, and so one of several that were put together.
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
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
        origin: None,
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

    #[test]
    fn a_line_without_end_is_not_held() {
        let endless = [b"C>S ".as_slice(), &vec![b'0'; 3 * LINE], b"\n"].concat();
        let file = [&endless, format!("C>S {PING}\n").as_bytes()].concat();
        let mut lines = Lines::new(&file[..]);
        let first = lines.next().unwrap().unwrap();
        assert!(
            matches!(
                first.what,
                What::Bad(super::super::Bad::Line(BadLine::TooLong))
            ),
            "{:?}",
            first.place
        );
        assert!(lines.line.capacity() <= 2 * LINE);
        let second = lines.next().unwrap().unwrap();
        assert_eq!(second.place, Some(Place::Line(2)));
        assert!(matches!(second.what, What::Frame(_)));
        assert!(lines.next().is_none());
    }
}
