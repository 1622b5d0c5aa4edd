//! The HTTP of a server without the server.

use std::io;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{About, Answered, answer};
use crate::proto::Versions;
use crate::server::transports::Transports;

/// Answers the request that a client begins with, as a server with default limits does. Returns
/// whether it is a tunnel from then on; what was read and is not of the request stays in
/// `received`.
///
/// # Errors
///
/// The client has hung up before.
pub async fn answer_http(
    socket: &mut (impl AsyncRead + AsyncWrite + Unpin),
    received: &mut BytesMut,
) -> io::Result<bool> {
    let about = About {
        name: "A <game>",
        what: "For everybody.",
        versions: Versions::all(),
        transports: Transports::IN_TLS,
        local: ([127, 0, 0, 1], 6923).into(),
        encrypted: false,
    };
    let limit = crate::server::Limits::default().http_head;
    let answered = answer(socket, received, &about, limit).await?;
    Ok(answered == Answered::Tunnel)
}
