//! The sixteen bytes in front of every body.

use core::fmt;
use core::str::FromStr;

use bytes::BytesMut;

use super::{FixedBytes, FixedBytesMut};

/// Which version of the protocol a frame speaks: bytes 2 and 3 of its header.
///
/// There is no default version: whoever reads or writes a frame knows which one it is. Older ones
/// are less than newer ones; whether a version has what came with another is asked by
/// [`has`](Self::has).
///
/// ```
/// use tp_frames::{Version, game};
///
/// let version: Version = "TP03".parse()?;
/// assert_eq!(version, game::TP03);
/// assert!(version < game::TP04);
/// # Ok::<(), tp_frames::ParseVersionError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version {
    protocol: u8,
    bytes: [u8; 2],
}

/// The text names no version of the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseVersionError {
    _private: (),
}

impl fmt::Display for ParseVersionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a version of the protocol, such as TP03 or TP04")
    }
}

impl core::error::Error for ParseVersionError {}

impl Version {
    /// The version that these bytes 2 and 3 of a header name.
    ///
    /// ```
    /// use tp_frames::Version;
    ///
    /// assert_eq!(Version::from_bytes(*b"03").to_string(), "TP03");
    /// assert_eq!(Version::from_bytes([4, 0]).to_string(), "TP04");
    /// ```
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 2]) -> Self {
        let protocol = match bytes {
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
                let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
                tens.wrapping_mul(10).wrapping_add(ones)
            }
            [number, _] => number,
        };
        Self { bytes, protocol }
    }

    /// Version `number` of the protocol in the form in which programs send it: in ASCII up to
    /// TP03, as a number and frame version 0 from TP04 on.
    #[must_use]
    pub const fn from_protocol(number: u8) -> Self {
        match number {
            0..=3 => Self::from_bytes([b'0', b'0'.wrapping_add(number)]),
            _ => Self::from_bytes([number, 0]),
        }
    }

    /// Bytes 2 and 3 of the header.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 2] {
        self.bytes
    }

    /// The protocol's number: 3 for TP03, 4 for TP04 in any frame version. Programs are known
    /// that write TP04 in ASCII; that is 4 too, though no server takes it.
    #[must_use]
    pub const fn protocol(self) -> u8 {
        self.protocol
    }

    /// Returns `true` if this is version `number` of the protocol or a later one: whether it has
    /// what came with that version.
    #[inline]
    #[must_use]
    pub const fn has(self, number: u8) -> bool {
        self.protocol >= number
    }
}

impl fmt::Display for Version {
    /// `TP03`, `TP04`; a frame version other than 0 follows a dot.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TP{:02}", self.protocol())?;
        match self.bytes {
            [b'0'..=b'9', b'0'..=b'9'] | [_, 0] => Ok(()),
            [_, frame] => write!(f, ".{frame}"),
        }
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Version {
    type Err = ParseVersionError;

    /// Reads what [`Display`](fmt::Display) writes, in capital letters or small ones.
    fn from_str(text: &str) -> Result<Self, ParseVersionError> {
        let read = || {
            let (start, number) = text.split_at_checked(2)?;
            if !start.eq_ignore_ascii_case("TP") {
                return None;
            }
            match number.split_once('.') {
                None if number.len() < 2 => None,
                None => decimal(number).map(Self::from_protocol),
                Some((number, frame)) => {
                    let protocol = decimal(number).filter(|it| *it > 3)?;
                    Some(Self::from_bytes([protocol, decimal(frame)?]))
                }
            }
        };
        read().ok_or(ParseVersionError { _private: () })
    }
}

/// Digits alone, no sign.
fn decimal(text: &str) -> Option<u8> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// The header of a frame: 16 bytes, the same in TP03 and TP04 but for how the version is written.
///
/// | bytes | field |
/// |---|---|
/// | 0–1 | `TP` |
/// | 2–3 | version: `03` in ASCII, or protocol version and frame version |
/// | 4–7 | sequence number |
/// | 8–11 | frame type |
/// | 12–15 | length of the body, this header not counted |
///
/// ```
/// use tp_frames::{Header, game};
///
/// let header = Header::from_bytes(b"TP03\0\0\0\x07\0\0\0\x02\0\0\0\x04")?;
/// assert_eq!(header.version, game::TP03);
/// assert_eq!((header.sequence, header.r#type, header.length), (7, 2, 4));
/// # Ok::<(), tp_frames::NotTp>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Header {
    /// Which protocol the frame speaks.
    pub version: Version,
    /// Pairs a reply with its request; 0 for frames nobody asked for.
    pub sequence: u32,
    /// Frame type: [`Packet::TYPE`](super::Packet::TYPE).
    pub r#type: u32,
    /// Bytes of the body. Not checked here: compare it with your limit before you wait for them.
    pub length: u32,
}

/// The peer does not speak Thousand Parsec: its bytes do not start with `TP`.
///
/// Servers send plain text before they hang up on a client they do not understand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotTp {
    /// The bytes where the header should have been.
    pub start: [u8; Header::SIZE],
}

impl fmt::Display for NotTp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.start.escape_ascii();
        write!(
            f,
            "not a Thousand Parsec frame: it starts with \"{start}\", not \"TP\""
        )
    }
}

impl core::error::Error for NotTp {}

impl Header {
    /// Bytes of a header.
    pub const SIZE: usize = 16;

    /// Reads a header.
    ///
    /// # Errors
    ///
    /// The bytes do not start with `TP`.
    pub fn from_bytes(bytes: &[u8; Self::SIZE]) -> Result<Self, NotTp> {
        let [b'T', b'P', version @ .., _, _, _, _, _, _, _, _, _, _, _, _] = bytes else {
            return Err(NotTp { start: *bytes });
        };
        let run = FixedBytes::new(bytes);
        Ok(Self {
            version: Version::from_bytes(*version),
            sequence: run.u32::<4>(),
            r#type: run.u32::<8>(),
            length: run.u32::<12>(),
        })
    }

    /// The header's bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::SIZE] {
        let mut run = FixedBytesMut::<{ Self::SIZE }>::new();
        run.put::<0, 2>(&super::RawBytes(*b"TP"));
        run.put::<2, 2>(&super::RawBytes(self.version.bytes));
        run.put::<4, 4>(&self.sequence);
        run.put::<8, 4>(&self.r#type);
        run.put::<12, 4>(&self.length);
        run.finish()
    }

    /// Writes `length` into the header that starts at `start` of `out`. A body that passed
    /// [`MAX_BODY`](super::MAX_BODY) fits 32 bits.
    pub(super) fn put_length(out: &mut BytesMut, start: usize, length: usize) {
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        let end = start.saturating_add(Self::SIZE);
        if let Some(room) = out.get_mut(end.saturating_sub(4)..end) {
            room.copy_from_slice(&length.to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn both_forms_read_and_write() {
        let ascii = *b"TP03\0\0\0\x01\0\0\0\x03\0\0\0\x05";
        let header = Header::from_bytes(&ascii).unwrap();
        assert_eq!(
            header,
            Header {
                version: Version::from_protocol(3),
                sequence: 1,
                r#type: 3,
                length: 5
            }
        );
        assert_eq!(header.to_bytes(), ascii);
        let binary = *b"TP\x04\0\0\0\0\x01\0\0\0\x03\0\0\0\x05";
        let header = Header::from_bytes(&binary).unwrap();
        assert_eq!(header.version, Version::from_protocol(4));
        assert_eq!(header.to_bytes(), binary);
    }

    #[test]
    fn versions_show_their_number() {
        let (old, new) = (Version::from_protocol(3), Version::from_protocol(4));
        assert_eq!(format!("{old} {new}"), "TP03 TP04");
        assert_eq!(format!("{}", Version::from_bytes([4, 2])), "TP04.2");
        assert_eq!(Version::from_bytes(*b"04").protocol(), 4);
        assert!(new.has(3) && new.has(4) && !new.has(5) && !old.has(4));
    }

    #[test]
    fn versions_read_as_they_show_and_newer_ones_are_greater() {
        let versions = [
            Version::from_protocol(3),
            Version::from_protocol(4),
            Version::from_bytes([4, 2]),
            Version::from_protocol(5),
            Version::from_protocol(104),
        ];
        assert!(versions.is_sorted());
        for version in versions {
            assert_eq!(format!("{version}").parse(), Ok(version));
        }
        assert_eq!("tp04".parse(), Ok(Version::from_protocol(4)));
        for text in [
            "", "TP", "TP4", "4", "TP+4", "TP04.", "TP03.1", "TP04.256", "TP256", "tépé",
        ] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }

    #[test]
    fn plain_text_is_shown() {
        let error = Header::from_bytes(b"You are not runn").unwrap_err();
        assert!(format!("{error}").contains("You are not runn"));
    }
}
