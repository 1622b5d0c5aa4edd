//! The first bytes of a connection: which version, or is it something else altogether?

use tp_frames::Version;

use super::transports::Transports;
use crate::model::Refusal;

/// Said before a connection is ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum CloseMessage {
    /// To a client that does not speak the protocol, or one so old that its frames differ.
    Text(&'static str),
    /// To any other, under this version and sequence number.
    Fail {
        version: Version,
        sequence: u32,
        refusal: Refusal,
    },
}

const NOT_TP: &str = "This server speaks Thousand Parsec, which these bytes are not.\n";
const TOO_OLD: &str = "This server speaks TP03 and TP04; please upgrade your client.\n";
pub(super) const FULL: &str = "This server is full, please try again later.\n";

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
pub(super) fn detect_version(start: &[u8]) -> Result<Option<Version>, CloseMessage> {
    match *start {
        [] | [b'T'] | [b'T', b'P'] | [b'T', b'P', _] => Ok(None),
        [b'T', b'P', first, second, ..] => version(Version([first, second])).map(Some),
        _ => Err(CloseMessage::Text(NOT_TP)),
    }
}

fn version(asked: Version) -> Result<Version, CloseMessage> {
    if let Some(version) = normal(asked) {
        return Ok(version);
    }
    match asked.0 {
        // Their headers are shorter and their strings longer.
        [b'0', b'1' | b'2'] => Err(CloseMessage::Text(TOO_OLD)),
        // The form of the header tells in which form the client reads the refusal.
        [b'0'..=b'9', b'0'..=b'9'] => Err(unknown(asked, Version::TP03)),
        [number, _] if number < 32 => Err(unknown(asked, Version::TP04)),
        _ => Err(unknown(asked, Version::TP03)),
    }
}

/// The version that a header means: any frame version of TP04 is TP04.
pub(super) fn normal(version: Version) -> Option<Version> {
    match version {
        Version::TP03 => Some(Version::TP03),
        Version([4, _]) => Some(Version::TP04),
        _ => None,
    }
}

fn unknown(asked: Version, version: Version) -> CloseMessage {
    let refusal = Refusal::protocol(format!("this server speaks TP03 and TP04, not {asked}"));
    CloseMessage::Fail {
        version,
        sequence: 0,
        refusal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(message: &CloseMessage) -> (Version, u32) {
        match message {
            CloseMessage::Fail {
                version, refusal, ..
            } => (*version, refusal.code.0),
            CloseMessage::Text(text) => panic!("{text}"),
        }
    }

    #[test]
    fn four_bytes_tell_the_version() {
        assert_eq!(detect_version(b"TP03"), Ok(Some(Version::TP03)));
        assert_eq!(detect_version(b"TP\x04\x00"), Ok(Some(Version::TP04)));
        assert_eq!(detect_version(b"TP\x04\x07 more"), Ok(Some(Version::TP04)));
        for start in [&b""[..], b"T", b"TP", b"TP0"] {
            assert_eq!(detect_version(start), Ok(None));
        }
    }

    #[test]
    fn others_are_told_so_at_once() {
        assert_eq!(detect_version(b"G"), Err(CloseMessage::Text(NOT_TP)));
        assert_eq!(detect_version(b"TQ"), Err(CloseMessage::Text(NOT_TP)));
        assert_eq!(detect_version(b"TP01"), Err(CloseMessage::Text(TOO_OLD)));
        assert_eq!(detect_version(b"TP02"), Err(CloseMessage::Text(TOO_OLD)));
    }

    #[test]
    fn unknown_versions_are_refused_in_a_form_they_read() {
        assert_eq!(
            code(&detect_version(b"TP04").unwrap_err()),
            (Version::TP03, 0)
        );
        assert_eq!(
            code(&detect_version(b"TPxx").unwrap_err()),
            (Version::TP03, 0)
        );
        assert_eq!(
            code(&detect_version(b"TP\x05\x00").unwrap_err()),
            (Version::TP04, 0)
        );
    }
}
