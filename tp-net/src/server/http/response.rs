//! What is answered over HTTP.

/// Why a request is not answered as asked (RFC 9110, 15.5 and 15.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Status {
    line: &'static str,
    /// Header lines of its own.
    headers: &'static str,
}

impl Status {
    pub(super) const BAD_REQUEST: Self = Self::new("400 Bad Request", "");
    pub(super) const METHOD: Self =
        Self::new("405 Method Not Allowed", "Allow: GET, HEAD, POST\r\n");
    pub(super) const HEAD_TOO_LARGE: Self = Self::new("431 Request Header Fields Too Large", "");
    pub(super) const VERSION: Self = Self::new("505 HTTP Version Not Supported", "");

    const fn new(line: &'static str, headers: &'static str) -> Self {
        Self { line, headers }
    }
}

/// A page with its head.
pub(super) fn page(html: &str) -> String {
    head_of_page(html) + html
}

/// The head of a page alone.
pub(super) fn head_of_page(html: &str) -> String {
    // The page needs its own style and nothing else.
    let headers = "Cache-Control: no-cache\r\n\
        Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n\
        X-Content-Type-Options: nosniff\r\n";
    head("200 OK", headers, "text/html; charset=utf-8", html.len())
}

/// A refusal.
pub(super) fn error(status: Status) -> String {
    let Status { line, headers } = status;
    let text = format!("{line}\n");
    head(line, headers, "text/plain", text.len()) + &text
}

fn head(status: &str, headers: &str, r#type: &str, length: usize) -> String {
    format!(
        "HTTP/1.1 {status}\r\n\
         {headers}\
         Content-Type: {}\r\n\
         Content-Length: {length}\r\n\
         Connection: close\r\n\
         \r\n",
        r#type
    )
}
