//! What stands between a TCP connection and frames, such as TLS.

use super::TransportError;

/// What stands between a connection and what is said over it: TLS, a tunnel, a proxy.
///
/// A layer knows neither sockets nor clocks. Two drivers move its bytes, over each kind of
/// stream: [`Layered`](super::Layered) for those of the blocking and polling clients,
/// `AsyncLayered` for asynchronous ones. As both are streams again, layers stand on each other by
/// putting one driver into another.
///
/// ```text
///   frames        send()               output() / written()
///   or the  ───────────────► ┌───────┐ ─────────────────────► the layer below
///   layer                    │ Layer │                        or the socket
///   above   ◄─────────────── └───────┘ ◄─────────────────────
///              (appended)                receive(), end_of_input()
/// ```
///
/// A layer begins with a handshake of its own: bytes may wait in [`output`](Self::output) from
/// the start. Until [`is_ready`](Self::is_ready), it takes no bytes from above.
pub trait Layer: Send {
    /// What the handshake is called in errors, such as `"TLS handshake"`.
    fn handshake(&self) -> &'static str;

    /// Who is to answer the handshake, in errors, such as `"the server game.example:6924"`.
    fn peer(&self) -> &str {
        "the peer"
    }

    /// Returns `true` if the handshake is over, so that bytes can be sent through.
    fn is_ready(&self) -> bool;

    /// Takes all of the bytes that came from below, and appends to `above` what they carry.
    /// What `above` gets is at most what this and earlier calls took, and a constant more.
    ///
    /// # Errors
    ///
    /// The layer is of no more use. Its output may still hold what to tell the peer.
    fn receive(&mut self, input: &[u8], above: &mut Vec<u8>) -> Result<(), TransportError>;

    /// Takes bytes from above; returns how many. 0 during the handshake, and while so much output
    /// waits that it should be written first.
    ///
    /// # Errors
    ///
    /// The layer is of no more use.
    fn send(&mut self, bytes: &[u8]) -> Result<usize, TransportError>;

    /// Bytes to be written below.
    fn output(&self) -> &[u8];

    /// Bytes of memory that its output takes, for whoever bounds what connections hold.
    fn held(&self) -> usize {
        self.output().len()
    }

    /// The first `count` bytes of [`output`](Self::output) are written.
    fn written(&mut self, count: usize);

    /// Nothing more comes from below. During a handshake the driver itself makes an error of it;
    /// a layer may have a better one.
    ///
    /// # Errors
    ///
    /// This is no place to end.
    fn end_of_input(&mut self) -> Result<(), TransportError> {
        Ok(())
    }

    /// Returns `true` if the peer has said inside the layer that nothing more comes.
    fn is_ended(&self) -> bool {
        false
    }

    /// Nothing more is sent from above. There may be a farewell in the output. Called once.
    fn close(&mut self) {}
}
