//! Requests of web pages, told from those of programs.
//!
//! A browser sends what a script or a form of any page says to any port it names, this machine's
//! included. It cannot be kept from that, but it says that it did: by headers that pages cannot
//! leave out, and that no client of this protocol ever sent.

/// Returns `true` if only a browser sends a header of this name: `Origin` and `Referer`, and all
/// that begin with `Sec-`, such as `Sec-Fetch-Site` and `Sec-WebSocket-Key`.
pub(crate) fn is_from_browser(header: &str) -> bool {
    let start = header.get(..4).unwrap_or_default();
    start.eq_ignore_ascii_case("Sec-")
        || ["Origin", "Referer"]
            .iter()
            .any(|name| header.eq_ignore_ascii_case(name))
}
