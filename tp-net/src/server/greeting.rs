//! The first bytes of a connection: which version, or is it something else altogether?

use std::borrow::Cow;

use tp_frames::Version;
use tp_frames::game::VERSIONS;

use super::metrics::EndReason;
use super::transports::Transports;
use crate::model::Refusal;
use crate::proto::{OLDEST, Versions};

/// Said before a connection is ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CloseMessage {
    /// To a client that does not speak the protocol, or one so old that its frames differ.
    Text(Cow<'static, str>),
    /// To any other, under this version and sequence number.
    Fail {
        version: Version,
        sequence: u32,
        refusal: Refusal,
    },
}

const NOT_TP: &str = "This server speaks Thousand Parsec, which these bytes are not.\n";
pub(super) const FULL: &str = "This server is full, please try again later.\n";

/// To a client that has to leave.
pub(super) fn leave(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Memory => {
            "This connection ends: the server is short of memory, and it took most of it."
        }
        _ => {
            "This connection ends: the server is full, and your network has most of the connections."
        }
    }
}

/// To a client that came by none of the ways that its port takes.
pub(super) fn other_ways(transports: Transports) -> &'static str {
    if transports.tls {
        "This port takes encrypted connections only: use tps://.\n"
    } else {
        "This port takes HTTP only: use tp+http://.\n"
    }
}

/// The version to answer in, by the bytes that came first; `None` while
/// there are too few.
pub(super) fn detect_version(
    start: &[u8],
    spoken: Versions,
) -> Result<Option<Version>, CloseMessage> {
    match *start {
        [] | [b'T'] | [b'T', b'P'] | [b'T', b'P', _] => Ok(None),
        [b'T', b'P', first, second, ..] => {
            version(Version::from_bytes([first, second]), spoken).map(Some)
        }
        _ => Err(CloseMessage::Text(NOT_TP.into())),
    }
}

fn version(asked: Version, spoken: Versions) -> Result<Version, CloseMessage> {
    if let Some(version) = normal(asked).filter(|version| spoken.contains(*version)) {
        return Ok(version);
    }
    if is_ascii(asked) && (1..3).contains(&asked.protocol()) {
        // Their headers are shorter and their strings longer.
        let text = format!("This server speaks {spoken}; please upgrade your client.\n");
        return Err(CloseMessage::Text(text.into()));
    }
    // The form of the header tells in which form the client reads the refusal.
    let binary = !is_ascii(asked) && asked.protocol() < 32;
    let version = if binary { spoken.first() } else { OLDEST };
    let refusal = Refusal::protocol(format!("this server speaks {spoken}, not {asked}"));
    Err(CloseMessage::Fail {
        version,
        sequence: 0,
        refusal,
    })
}

/// Returns `true` if a version is written as two digits.
fn is_ascii(version: Version) -> bool {
    version.to_bytes().iter().all(u8::is_ascii_digit)
}

/// The version that a header means: any frame version of a protocol version is that.
pub(super) fn normal(version: Version) -> Option<Version> {
    let mut known = VERSIONS.iter().copied();
    known.find(|known| {
        known.protocol() == version.protocol() && is_ascii(*known) == is_ascii(version)
    })
}

#[cfg(test)]
mod tests {
    use tp_frames::game::{TP03, TP04};

    use super::*;

    #[test]
    fn the_first_bytes_tell_who_speaks() {
        let detect = |start: &[u8]| detect_version(start, Versions::all());
        assert_eq!(detect(b"TP03"), Ok(Some(TP03)));
        for start in [&b"TP\x04\x00"[..], b"TP\x04\x07 more"] {
            assert_eq!(detect(start), Ok(Some(TP04)));
        }
        for start in [&b""[..], b"T", b"TP", b"TP0"] {
            assert_eq!(detect(start), Ok(None));
        }
        for start in [&b"G"[..], b"TQ"] {
            assert_eq!(detect(start), Err(CloseMessage::Text(NOT_TP.into())));
        }
    }
}
