//! What a session tells the operations.

use tp_frames::RawFrame;

use crate::proto::{Answer, RequestId};

/// Something that operations are to know. That the session is ready or over is for
/// [`version`](super::Session::version) and [`error`](super::Session::error) to say.
#[derive(Debug)]
pub(crate) enum Report {
    /// The answer to a request, whole or not.
    Answered {
        request: RequestId,
        answer: Answer,
        /// The name of the request, if the connection was cut and nobody knows whether the server
        /// has done it.
        fate_unknown: Option<&'static str>,
    },
    /// A frame that nobody asked for.
    Asynchronous(RawFrame),
    /// There is another connection, as good as the one that was cut.
    Reconnected,
}
