//! What is at the end of connections once frames can be spoken.

use std::sync::Arc;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite};
use tp_frames::PacketInfo;

use super::connection;
use super::peer::Client;
use super::places::Place;
use super::session::Service;
use super::shared::Shared;

/// A service of this program, or a server elsewhere.
pub(super) trait Endpoint: Send + Sync + Sized + 'static {
    /// The packets that are counted.
    const PACKETS: &'static [&'static PacketInfo];
    /// What the page for browsers says that it is for.
    #[cfg(feature = "http")]
    const ABOUT: &'static str;

    /// Serves a connection to its end. `received` is what has come already; `held` tells how many
    /// bytes of memory the socket holds.
    fn serve<T: AsyncRead + AsyncWrite + Send + Unpin>(
        shared: &Shared<Self>,
        socket: T,
        held: fn(&T) -> usize,
        received: BytesMut,
        client: Client,
        place: &Arc<Place>,
    ) -> impl Future<Output = ()> + Send;
}

impl<S: Service> Endpoint for S {
    const PACKETS: &'static [&'static PacketInfo] = <S as Service>::PACKETS;
    #[cfg(feature = "http")]
    const ABOUT: &'static str = <S as Service>::ABOUT;

    fn serve<T: AsyncRead + AsyncWrite + Send + Unpin>(
        shared: &Shared<Self>,
        socket: T,
        held: fn(&T) -> usize,
        received: BytesMut,
        client: Client,
        place: &Arc<Place>,
    ) -> impl Future<Output = ()> + Send {
        connection::serve(shared, socket, held, received, client, place)
    }
}
