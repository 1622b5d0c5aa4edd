//! Whatever begins like HTTP on a server's port is answered by HTTP, in the same way however it
//! comes, and is a tunnel only if it is a plain POST, which can be read in one way only and no browser
//! sends. Of several reasons to refuse it, the one that comes first counts.
//!
//! Input: one byte for the size of the pieces, then what the client sends.
#![no_main]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use libfuzzer_sys::fuzz_target;
use tp_fuzz::Wire;
use tp_net::server::fuzzing::answer_http;

fuzz_target!(|input: &[u8]| {
    let [size, request @ ..] = input else {
        return;
    };
    let whole = answer(std::iter::once(request));
    let in_pieces = answer(request.chunks(usize::from(*size).max(1)));
    let is_refused = |it: &Option<Answered>| it.as_ref().is_some_and(Answered::is_refused);
    assert!(
        whole == in_pieces || is_refused(&whole) && is_refused(&in_pieces),
        "{whole:?} and {in_pieces:?}"
    );
    let Some(Answered {
        is_tunnel,
        said,
        head,
    }) = whole
    else {
        // Empty lines may come first.
        let mut head = request.trim_ascii_start().windows(4);
        return assert!(!head.any(|it| it == b"\r\n\r\n"));
    };
    let mut headers = [httparse::EMPTY_HEADER; 16];
    let mut response = httparse::Response::new(&mut headers);
    let length = response.parse(&said).expect("HTTP").unwrap();
    let code = response.code.expect("a status");
    assert_eq!(
        is_tunnel,
        code == 200 && request.trim_ascii_start().starts_with(b"POST ")
    );
    if is_tunnel {
        assert_eq!(length, said.len(), "frames begin behind the head");
        let head = head.and_then(|head| request.get(..head));
        opens_tunnel(head.expect("a head is a part of what came"));
    }
    // A page holds nothing of the request that means something in HTML.
    let page = String::from_utf8(said).expect("it is UTF-8");
    assert!(!page.contains("<script") && !page.contains("onerror"));
});

/// What opens a tunnel is not from a web page, and nobody in between reads it in another way.
fn opens_tunnel(head: &[u8]) {
    let head = head.to_ascii_lowercase();
    let shown = head.escape_ascii();
    let lines: Vec<_> = head.split(|byte| *byte == b'\n').collect();
    let (end, lines) = lines.split_last().expect("one at least");
    assert!(end.is_empty(), "{shown}");
    let lines: Option<Vec<_>> = lines.iter().map(|it| it.strip_suffix(b"\r")).collect();
    let lines = lines.unwrap_or_else(|| panic!("a line feed alone: {shown}"));
    let with = |name: &str| {
        lines
            .iter()
            .filter(|it| it.starts_with(name.as_bytes()))
            .count()
    };
    for name in ["origin:", "referer:", "sec-fetch-"] {
        assert_eq!(with(name), 0, "{shown}");
    }
    let hosts = with("host:");
    let request = lines.iter().find(|line| !line.is_empty());
    let is_new = request.is_some_and(|it| it.ends_with(b" http/1.1"));
    assert!(hosts == 1 || hosts == 0 && !is_new, "{shown}");
    assert!(with("content-length:") <= 1, "{shown}");
    assert_eq!(with("transfer-encoding:"), 0, "{shown}");
}

/// What comes of a request.
#[derive(Debug, PartialEq)]
struct Answered {
    is_tunnel: bool,
    said: Vec<u8>,
    /// How long its head was, if frames follow it.
    head: Option<usize>,
}

impl Answered {
    /// Returns `true` if its status says so: `HTTP/1.1 4xx` or `5xx`.
    fn is_refused(&self) -> bool {
        self.said.get(9).is_some_and(|class| b"45".contains(class))
    }
}

/// What a server says to a client that sends this and hangs up; `None` if nothing.
fn answer<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Option<Answered> {
    let mut wire = Wire::default();
    let mut sent = 0;
    for piece in pieces {
        wire.send(Bytes::copy_from_slice(piece), 1);
        sent += piece.len();
    }
    wire.end(false);
    let mut received = BytesMut::new();
    let answered = {
        let answering = pin!(answer_http(&mut wire, &mut received));
        // All that it waits for is there.
        answering.poll(&mut Context::from_waker(Waker::noop()))
    };
    let Poll::Ready(answered) = answered else {
        panic!("it waits for more than what came");
    };
    let is_tunnel = answered.ok()?;
    let unread = sent - wire.delivered() + received.len();
    Some(Answered {
        is_tunnel,
        said: wire.take_written(),
        head: is_tunnel.then_some(sent - unread),
    })
}
