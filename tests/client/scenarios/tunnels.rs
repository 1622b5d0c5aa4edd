//! Tunnels through HTTP, opened as servers of every age do, or not at all.

use std::sync::LazyLock;

use crate::scenario::{End, Group, Scenario, Transport, scenario};

const HABIT: &str = "habit of servers: how they open a tunnel";
const HTTP: &str = "RFC 9112: status lines";

pub(super) fn group() -> Group {
    Group {
        number: 14,
        name: "Tunnels",
        about: "These are for tp+http://. A tunnel opens with any answer of status 200 and a \
                blank line.",
        scenarios: vec![
            scenario("14.1", "tunnel-bare")
                .does("The answer is a status line and a blank line.")
                .opened(b"HTTP/1.0 200 OK\r\n\r\n"),
            scenario("14.2", "tunnel-tpserver-cpp")
                .does("The answer is that of tpserver-cpp.")
                .opened(
                    b"HTTP/1.0 200 OK\r\nCache-Control: no-store, no-cache, must-revalidate, \
                  post-check=0, pre-check=0\r\nPragma: no-cache\r\n\r\n",
                ),
            scenario("14.3", "tunnel-tpserver-py")
                .does(
                    "The answer is that of tpserver-py, which forgets the end of its status line.",
                )
                .opened(
                    b"HTTP/1.0 200 OKCache-Control: no-cache, private\nContent-Type: \
                  application/binary\n\n",
                ),
            scenario("14.4", "tunnel-line-feeds")
                .does("Lines end in a line feed alone.")
                .opened(b"HTTP/1.1 200 OK\nServer: x\n\n"),
            scenario("14.5", "tunnel-no-reason")
                .does("The status line has no reason.")
                .opened(b"HTTP/1.1 200\r\nServer: x\r\n\r\n"),
            scenario("14.6", "tunnel-odd-headers")
                .does(
                    "The headers are odd: a folded one, one without a colon, one that is not \
                     ASCII.",
                )
                .opened(
                    b"HTTP/1.1 200 Fine\r\nX-Long: a\r\n  b\r\nwhatever\r\nX-Name: \xe9t\xe9\r\n\
                  Connection: close\r\nContent-Length: 0\r\n\r\n",
                ),
            scenario("14.7", "tunnel-byte-by-byte")
                .does("The answer comes byte by byte.")
                .in_pieces(b"HTTP/1.0 200 OK\r\nPragma: no-cache\r\n\r\n", 1),
            scenario("14.8", "tunnel-split-blank-line")
                .does("The answer is cut inside its blank line.")
                .in_pieces(b"HTTP/1.0 200 OK\r\nPragma: no\r\n\r\n", 30),
            scenario("14.9", "tunnel-forbidden")
                .does("The tunnel is forbidden.")
                .refused(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno\n"),
            scenario("14.10", "tunnel-not-found")
                .does("The web server knows nothing of tunnels.")
                .refused(
                    b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<h1>Not found</h1>",
                ),
            scenario("14.11", "tunnel-moved")
                .does("The tunnel has moved, to where nobody said that one may go.")
                .refused(b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.invalid/\r\n\r\n"),
            scenario("14.12", "tunnel-proxy-login")
                .does("A proxy in between wants a password.")
                .refused(
                    b"HTTP/1.1 407 Proxy Authentication Required\r\n\
                  Proxy-Authenticate: Basic realm=\"x\"\r\n\r\n",
                ),
            scenario("14.13", "tunnel-no-http")
                .does("The answer is no HTTP.")
                .refused(b"You are not running the correct protocol\n"),
            scenario("14.14", "tunnel-cut")
                .does("The answer is cut before its blank line.")
                .refused(b"HTTP/1.0 200 OK\r\nPragma: no-"),
            scenario("14.15", "tunnel-endless")
                .does("The answer is a header that does not end.")
                .refused(ENDLESS.as_slice()),
        ],
    }
}

/// A header as no server sends one.
static ENDLESS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut bytes = b"HTTP/1.0 200 OK\r\nX-Long: ".to_vec();
    bytes.resize(300_000, b'a');
    bytes
});

impl Scenario {
    /// A tunnel is opened by this answer.
    fn opened(self, answer: &'static [u8]) -> Self {
        self.in_pieces(answer, answer.len())
    }

    /// The same, in pieces of this size.
    fn in_pieces(self, answer: &'static [u8], size: usize) -> Self {
        self.ends(End::Answers, HABIT)
            .through(Transport::Tunnel(answer, size))
    }

    /// No tunnel is opened, but this answer given.
    fn refused(self, answer: &'static [u8]) -> Self {
        self.ends(End::GivesUp, HTTP)
            .through(Transport::NoTunnel(answer))
    }
}
