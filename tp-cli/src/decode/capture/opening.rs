//! What a stream begins with: frames, HTTP in front of frames, TLS, or something else.

use tp_frames::Header;

use super::super::limits::HTTP_HEADS;
use super::framer;

/// What a stream begins with.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// It is not clear yet.
    More,
    /// Frames behind so many bytes, which are heads of HTTP.
    Frames {
        behind: usize,
        http: Option<Http>,
    },
    Tls,
    /// Nothing that frames are in.
    Other,
}

/// Which side says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Http {
    /// The client.
    Request,
    /// The server.
    Answer,
}

/// How heads of HTTP in front of frames begin: a tunnel is a POST; a proxy is asked with CONNECT.
const HEADS: [(&[u8], Http); 3] = [
    (b"POST ", Http::Request),
    (b"CONNECT ", Http::Request),
    (b"HTTP/1.", Http::Answer),
];

impl Opening {
    /// Looks at the first bytes of a stream.
    pub(super) fn of(start: &[u8]) -> Self {
        let mut rest = start;
        let mut http = None;
        loop {
            let behind = start.len().saturating_sub(rest.len());
            if let Some((_, side)) = HEADS.iter().find(|(head, _)| rest.starts_with(head)) {
                http = http.or(Some(*side));
                // The request of a proxy may be followed by that of a tunnel.
                match end_of_head(rest) {
                    Some(end) => rest = rest.get(end..).unwrap_or_default(),
                    None if rest.len() > HTTP_HEADS => return Self::Other,
                    None => return Self::More,
                }
                continue;
            }
            let is_start = |known: &[u8]| known.starts_with(rest);
            return match rest {
                // Alerts, handshakes and data of SSL 3 to TLS 1.3.
                [0x14..=0x17, 3, 0..=4, ..] => Self::Tls,
                [0x14..=0x17] | [0x14..=0x17, 3] => Self::More,
                _ if behind > HTTP_HEADS => Self::Other,
                _ if HEADS.iter().any(|(head, _)| is_start(head)) => Self::More,
                [b'T', b'P', ..] => match rest.first_chunk::<{ Header::SIZE }>() {
                    None => Self::More,
                    Some(header) if framer::is_first(header) => Self::Frames { behind, http },
                    Some(_) => Self::Other,
                },
                [b'T'] => Self::More,
                _ => Self::Other,
            };
        }
    }
}

/// Where the empty line behind a head ends. Old servers mix the ends of lines.
fn end_of_head(head: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        at = at.saturating_add(line.len());
        if matches!(line, b"\n" | b"\r\n") {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONNECT: &[u8] = b"TP03\0\0\0\x01\0\0\0\x03\0\0\0\0";

    fn behind_http(head: &str, http: Http) {
        let start = [head.as_bytes(), CONNECT].concat();
        let frames = Opening::Frames {
            behind: head.len(),
            http: Some(http),
        };
        assert_eq!(Opening::of(&start), frames, "{head}");
        for length in 0..start.len() {
            assert_eq!(
                Opening::of(&start[..length]),
                Opening::More,
                "{length} of {head}"
            );
        }
    }

    #[test]
    fn frames_are_found_behind_http() {
        let post = "POST /x HTTP/1.0\r\nContent-Length: 0\r\nHost: h\r\n\r\n";
        let connect = "CONNECT h:1 HTTP/1.1\r\n\r\n";
        behind_http(post, Http::Request);
        behind_http(&format!("{connect}{post}"), Http::Request);
        let okay = "HTTP/1.0 200 OK\r\nA: b\nPragma: no-cache\n\n";
        behind_http(okay, Http::Answer);
        behind_http(
            &format!("HTTP/1.1 100 Continue\r\n\r\n{okay}"),
            Http::Answer,
        );
    }

    #[test]
    fn frames_are_told_from_all_else() {
        let plain = Opening::Frames {
            behind: 0,
            http: None,
        };
        assert_eq!(Opening::of(CONNECT), plain);
        assert_eq!(Opening::of(b"TP\x05\0\0\0\0\x01\0\0\0\x03\0\0\0\0"), plain);
        for length in 0..CONNECT.len() {
            assert_eq!(Opening::of(&CONNECT[..length]), Opening::More);
        }
        for other in [
            &b"TP is not always a frame of ours"[..],
            b"TP03\0\0\0\x01\0\0\0\x03\xff\0\0\0",
            b"SSH-2.0-x\r\n",
            b"GET / HTTP/1.1\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nform",
            &[b"POST / ".as_slice(), &vec![b'x'; HTTP_HEADS]].concat(),
            &b"POST \n\n".repeat(HTTP_HEADS),
            b"\0",
        ] {
            assert_eq!(Opening::of(other), Opening::Other, "{other:?}");
        }
        assert_eq!(Opening::of(b"\x16\x03\x01\x02\0\x01"), Opening::Tls);
        let proxied = b"CONNECT h:1 HTTP/1.1\r\n\r\n\x16\x03\x01\x02";
        assert_eq!(Opening::of(proxied), Opening::Tls);
    }
}
