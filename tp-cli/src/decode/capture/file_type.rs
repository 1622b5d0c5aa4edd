//! What a file is, by its first bytes.

use std::io::{self, Read};

use super::super::limits::BEGINNING;
use super::lines::BYTE_ORDER_MARK;
use super::{pcap, pcapng};

/// What a capture is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileType {
    /// Lines of frames.
    Text,
    /// Packets, in pcap or pcapng.
    Packets,
}

/// What a file is that is no capture, as it follows the file's name.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoCapture {
    #[error("is empty")]
    Empty,
    #[error("is in UTF-16; a text capture is in UTF-8 or ASCII")]
    Utf16,
    #[error("is {0}")]
    Known(&'static str),
    #[error(
        "is text, and none of its first lines begins with C>S or S>C; a capture is lines of frames, \
         pcap or pcapng, see tp decode --help"
    )]
    Text,
    #[error("is neither text nor pcap nor pcapng")]
    Binary,
}

/// Files that are taken for captures by mistake: how they begin, and what to say.
const KNOWN: [(&[u8], &str); 28] = [
    (b"\x1f\x8b", "a gzip file: gunzip it first"),
    (b"BZh", "a bzip2 file: bunzip2 it first"),
    (b"\xfd7zXZ\0", "an xz file: unxz it first"),
    (b"\x28\xb5\x2f\xfd", "a zstd file: unzstd it first"),
    (b"\x04\x22\x4d\x18", "an lz4 file: unlz4 it first"),
    (b"\x1f\x9d", "a compressed file (.Z): uncompress it first"),
    (b"PK\x03\x04", "a zip file: unzip it first"),
    (b"PK\x05\x06", "a zip file, and an empty one"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z file: unpack it first"),
    (b"Rar!", "a rar file: unpack it first"),
    (
        b"snoop\0\0\0",
        "a capture of snoop: make it pcap with editcap -F pcap",
    ),
    (
        b"GMBU",
        "a capture of Network Monitor: make it pcap with editcap -F pcap",
    ),
    (
        b"RTSS",
        "a capture of Network Monitor: make it pcap with editcap -F pcap",
    ),
    (b"\x7fELF", "a program (ELF), no capture"),
    (b"MZ", "a program of Windows, no capture"),
    (
        b"\xca\xfe\xba\xbe",
        "a program of macOS or a class of Java, no capture",
    ),
    (b"\xcf\xfa\xed\xfe", "a program of macOS, no capture"),
    (b"\x89PNG", "a picture (PNG), no capture"),
    (b"\xff\xd8\xff", "a picture (JPEG), no capture"),
    (b"GIF8", "a picture (GIF), no capture"),
    (b"RIFF", "a picture or sound (RIFF), no capture"),
    (b"%PDF", "a PDF document, no capture"),
    (b"SQLite format 3\0", "a database (SQLite), no capture"),
    (b"<?xml", "XML, no capture"),
    (b"<!", "HTML, no capture"),
    (b"<html", "HTML, no capture"),
    (b"<HTML", "HTML, no capture"),
    (
        b"TP",
        "a stream of frames that does not say which way they went: each is a line here, behind \
         C>S or S>C and in hexadecimal",
    ),
];

impl FileType {
    /// Reads the beginning of a file, as much as it takes to tell what it is.
    pub(super) fn of(file: &mut impl Read) -> Result<(Self, Vec<u8>), super::OpenError> {
        let mut beginning = Vec::new();
        let mut part = [0; BEGINNING];
        loop {
            let read = match file.read(&mut part) {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            beginning.extend_from_slice(part.get(..read).unwrap_or_default());
            let is_all = read == 0 || beginning.len() >= BEGINNING;
            // A pipe gives a line at a time, and each is shown when it comes.
            if let Some(found) = judge(&beginning, is_all) {
                return Ok((found?, beginning));
            }
        }
    }
}

/// What a file is that begins so; `None` if there may be more and it is not clear yet.
fn judge(start: &[u8], is_all: bool) -> Option<Result<FileType, NoCapture>> {
    if start.len() < 4 && !is_all {
        return None;
    }
    if pcap::is_magic(start) || pcapng::is_magic(start) {
        return Some(Ok(FileType::Packets));
    }
    let text = start.strip_prefix(BYTE_ORDER_MARK).unwrap_or(start);
    let mut lines = text.split_inclusive(|byte| *byte == b'\n');
    if lines.clone().any(is_frame) {
        return Some(Ok(FileType::Text));
    }
    if !is_all {
        return None;
    }
    let known = KNOWN.iter().find(|(magic, _)| start.starts_with(magic));
    let first = text.trim_ascii_start().first();
    let is_text = std::str::from_utf8(text).is_ok_and(|it| !it.contains(is_binary));
    Some(match (known, first) {
        _ if start.is_empty() => Err(NoCapture::Empty),
        _ if is_utf16(start) => Err(NoCapture::Utf16),
        (Some((_, what)), _) => Err(NoCapture::Known(what)),
        (_, Some(b'{' | b'[')) if is_text => Err(NoCapture::Known(
            "JSON, which tp decode writes and does not read",
        )),
        _ if lines.all(is_blank) => Ok(FileType::Text),
        // The last character may be cut.
        _ if is_text || start.len() >= BEGINNING && !text.contains(&0) && text.is_ascii() => {
            Err(NoCapture::Text)
        }
        _ => Err(NoCapture::Binary),
    })
}

fn is_frame(line: &[u8]) -> bool {
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
    let line = line.trim_ascii_start();
    line.starts_with(b"C>S") || line.starts_with(b"S>C")
}

/// Blank, or a comment.
fn is_blank(line: &[u8]) -> bool {
    matches!(line.trim_ascii_start(), [] | [b'#', ..])
}

/// A character that no text has.
fn is_binary(character: char) -> bool {
    character.is_control() && !character.is_ascii_whitespace() && character != '\u{1b}'
}

/// Text in UTF-16, as some shells of Windows write it.
fn is_utf16(start: &[u8]) -> bool {
    matches!(
        start,
        [0xff, 0xfe, 1..=0xff, 0, ..] | [0xfe, 0xff, 0, 1..=0xff, ..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_for_what_it_is() {
        let whole = |bytes: &[u8]| judge(bytes, true).unwrap();
        for text in [
            "C>S 00\n",
            "\u{feff}C>S 00",
            "# a comment\n\n  S>C",
            "hello\nC>S 00",
            "# only\n\n",
            "\n",
        ] {
            assert_eq!(whole(text.as_bytes()), Ok(FileType::Text), "{text:?}");
        }
        for magic in [
            b"\xd4\xc3\xb2\xa1",
            b"\xa1\xb2\xc3\xd4",
            b"\x4d\x3c\xb2\xa1",
            b"\xa1\xb2\x3c\x4d",
            b"\x0a\x0d\x0d\x0a",
        ] {
            assert_eq!(whole(magic), Ok(FileType::Packets), "{magic:?}");
        }
        assert_eq!(whole(b""), Err(NoCapture::Empty));
        assert_eq!(whole(b"hello\nworld\n"), Err(NoCapture::Text));
        assert_eq!(whole(b"a\0b"), Err(NoCapture::Binary));
        assert_eq!(whole(b"\xffx\xfe"), Err(NoCapture::Binary));
        for (magic, what) in KNOWN {
            assert_eq!(whole(magic), Err(NoCapture::Known(what)));
        }
        for json in ["{\"a\": 1}", " [1]", "\u{feff}{}"] {
            assert!(
                matches!(whole(json.as_bytes()), Err(NoCapture::Known(_))),
                "{json}"
            );
        }
    }

    /// A pipe that gives a byte at a time, and does not end.
    struct Trickle(&'static [u8]);

    impl Read for Trickle {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let (first, rest) = self.0.split_first().expect("nothing more is asked for");
            into[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    #[test]
    fn no_more_is_read_than_it_takes() {
        for (start, wanted) in [
            (&b"# a pipe\nC>S"[..], FileType::Text),
            (b"\xd4\xc3\xb2\xa1", FileType::Packets),
        ] {
            let (found, beginning) = FileType::of(&mut Trickle(start)).unwrap();
            assert_eq!((found, &*beginning), (wanted, start));
        }
    }
}
