//! How clients may come in, told apart by their first bytes.

use std::io;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};

/// A way in. One port can take all of them: the first bytes of a connection tell which it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transport {
    /// Frames, and nothing around them: `tp://`.
    Tcp,
    /// An HTTP request: a POST becomes a tunnel for frames (`tp+http://`), a GET is answered with
    /// a page that says what this is.
    #[cfg(feature = "http")]
    Http,
    /// TLS (`tps://`, `tp+https://`), and in it frames or HTTP. Needs
    /// [`Builder::tls`](super::Builder::tls).
    #[cfg(feature = "tls")]
    Tls,
}

/// Which ways in a listener takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Transports {
    pub(super) tcp: bool,
    pub(super) http: bool,
    pub(super) tls: bool,
}

impl Transports {
    /// What is taken inside of TLS.
    pub(super) const IN_TLS: Self = Self {
        tcp: true,
        http: cfg!(feature = "http"),
        tls: false,
    };

    /// The types of connections that clients can make, as games tell them; best first.
    pub(super) fn types(self) -> impl Iterator<Item = &'static str> {
        let types = [
            ("tps", self.tls),
            ("tp", self.tcp),
            ("tp+https", self.tls && Self::IN_TLS.http),
            ("tp+http", self.http),
        ];
        types
            .into_iter()
            .filter_map(|(name, taken)| taken.then_some(name))
    }
}

impl FromIterator<Transport> for Transports {
    fn from_iter<I: IntoIterator<Item = Transport>>(transports: I) -> Self {
        let mut all = Self::default();
        for transport in transports {
            match transport {
                Transport::Tcp => all.tcp = true,
                #[cfg(feature = "http")]
                Transport::Http => all.http = true,
                #[cfg(feature = "tls")]
                Transport::Tls => all.tls = true,
            }
        }
        all
    }
}

/// What the first bytes are the start of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// Frames; or nothing that is known, which whoever reads frames says best.
    Frames,
    /// An HTTP request.
    Http,
    /// A TLS handshake.
    Tls,
}

/// Method names are shorter.
const LONGEST_METHOD: usize = 32;

/// How much is read at once before it is clear what it is.
const FIRST_READ: usize = 4096;

/// Reads until it is clear what the client begins with.
pub(super) async fn recognize(
    socket: &mut (impl AsyncRead + Unpin),
    received: &mut BytesMut,
) -> io::Result<Start> {
    loop {
        if let Some(start) = detect_version(received) {
            return Ok(start);
        }
        if !read_more(socket, received, FIRST_READ).await? {
            return Ok(Start::Frames);
        }
    }
}

/// Reads more, `limit` bytes in all. Whether something came: not if the stream has ended, or so
/// much is there already.
pub(super) async fn read_more(
    socket: &mut (impl AsyncRead + Unpin),
    received: &mut BytesMut,
    limit: usize,
) -> io::Result<bool> {
    let room = limit.saturating_sub(received.len());
    let mut socket = socket.take(u64::try_from(room).unwrap_or(u64::MAX));
    Ok(room > 0 && socket.read_buf(received).await? > 0)
}

/// Nothing while there are too few bytes.
fn detect_version(bytes: &[u8]) -> Option<Start> {
    match bytes {
        [] | [0x16] | [b'T'] => None,
        // A record with a handshake, of any version since SSL 3.
        [0x16, 3, ..] => Some(Start::Tls),
        [b'T', b'P', ..] => Some(Start::Frames),
        _ => {
            let method = bytes.iter().take_while(|byte| byte.is_ascii_uppercase());
            let length = method.count();
            match bytes.get(length) {
                _ if length > LONGEST_METHOD => Some(Start::Frames),
                None => None,
                Some(b' ') if length > 0 => Some(Start::Http),
                Some(_) => Some(Start::Frames),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bytes_tell() {
        for (bytes, start) in [
            (&b""[..], None),
            (b"T", None),
            (b"TP", Some(Start::Frames)),
            (b"TP01", Some(Start::Frames)),
            (b"TRACE", None),
            (b"TRACE / HTTP/1.1\r\n", Some(Start::Http)),
            (b"P", None),
            (b"POST", None),
            (b"POST /abc", Some(Start::Http)),
            (b"GET ", Some(Start::Http)),
            (b"SSH-2.0-", Some(Start::Frames)),
            (b" GET", Some(Start::Frames)),
            (b"get / ", Some(Start::Frames)),
            (&[b'X'; 100], Some(Start::Frames)),
            (b"\x16", None),
            (b"\x16\x03\x01", Some(Start::Tls)),
            (b"\x16\x02", Some(Start::Frames)),
            (b"\x80", Some(Start::Frames)),
        ] {
            assert_eq!(detect_version(bytes), start, "{}", bytes.escape_ascii());
        }
    }

    #[tokio::test]
    async fn it_waits_until_it_knows_and_loses_nothing() {
        for (bytes, start) in [
            (&b"POST /x HTTP/1.0\r\n\r\nTP04"[..], Start::Http),
            (b"TP\x04\0", Start::Frames),
            (b"\x16\x03\x01\0\0", Start::Tls),
            (b"GET", Start::Frames),
        ] {
            // A peer that sends byte by byte and hangs up.
            let (mut theirs, mut ours) = tokio::io::duplex(1);
            tokio::spawn(
                async move { tokio::io::AsyncWriteExt::write_all(&mut theirs, bytes).await },
            );
            let mut received = BytesMut::new();
            assert_eq!(recognize(&mut ours, &mut received).await.unwrap(), start);
            let mut received = received.to_vec();
            ours.read_to_end(&mut received).await.unwrap();
            assert_eq!(received, bytes);
        }
    }
}
