//! Whatever a server or a proxy answers to a client that asks for a tunnel: it becomes one, or an
//! error in one line, the same however it comes; nothing behind the answer is lost, and nothing is
//! sent before. What can be read in two ways is no tunnel.
//!
//! Input: one byte for the size of the pieces and for who is asked, then the answer.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tp_net::transport::{Layer, Proxies, Url, fuzzing};

/// A head may have so many bytes; of a longer one it matters how it comes.
const LONGEST_HEAD: usize = 16 << 10;

fuzz_target!(|input: &[u8]| {
    let [first, answer @ ..] = input else {
        return;
    };
    let is_proxy = first & 1 == 1;
    let pieces = usize::from(first >> 1).max(1);
    let whole = receive(is_proxy, std::iter::once(answer));
    if answer.len() < LONGEST_HEAD {
        let in_pieces = receive(is_proxy, answer.chunks(pieces));
        match (&whole, &in_pieces) {
            // It may show less of what was wrong.
            (Err(_), Err(_)) => {}
            _ => assert_eq!(whole, in_pieces),
        }
    }
    match whole {
        Ok(Some(rest)) => {
            let head = answer.strip_suffix(&*rest).expect("what is left of it");
            // What somebody in between could take for the end of a line or of the head.
            let is_odd = |it: &u8| it.is_ascii_control() && !b"\t\r\n".contains(it);
            let alone = head
                .windows(2)
                .any(|two| two[0] == b'\r' && two[1] != b'\n');
            let shown = head.escape_ascii();
            assert!(!alone && !head.iter().any(is_odd), "{shown}");
            if !head.windows(7).skip(1).any(|it| it == b"HTTP/1.") {
                let ends = head.trim_ascii_start();
                let with = ends.windows(2).filter(|it| *it == b"\r\n").count();
                let all = ends.iter().filter(|it| **it == b'\n').count();
                assert!(with == 0 || with == all, "{shown}");
            }
        }
        Ok(None) => assert!(
            answer.len() < LONGEST_HEAD,
            "who says nothing is not waited for"
        ),
        Err(error) => {
            // Whatever a stranger says, it is text.
            let is_text = |it: char| !it.is_control();
            assert!(!error.is_empty() && error.chars().all(is_text), "{error:?}");
        }
    }
});

/// What came through the tunnel; `None` if there is none yet.
fn receive<'a>(
    is_proxy: bool,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> Result<Option<Vec<u8>>, String> {
    let mut tunnel = tunnel(is_proxy);
    let mut above = Vec::new();
    assert!(!tunnel.is_ready());
    tunnel.written(tunnel.output().len());
    for piece in pieces {
        assert!(tunnel.is_ready() || above.is_empty());
        let is_ready = tunnel.is_ready();
        let sent = tunnel.send(b"TP04").map_err(|error| error.to_string())?;
        assert_eq!(sent, if is_ready { 4 } else { 0 });
        let received = tunnel.receive(piece, &mut above);
        received.map_err(|error| error.to_string())?;
    }
    if !tunnel.is_ready() {
        tunnel.end_of_input().map_err(|error| error.to_string())?;
    }
    Ok(tunnel.is_ready().then_some(above))
}

fn tunnel(is_proxy: bool) -> Box<dyn Layer> {
    let (url, proxies) = match is_proxy {
        true => {
            let proxy = "ada:s3cret@proxy.example:3128".parse();
            (
                "tps://game.example",
                Proxies::Always(proxy.expect("a proxy")),
            )
        }
        false => ("tp+http://game.example", Proxies::Never),
    };
    let url: Url = url.parse().expect("a URL");
    let layers = fuzzing::tunnels(&url, &proxies);
    let tunnel = layers.expect("a route").into_iter().next();
    tunnel.expect("a tunnel")
}
