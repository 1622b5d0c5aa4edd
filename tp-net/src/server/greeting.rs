//! The first bytes of a connection: which version, or is it something else altogether?

use tp_frames::Version;

use super::transports::Transports;
use crate::model::Refusal;

/// Said before a connection is ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Goodbye {
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

/// Judges a connection by the bytes that came first: the version to answer in, or nothing while
/// there are too few.
pub(super) fn judge(start: &[u8]) -> Result<Option<Version>, Goodbye> {
    match *start {
        [] | [b'T'] | [b'T', b'P'] | [b'T', b'P', _] => Ok(None),
        [b'T', b'P', first, second, ..] => version(Version([first, second])).map(Some),
        _ => Err(Goodbye::Text(NOT_TP)),
    }
}

fn version(asked: Version) -> Result<Version, Goodbye> {
    if let Some(version) = normal(asked) {
        return Ok(version);
    }
    match asked.0 {
        // Their headers are shorter and their strings longer.
        [b'0', b'1' | b'2'] => Err(Goodbye::Text(TOO_OLD)),
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

fn unknown(asked: Version, version: Version) -> Goodbye {
    let refusal = Refusal::protocol(format!("this server speaks TP03 and TP04, not {asked}"));
    Goodbye::Fail {
        version,
        sequence: 0,
        refusal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(goodbye: &Goodbye) -> (Version, u32) {
        match goodbye {
            Goodbye::Fail {
                version, refusal, ..
            } => (*version, refusal.code.0),
            Goodbye::Text(text) => panic!("{text}"),
        }
    }

    #[test]
    fn judges_by_four_bytes() {
        assert_eq!(judge(b"TP03"), Ok(Some(Version::TP03)));
        assert_eq!(judge(b"TP\x04\x00"), Ok(Some(Version::TP04)));
        assert_eq!(judge(b"TP\x04\x07 more"), Ok(Some(Version::TP04)));
        for start in [&b""[..], b"T", b"TP", b"TP0"] {
            assert_eq!(judge(start), Ok(None));
        }
    }

    #[test]
    fn others_are_told_so_at_once() {
        assert_eq!(judge(b"G"), Err(Goodbye::Text(NOT_TP)));
        assert_eq!(judge(b"TQ"), Err(Goodbye::Text(NOT_TP)));
        assert_eq!(judge(b"TP01"), Err(Goodbye::Text(TOO_OLD)));
        assert_eq!(judge(b"TP02"), Err(Goodbye::Text(TOO_OLD)));
    }

    #[test]
    fn unknown_versions_are_refused_in_a_form_they_read() {
        assert_eq!(code(&judge(b"TP04").unwrap_err()), (Version::TP03, 0));
        assert_eq!(code(&judge(b"TPxx").unwrap_err()), (Version::TP03, 0));
        assert_eq!(code(&judge(b"TP\x05\x00").unwrap_err()), (Version::TP04, 0));
    }
}
