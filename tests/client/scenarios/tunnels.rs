//! Tunnels through HTTP, opened as servers of every age do, or not at all.

use std::sync::LazyLock;

use crate::scenario::{End, Group, Scenario, Transport, scenario};
use tp_tests::proxy::actions::honest;

const HABIT: &str = "habit of servers: how they open a tunnel";
const HTTP: &str = "RFC 9112: status lines";

pub(super) fn group() -> Group {
    Group {
        number: 14,
        name: "Tunnels",
        about: "These are for tp+http://. A tunnel opens with any answer of status 200 and a \
                blank line.",
        scenarios: vec![
            opened(
                "14.1",
                "tunnel-bare",
                "The answer is a status line and a blank line.",
                b"HTTP/1.0 200 OK\r\n\r\n",
            ),
            opened(
                "14.2",
                "tunnel-tpserver-cpp",
                "The answer is that of tpserver-cpp.",
                b"HTTP/1.0 200 OK\r\nCache-Control: no-store, no-cache, must-revalidate, \
                  post-check=0, pre-check=0\r\nPragma: no-cache\r\n\r\n",
            ),
            opened(
                "14.3",
                "tunnel-tpserver-py",
                "The answer is that of tpserver-py, which forgets the end of its status line.",
                b"HTTP/1.0 200 OKCache-Control: no-cache, private\nContent-Type: \
                  application/binary\n\n",
            ),
            opened(
                "14.4",
                "tunnel-line-feeds",
                "Lines end in a line feed alone.",
                b"HTTP/1.1 200 OK\nServer: x\n\n",
            ),
            opened(
                "14.5",
                "tunnel-no-reason",
                "The status line has no reason.",
                b"HTTP/1.1 200\r\nServer: x\r\n\r\n",
            ),
            opened(
                "14.6",
                "tunnel-odd-headers",
                "The headers are odd: a folded one, one without a colon, one that is not ASCII.",
                b"HTTP/1.1 200 Fine\r\nX-Long: a\r\n  b\r\nwhatever\r\nX-Name: \xe9t\xe9\r\n\
                  Connection: close\r\nContent-Length: 0\r\n\r\n",
            ),
            in_pieces(
                "14.7",
                "tunnel-byte-by-byte",
                "The answer comes byte by byte.",
                b"HTTP/1.0 200 OK\r\nPragma: no-cache\r\n\r\n",
                1,
            ),
            in_pieces(
                "14.8",
                "tunnel-split-blank-line",
                "The answer is cut inside its blank line.",
                b"HTTP/1.0 200 OK\r\nPragma: no\r\n\r\n",
                30,
            ),
            refused(
                "14.9",
                "tunnel-forbidden",
                "The tunnel is forbidden.",
                b"HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nno\n",
            ),
            refused(
                "14.10",
                "tunnel-not-found",
                "The web server knows nothing of tunnels.",
                b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<h1>Not found</h1>",
            ),
            refused(
                "14.11",
                "tunnel-moved",
                "The tunnel has moved, to where nobody said that one may go.",
                b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.invalid/\r\n\r\n",
            ),
            refused(
                "14.12",
                "tunnel-proxy-login",
                "A proxy in between wants a password.",
                b"HTTP/1.1 407 Proxy Authentication Required\r\n\
                  Proxy-Authenticate: Basic realm=\"x\"\r\n\r\n",
            ),
            refused(
                "14.13",
                "tunnel-no-http",
                "The answer is no HTTP.",
                b"You are not running the correct protocol\n",
            ),
            refused(
                "14.14",
                "tunnel-cut",
                "The answer is cut before its blank line.",
                b"HTTP/1.0 200 OK\r\nPragma: no-",
            ),
            refused(
                "14.15",
                "tunnel-endless",
                "The answer is a header that does not end.",
                ENDLESS.as_slice(),
            ),
        ],
    }
}

/// A header as no server sends one.
static ENDLESS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut bytes = b"HTTP/1.0 200 OK\r\nX-Long: ".to_vec();
    bytes.resize(300_000, b'a');
    bytes
});

fn opened(
    id: &'static str,
    name: &'static str,
    does: &'static str,
    answer: &'static [u8],
) -> Scenario {
    in_pieces(id, name, does, answer, answer.len())
}

fn in_pieces(
    id: &'static str,
    name: &'static str,
    does: &'static str,
    answer: &'static [u8],
    size: usize,
) -> Scenario {
    scenario(id, name, does, End::Answers, HABIT, honest).through(Transport::Tunnel(answer, size))
}

fn refused(
    id: &'static str,
    name: &'static str,
    does: &'static str,
    answer: &'static [u8],
) -> Scenario {
    scenario(id, name, does, End::GivesUp, HTTP, honest).through(Transport::NoTunnel(answer))
}
