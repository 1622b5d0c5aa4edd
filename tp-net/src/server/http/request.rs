//! The head of an HTTP request.
//!
//! It is read as RFC 9112 has it and no other way, so that whoever stands in between, such as a
//! proxy, reads the same: every known client sends such heads.

use httparse::{EMPTY_HEADER, Header};

use super::response::Status;
use crate::server::web_page::is_from_browser;

/// More headers than any browser or proxy sends.
const HEADERS: usize = 64;

/// What of a request matters here.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: Method,
    /// What the client calls this server: host, and port if it is not the usual one.
    pub(super) host: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Head,
    Post,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    /// The blank line has not come yet.
    Part,
    /// A request, and how long its head is, blank line included.
    Whole(Request, usize),
    /// It will never be one that is answered.
    Refused(Status),
}

impl Request {
    /// Reads what has come of a request.
    pub(super) fn parse(bytes: &[u8]) -> Parsed {
        let mut headers = [EMPTY_HEADER; HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let parsed = match request.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => Some(length),
            Ok(httparse::Status::Partial) => None,
            Err(httparse::Error::TooManyHeaders) => return Parsed::Refused(Status::HEAD_TOO_LARGE),
            Err(httparse::Error::Version) => return Parsed::Refused(Status::VERSION),
            Err(_) => return Parsed::Refused(Status::BAD_REQUEST),
        };
        // What follows the head is not HTTP.
        let head = parsed.and_then(|length| bytes.get(..length));
        if has_bare_line_feed(head.unwrap_or(bytes)) {
            return Parsed::Refused(Status::BAD_REQUEST);
        }
        let Some(length) = parsed else {
            return Parsed::Part;
        };
        match Self::checked(&request) {
            Ok(request) => Parsed::Whole(request, length),
            Err(status) => Parsed::Refused(status),
        }
    }

    fn checked(request: &httparse::Request<'_, '_>) -> Result<Self, Status> {
        let method = match request.method {
            Some("GET") => Method::Get,
            Some("HEAD") => Method::Head,
            Some("POST") => Method::Post,
            _ => return Err(Status::METHOD),
        };
        let headers = &*request.headers;
        let host = host(headers, request.version == Some(1))?;
        let length = content_length(headers)?;
        if values(headers, "Transfer-Encoding").next().is_some() {
            // Nothing that is answered has a body; with both headers, where would it end?
            return Err(match length {
                Some(_) => Status::BAD_REQUEST,
                None => Status::CODING,
            });
        }
        if method == Method::Post {
            if headers.iter().any(|header| is_from_browser(header.name)) {
                return Err(Status::WEB_PAGE);
            }
            // A form's fields are not frames.
            if length.is_some_and(|length| length > 0) {
                return Err(Status::BODY);
            }
        }
        Ok(Self { method, host })
    }
}

/// Returns `true` if a line ends without a carriage return.
fn has_bare_line_feed(head: &[u8]) -> bool {
    let mut lines = head.split(|byte| *byte == b'\n');
    // Behind the last line end is a part of a line.
    lines.next_back();
    lines.any(|line| line.last() != Some(&b'\r'))
}

/// The values of all headers of this name.
fn values<'a>(
    headers: &'a [Header<'a>],
    name: &'static str,
) -> impl Iterator<Item = &'a [u8]> + 'a {
    let named = move |header: &&Header<'a>| header.name.eq_ignore_ascii_case(name);
    headers.iter().filter(named).map(|header| header.value)
}

/// What the client calls this server. It says so at most once, and since HTTP/1.1 it must (RFC
/// 9112, 3.2).
fn host(headers: &[Header<'_>], is_required: bool) -> Result<Option<String>, Status> {
    let mut hosts = values(headers, "Host");
    match (hosts.next(), hosts.next()) {
        (None, _) if is_required => Err(Status::BAD_REQUEST),
        (None, _) => Ok(None),
        (Some(host), None) => match std::str::from_utf8(host).map(str::trim_ascii) {
            Ok(host) if host.bytes().all(may_be_in_host) => Ok(Some(host.to_owned())),
            _ => Err(Status::BAD_REQUEST),
        },
        (Some(_), Some(_)) => Err(Status::BAD_REQUEST),
    }
}

/// Returns `true` for what RFC 3986, 3.2 lets stand in a host and a port.
fn may_be_in_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%:[]".contains(&byte)
}

/// How long the body is, if the request says so: by digits, and once (RFC 9112, 6.3).
fn content_length(headers: &[Header<'_>]) -> Result<Option<u64>, Status> {
    let mut lengths = values(headers, "Content-Length");
    match (lengths.next(), lengths.next()) {
        (None, _) => Ok(None),
        (Some(length), None) => std::str::from_utf8(length)
            .map(str::trim_ascii)
            .ok()
            .filter(|length| length.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|length| length.parse().ok())
            .map(Some)
            .ok_or(Status::BAD_REQUEST),
        (Some(_), Some(_)) => Err(Status::BAD_REQUEST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_end_at_the_blank_line() {
        let post = "POST //a1B2c3D4e5F6 HTTP/1.0\r\nContent-Length: 0\r\nHOST:  h \r\n\r\n";
        for (head, method, host) in [
            (
                "GET / HTTP/1.1\r\nHost: h:7\r\n\r\n",
                Method::Get,
                Some("h:7"),
            ),
            ("HEAD /x?y HTTP/1.0\r\n\r\n", Method::Head, None),
            (post, Method::Post, Some("h")),
        ] {
            for cut in 0..head.len() {
                let part = head.as_bytes().get(..cut).unwrap_or_default();
                assert_eq!(Request::parse(part), Parsed::Part, "{head:?} cut at {cut}");
            }
            let host = host.map(str::to_owned);
            let whole = Parsed::Whole(Request { method, host }, head.len());
            assert_eq!(Request::parse(format!("{head}TP04").as_bytes()), whole);
            assert_eq!(Request::parse(format!("{head}\n\0\n").as_bytes()), whole);
        }
    }

    #[test]
    fn what_cannot_be_answered_has_its_status() {
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(HEADERS + 1));
        for (head, status) in [
            ("PUT / HTTP/1.1\r\n\r\n", Status::METHOD),
            ("CONNECT h:1 HTTP/1.1\r\n\r\n", Status::METHOD),
            ("OPTIONS / HTTP/1.1\r\nOrigin: null\r\n\r\n", Status::METHOD),
            ("TP04 / HTTP/1.1\r\n\r\n", Status::METHOD),
            ("GET / HTTP/2.0\r\n", Status::VERSION),
            ("GET \x01 HTTP/1.1\r\n", Status::BAD_REQUEST),
            ("HELO there.example\r\n", Status::BAD_REQUEST),
            (&many, Status::HEAD_TOO_LARGE),
        ] {
            let refused = Parsed::Refused(status);
            assert_eq!(Request::parse(head.as_bytes()), refused, "{head:?}");
        }
    }

    /// Two who read such a head could read two different ones.
    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for headers in [
            "Host: a\r\nHost: a\r\n",
            "Host: a\r\nHost: b\r\n",
            "Host: a b\r\n",
            "Host: <a>\r\n",
            "Host: \u{fc}\r\n",
            "Host: a\n",
            "Host: a\r\nA: b\nC: d\r\n",
            "Host: a\r\nA: b\r\n c\r\n",
            "Host: a\r\nA: b\r\n\tc\r\n",
            " A: b\r\nHost: a\r\n",
            "Host: a\r\nA : b\r\n",
            "Host: a\r\nA\t: b\r\n",
            "Host: a\r\nA: b\0c\r\n",
            "Host: a\r\nA\0: b\r\n",
            "Host: a\r\nA: b\rC: d\r\n",
            "Host: a\r\nno colon\r\n",
            "Host: a\r\n: no name\r\n",
            "Host: a\r\nContent-Length: 0\r\nContent-Length: 1\r\n",
            "Host: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n",
            "Host: a\r\nContent-Length: +0\r\n",
            "Host: a\r\nContent-Length: -1\r\n",
            "Host: a\r\nContent-Length: 0, 0\r\n",
            "Host: a\r\nContent-Length: 0x0\r\n",
            "Host: a\r\nContent-Length: \r\n",
            "Host: a\r\nContent-Length: 18446744073709551616\r\n",
            "Host: a\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n",
            "",
        ] {
            for method in ["GET", "HEAD", "POST"] {
                let head = format!("{method} / HTTP/1.1\r\n{headers}\r\n");
                let refused = Parsed::Refused(Status::BAD_REQUEST);
                assert_eq!(Request::parse(head.as_bytes()), refused, "{head:?}");
            }
        }
        for line_end in ["\n", "\r", "\0\r\n", "\r\r\n"] {
            let head = format!("POST / HTTP/1.0{line_end}Host: a\r\n\r\n");
            let refused = Parsed::Refused(Status::BAD_REQUEST);
            assert_eq!(Request::parse(head.as_bytes()), refused, "{head:?}");
        }
        let coded = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let refused = Parsed::Refused(Status::CODING);
        assert_eq!(Request::parse(coded.as_bytes()), refused);
    }

    #[test]
    fn a_web_page_may_look_and_not_speak() {
        for header in [
            "Origin: http://evil.example",
            "ORIGIN: null",
            "Referer: http://evil.example/",
            "referer:",
            "Sec-Fetch-Site: same-origin",
            "sec-fetch-mode: no-cors",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "sec-ch-ua: \"Browser\"",
        ] {
            let head = |method| format!("{method} / HTTP/1.1\r\nHost: h\r\n{header}\r\n\r\n");
            let refused = Parsed::Refused(Status::WEB_PAGE);
            assert_eq!(Request::parse(head("POST").as_bytes()), refused, "{header}");
            let get = head("GET");
            let seen = matches!(Request::parse(get.as_bytes()), Parsed::Whole(..));
            assert!(seen, "{header}");
        }
        // A form that a browser sends without saying so.
        let form = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\n";
        let refused = Parsed::Refused(Status::BODY);
        assert_eq!(Request::parse(form.as_bytes()), refused);
        for header in ["Origination: x", "Secret: x", "Refer: x", "Se: x"] {
            let head = format!("POST / HTTP/1.0\r\n{header}\r\n\r\n");
            let tunnel = matches!(Request::parse(head.as_bytes()), Parsed::Whole(..));
            assert!(tunnel, "{header}");
        }
    }
}
