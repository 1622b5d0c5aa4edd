//! What is answered over HTTP.

/// Why a request is not answered as asked (RFC 9110, 15.5 and 15.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Status {
    line: &'static str,
    /// Header lines of its own.
    headers: &'static str,
    /// What is to be done about it, for people.
    words: &'static str,
}

impl Status {
    pub(super) const BAD_REQUEST: Self = Self::new("400 Bad Request");
    pub(super) const WEB_PAGE: Self = Self::new("403 Forbidden")
        .words("Web pages cannot play here: a tunnel is for client programs only.");
    pub(super) const METHOD: Self =
        Self::new("405 Method Not Allowed").headers("Allow: GET, HEAD, POST\r\n");
    pub(super) const BODY: Self = Self::new("413 Content Too Large")
        .words("A tunnel begins with a POST that has no body: frames come behind its head.");
    pub(super) const HEAD_TOO_LARGE: Self = Self::new("431 Request Header Fields Too Large");
    pub(super) const CODING: Self = Self::new("501 Not Implemented")
        .words("There is no Transfer-Encoding here: frames come behind the head as they are.");
    pub(super) const VERSION: Self = Self::new("505 HTTP Version Not Supported");

    const fn new(line: &'static str) -> Self {
        Self {
            line,
            headers: "",
            words: "",
        }
    }

    const fn headers(self, headers: &'static str) -> Self {
        Self { headers, ..self }
    }

    const fn words(self, words: &'static str) -> Self {
        Self { words, ..self }
    }
}

/// A page with its head.
pub(super) fn page(html: &str) -> String {
    head_of_page(html) + html
}

/// The head of a page alone.
pub(super) fn head_of_page(html: &str) -> String {
    head("200 OK", "", "text/html; charset=utf-8", html.len())
}

/// A refusal.
pub(super) fn error(status: Status) -> String {
    let Status {
        line,
        headers,
        words,
    } = status;
    let text = match words {
        "" => format!("{line}\n"),
        words => format!("{line}\n{words}\n"),
    };
    head(line, headers, "text/plain; charset=utf-8", text.len()) + &text
}

/// Whatever a page of another origin asked for, it does not get it: nothing here allows that
/// (`Access-Control-Allow-Origin`), or may be shown in a frame or taken for a script. The page needs
/// its own style and nothing else.
fn head(status: &str, headers: &str, r#type: &str, length: usize) -> String {
    format!(
        "HTTP/1.1 {status}\r\n\
         {headers}\
         Cache-Control: no-cache\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; \
         frame-ancestors 'none'\r\n\
         X-Content-Type-Options: nosniff\r\n\
         Content-Type: {}\r\n\
         Content-Length: {length}\r\n\
         Connection: close\r\n\
         \r\n",
        r#type
    )
}
