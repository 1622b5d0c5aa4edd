//! What befalls a connection.

use crate::clock::Millis;
use crate::random::Random;

/// What befalls a connection. A pipe is that of what the client writes (0), or the server (1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// It is gone, and so is all that was on its way.
    Vanish(Knows),
    /// One pipe ends here, as if whoever writes to it had ended it.
    Cut(usize),
    /// Nothing comes out of a pipe for so long.
    Stall(usize, Millis),
}

/// Which ends learn that a connection is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Knows {
    Both,
    Client,
    Server,
    Nobody,
}

impl Fault {
    /// One of them.
    pub(crate) fn any(random: &mut Random) -> Self {
        let pipe = random.size(0, 1);
        match random.within(0, 9) {
            0..=4 => Self::Vanish(Knows::Both),
            5 => Self::Vanish(Knows::Client),
            6 => Self::Vanish(Knows::Server),
            7 => Self::Vanish(Knows::Nobody),
            8 => Self::Cut(pipe),
            _ => Self::Stall(pipe, random.within(100, 60_000)),
        }
    }
}
