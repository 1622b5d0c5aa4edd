//! Which receiver no longer reads what.

use std::ops::{BitAnd, BitOr, BitOrAssign};

/// What cannot be read any more, by who reads it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Broken {
    /// An old receiver does not read what a new sender sends.
    pub(super) old_reads_new: bool,
    /// A new receiver does not read what an old sender sends.
    pub(super) new_reads_old: bool,
}

impl Broken {
    pub(super) const NONE: Self = Self::of(false, false);
    pub(super) const BOTH: Self = Self::of(true, true);
    pub(super) const OLD_READS_NEW: Self = Self::of(true, false);
    pub(super) const NEW_READS_OLD: Self = Self::of(false, true);

    pub(super) const fn of(old_reads_new: bool, new_reads_old: bool) -> Self {
        Self {
            old_reads_new,
            new_reads_old,
        }
    }

    /// This if it `is` so, else nothing.
    pub(super) const fn when(self, is: bool) -> Self {
        if is { self } else { Self::NONE }
    }

    const fn reversed(self) -> Self {
        Self::of(self.new_reads_old, self.old_reads_new)
    }
}

impl BitOr for Broken {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        let old_reads_new = self.old_reads_new | other.old_reads_new;
        Self::of(old_reads_new, self.new_reads_old | other.new_reads_old)
    }
}

impl BitAnd for Broken {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        let old_reads_new = self.old_reads_new & other.old_reads_new;
        Self::of(old_reads_new, self.new_reads_old & other.new_reads_old)
    }
}

/// The same for each way a frame may go. They differ because a client sends read-only fields
/// empty and a server does not look at them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Ways<T> {
    pub(super) to_server: T,
    pub(super) to_client: T,
}

impl<T: Copy> Ways<T> {
    pub(super) const fn same(both: T) -> Self {
        Self {
            to_server: both,
            to_client: both,
        }
    }

    /// Combines both ways with those of `other`.
    pub(super) fn zip<U: Copy, R>(self, other: Ways<U>, with: impl Fn(T, U) -> R) -> Ways<R> {
        Ways {
            to_server: with(self.to_server, other.to_server),
            to_client: with(self.to_client, other.to_client),
        }
    }
}

/// What a change to a structure does, by what comes behind the structure.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Effect {
    /// Nothing that both editions know comes behind: bytes more are left over, which is no
    /// error.
    pub(super) open: Ways<Broken>,
    /// Something does, and is read from the wrong place if the bytes in front differ in number.
    pub(super) closed: Ways<Broken>,
}

impl Effect {
    pub(super) const NONE: Self = Self::same(Broken::NONE);
    pub(super) const BOTH: Self = Self::same(Broken::BOTH);

    pub(super) const fn same(broken: Broken) -> Self {
        Self {
            open: Ways::same(broken),
            closed: Ways::same(broken),
        }
    }

    /// This if it `is` so, else nothing.
    pub(super) const fn when(self, is: bool) -> Self {
        if is { self } else { Self::NONE }
    }

    /// The same for frames to the client, `to_server` for frames to the server.
    pub(super) const fn with_to_server(self, to_server: Broken) -> Self {
        Self {
            open: Ways {
                to_server,
                ..self.open
            },
            closed: Ways {
                to_server,
                ..self.closed
            },
        }
    }

    /// What is left of it for a structure around this one, or for a packet built on this one,
    /// where something common `follows` behind.
    pub(super) fn within(self, follows: Ways<bool>) -> Self {
        let open = self.open.zip(self.closed, |open, closed| (open, closed));
        let open = open.zip(
            follows,
            |(open, closed), follows| if follows { closed } else { open },
        );
        Self { open, ..self }
    }

    /// What is broken where the coming of something breaks `self`, if it went instead.
    pub(super) fn reversed(self) -> Self {
        let reverse = |ways: Ways<Broken>| Ways {
            to_server: ways.to_server.reversed(),
            to_client: ways.to_client.reversed(),
        };
        Self {
            open: reverse(self.open),
            closed: reverse(self.closed),
        }
    }

    /// What it is where no bytes are ever left over.
    pub(super) const fn shut(self) -> Self {
        Self {
            open: self.closed,
            closed: self.closed,
        }
    }
}

impl BitOrAssign for Effect {
    fn bitor_assign(&mut self, other: Self) {
        self.open = self.open.zip(other.open, Broken::bitor);
        self.closed = self.closed.zip(other.closed, Broken::bitor);
    }
}
