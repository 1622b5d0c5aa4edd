//! HTTP on the port of the protocol: a tunnel for clients, a page for people.

#[cfg(fuzzing)]
pub mod fuzzing;
mod page;
mod request;
mod response;

use std::io;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use super::transports::read_more;
pub(super) use page::About;
use request::{Method, Parsed, Request};
use response::Status;

/// What became of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answered {
    /// From here on frames go both ways. What came behind the request is still to be read.
    Tunnel,
    /// It is answered, and that was all.
    Whole,
}

/// The tunnel begins behind this. No cache may keep it or answer in its place.
const TUNNEL: &str = "HTTP/1.0 200 OK\r\n\
    Cache-Control: no-store, no-cache, must-revalidate, private\r\n\
    Pragma: no-cache\r\n\
    Content-Type: application/octet-stream\r\n\
    \r\n";

/// Answers the request that begins with what was received, whose head may have `limit` bytes.
pub(super) async fn answer(
    socket: &mut (impl AsyncRead + AsyncWrite + Unpin),
    received: &mut BytesMut,
    about: &About<'_>,
    limit: usize,
) -> io::Result<Answered> {
    let (answered, response) = match read(socket, received, limit).await? {
        Ok(request) => match request.method {
            Method::Post => (Answered::Tunnel, TUNNEL.into()),
            Method::Get => (Answered::Whole, response::page(&about.html(&request))),
            Method::Head => {
                let head = response::head_of_page(&about.html(&request));
                (Answered::Whole, head)
            }
        },
        Err(status) => (Answered::Whole, response::error(status)),
    };
    tracing::debug!(?answered, "HTTP");
    socket.write_all(response.as_bytes()).await?;
    match answered {
        Answered::Tunnel => socket.flush().await?,
        Answered::Whole => socket.shutdown().await?,
    }
    Ok(answered)
}

/// Takes the head of a request; what follows it stays.
async fn read(
    socket: &mut (impl AsyncRead + Unpin),
    received: &mut BytesMut,
    limit: usize,
) -> io::Result<Result<Request, Status>> {
    loop {
        match Request::parse(received) {
            Parsed::Whole(request, length) if length <= limit => {
                received.advance(length.min(received.len()));
                return Ok(Ok(request));
            }
            Parsed::Refused(status) => return Ok(Err(status)),
            Parsed::Part if received.len() < limit => {
                if !read_more(socket, received, limit).await? {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            Parsed::Part | Parsed::Whole(..) => return Ok(Err(Status::HEAD_TOO_LARGE)),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, duplex};

    use super::*;
    use crate::server::transports::Transports;

    #[tokio::test]
    async fn an_endless_head_is_not_read_beyond_the_limit() {
        const LIMIT: usize = 1000;
        let about = About {
            name: "",
            what: "",
            versions: crate::Versions::all(),
            transports: Transports::default(),
            local: ([127, 0, 0, 1], 1).into(),
            encrypted: false,
        };
        // Room for more than is to be read.
        let (mut theirs, mut ours) = duplex(10 * LIMIT);
        let endless = format!("GET / HTTP/1.1\r\nA: {}", "x".repeat(9 * LIMIT));
        theirs.write_all(endless.as_bytes()).await.unwrap();
        let mut received = BytesMut::new();
        let answer = answer(&mut ours, &mut received, &about, LIMIT);
        let answered = answer.await.unwrap();
        assert_eq!(answered, Answered::Whole);
        assert_eq!(received.len(), LIMIT);
        drop(theirs);
        let mut all = received.to_vec();
        ours.read_to_end(&mut all).await.unwrap();
        assert_eq!(all, endless.as_bytes(), "the rest was left where it was");
    }
}
