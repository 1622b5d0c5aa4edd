//! The head of an HTTP request.

use httparse::{EMPTY_HEADER, ParserConfig};

use super::response::Status;

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
        let mut parser = ParserConfig::default();
        // Some send odd ones, and none but one matters.
        parser.ignore_invalid_headers_in_requests(true);
        let length = match parser.parse_request(&mut request, bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Parsed::Part,
            Err(httparse::Error::TooManyHeaders) => return Parsed::Refused(Status::HEAD_TOO_LARGE),
            Err(httparse::Error::Version) => return Parsed::Refused(Status::VERSION),
            Err(_) => return Parsed::Refused(Status::BAD_REQUEST),
        };
        let method = match request.method {
            Some("GET") => Method::Get,
            Some("HEAD") => Method::Head,
            Some("POST") => Method::Post,
            _ => return Parsed::Refused(Status::METHOD),
        };
        let host = request
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case("Host"))
            .and_then(|header| std::str::from_utf8(header.value).ok())
            .map(|host| host.trim().to_owned());
        Parsed::Whole(Self { method, host }, length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_end_at_the_blank_line() {
        let post = "POST //a1B2c3D4e5F6 HTTP/1.0\nContent-Length: 0\nHOST:  h \n\n";
        let odd = "POST /x HTTP/1.0\r\nan odd one\r\nHost: h\r\n\r\n";
        for (head, method, host) in [
            (
                "GET / HTTP/1.1\r\nHost: h:7\r\n\r\n",
                Method::Get,
                Some("h:7"),
            ),
            ("HEAD /x?y HTTP/1.0\r\n\r\n", Method::Head, None),
            (post, Method::Post, Some("h")),
            (odd, Method::Post, Some("h")),
        ] {
            for cut in 0..head.len() {
                let part = head.as_bytes().get(..cut).unwrap_or_default();
                assert_eq!(Request::parse(part), Parsed::Part, "{head:?} cut at {cut}");
            }
            let host = host.map(str::to_owned);
            let whole = Parsed::Whole(Request { method, host }, head.len());
            assert_eq!(Request::parse(format!("{head}TP04").as_bytes()), whole);
        }
    }

    #[test]
    fn what_cannot_be_answered_has_its_status() {
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(HEADERS + 1));
        for (head, status) in [
            ("PUT / HTTP/1.1\r\n\r\n", Status::METHOD),
            ("CONNECT h:1 HTTP/1.1\r\n\r\n", Status::METHOD),
            ("GET / HTTP/2.0\r\n", Status::VERSION),
            ("GET \x01 HTTP/1.1\r\n", Status::BAD_REQUEST),
            ("HELO there.example\r\n", Status::BAD_REQUEST),
            (&many, Status::HEAD_TOO_LARGE),
        ] {
            let refused = Parsed::Refused(status);
            assert_eq!(Request::parse(head.as_bytes()), refused, "{head:?}");
        }
    }
}
