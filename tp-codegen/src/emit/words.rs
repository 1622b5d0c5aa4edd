//! How wire facts are put into words, the same wherever an emitter writes them.

use crate::model::{Direction, Integer, Sign, Size};

/// Which way a packet goes.
pub(super) fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Server => "client to server",
        Direction::Client => "server to client",
        Direction::Any => "either way",
    }
}

/// Bytes of a structure.
pub(super) fn size(size: Size) -> String {
    match (size.min, size.fixed) {
        (0, true) => "empty".to_owned(),
        (min, true) => format!("{min} bytes"),
        (0, false) => "any number of bytes".to_owned(),
        (min, false) => format!("{min} bytes or more"),
    }
}

/// Bytes of one entry or group.
pub(super) fn entry_size(size: Size) -> String {
    if size.fixed {
        size.min.to_string()
    } else {
        format!("{} or more", size.min)
    }
}

/// Sign and width.
pub(super) fn integer(integer: Integer) -> String {
    let sign = match integer.sign {
        Sign::Signed => "signed",
        Sign::Unsigned => "unsigned",
        Sign::Semisigned => "semisigned",
    };
    format!("{sign} {}-bit", integer.bits)
}

/// Ends a heading with a full stop, so that it reads as a sentence.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?', ':']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
