//! What a session tells the operations.

use tp_frames::RawFrame;

use crate::proto::{Completion, RequestId};

/// Something that operations are to know. That the session is ready or over is for
/// [`version`](super::Session::version) and [`error`](super::Session::error) to say.
#[derive(Debug)]
pub(crate) enum Report {
    /// One frame of an answer.
    Frame { request: RequestId, frame: RawFrame },
    /// No more frames of the answer will come.
    Complete {
        request: RequestId,
        completion: Completion,
    },
    /// The connection was cut, and nobody knows whether the server has done this.
    FateUnknown {
        request: RequestId,
        name: &'static str,
    },
    /// The answer begins anew, on another connection.
    AskedAgain(RequestId),
    /// A frame that nobody asked for.
    Asynchronous(RawFrame),
    /// There is another connection, as good as the one that was cut.
    Reconnected,
}
