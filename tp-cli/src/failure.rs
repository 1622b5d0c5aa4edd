//! Why the program ends before its work is done, and what it tells its caller.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::process::ExitCode;

use tp_frames::printable;

/// Why the program ends early.
pub(crate) enum Failure {
    /// Something to be told in one line, with an exit code.
    Message(String, u8),
    /// Nobody reads what the program writes: not an error, as in `tp decode FILE | head`.
    NoReader,
}

impl Failure {
    /// The input or the arguments cannot be used.
    pub(crate) fn misuse(message: impl Display) -> Self {
        Self::Message(message.to_string(), 2)
    }

    /// What was asked for cannot be done.
    pub(crate) fn failed(message: impl Display) -> Self {
        Self::Message(message.to_string(), 1)
    }

    /// Standard output does not take what is written.
    pub(crate) fn output(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::NoReader,
            _ => Self::failed(format_args!("cannot write: {error}")),
        }
    }

    /// Tells the user, if there is something to tell.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::Message(message, code) => {
                complain(format_args!("error: {message}"));
                ExitCode::from(code)
            }
            Self::NoReader => ExitCode::SUCCESS,
        }
    }
}

/// Writes a line to standard error; unlike `eprintln!`, it does not mind if that is closed. Parts of
/// the message may be from a peer, or the name of a file: only text is written as it is.
pub(crate) fn complain(message: impl Display) {
    let _ = writeln!(io::stderr(), "{}", printable(&message.to_string()));
}
