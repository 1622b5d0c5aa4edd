//! Who asks.

use super::Peer;

/// A client that is logged in.
#[derive(Debug)]
pub struct Caller<P> {
    peer: Peer,
    player: P,
}

impl<P> Caller<P> {
    pub(super) fn new(peer: Peer, player: P) -> Self {
        Self { peer, player }
    }

    /// The connection.
    #[must_use]
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// Whom [`login`](super::Handler::login) made of it.
    #[must_use]
    pub fn player(&self) -> &P {
        &self.player
    }
}
