//! Whether the server is there, and still the one it was.

use crate::connection::Connection;
use crate::probe;
use crate::target::Target;
use tp_tests::frame::Version;

/// A connection that is held open from case to case. It ends when the server does, so that one is
/// noticed, too, that is back before anybody looks.
pub(crate) struct Lifeline<'a> {
    target: &'a Target,
    version: Version,
    held: Option<Connection>,
    /// Nothing good until somebody has done something about it.
    seen: Option<Seen>,
}

/// Who is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// The server that was there before.
    Same,
    /// A server, but the connection that was held has ended.
    Another,
    Nobody,
}

impl<'a> Lifeline<'a> {
    pub(crate) fn new(target: &'a Target, version: Version) -> Self {
        Self {
            target,
            version,
            held: probe::alive(target, version),
            seen: None,
        }
    }

    /// Looks who is there. What is seen once, unless it is good, is seen until [`renew`](Self::renew).
    pub(crate) fn look(&mut self) -> Seen {
        if let Some(seen) = self.seen {
            return seen;
        }
        // A new connection first: when another server answers it, the old one has ended for certain.
        let seen = match probe::alive(self.target, self.version) {
            None => Seen::Nobody,
            Some(new) => {
                let old = self.held.replace(new);
                match old.is_some_and(|mut old| old.is_over()) {
                    true => Seen::Another,
                    false => Seen::Same,
                }
            }
        };
        self.seen = Some(seen).filter(|seen| *seen != Seen::Same);
        seen
    }

    /// Looks again.
    pub(crate) fn look_again(&mut self) -> Seen {
        self.seen = None;
        self.look()
    }

    /// What was seen has been dealt with.
    pub(crate) fn renew(&mut self) {
        self.seen = None;
    }
}
