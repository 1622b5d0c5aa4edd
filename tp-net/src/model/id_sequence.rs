//! Slices of id lists.

use std::sync::Arc;

use tp_frames::{Semi64, tp03, tp04};

use super::Source;
use super::across::{Across, record};

/// A slice of a list of ids.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IdSequence {
    /// The list's key, if it has one.
    pub key: Option<u32>,
    /// How many ids are left behind this slice.
    pub remaining: Option<u32>,
    /// The slice.
    pub modtimes: Vec<IdModtime>,
    /// The `from` of the request; nothing in TP03, and where a TP04 server leaves it out.
    pub from: Option<Semi64>,
    /// The frame it came in: the base of all replies that hold ids.
    pub source: Source<tp03::IDSequence, tp04::IDSequence>,
}

/// The id of a thing, and when the thing last changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct IdModtime {
    /// The id.
    pub id: u32,
    /// When it last changed in a way the player can see. Compare only for being different.
    pub modtime: u64,
}

impl IdModtime {
    /// The thing with this id, changed then.
    #[must_use]
    pub const fn new(id: u32, modtime: u64) -> Self {
        Self { id, modtime }
    }
}

record!(IdModtime:
    tp03::IDSequenceModtime { id = id, modtime = modtime }
    tp04::IDSequenceModtime { id = id, modtime = modtime }
);

impl From<tp03::IDSequence> for IdSequence {
    fn from(frame: tp03::IDSequence) -> Self {
        Self {
            key: frame.key.get(),
            remaining: frame.remaining.get(),
            modtimes: frame.modtimes.clone().across(),
            from: None,
            source: Source::Tp03(Arc::new(frame)),
        }
    }
}

impl From<tp04::IDSequence> for IdSequence {
    fn from(frame: tp04::IDSequence) -> Self {
        Self {
            key: frame.key.get(),
            remaining: frame.remaining.get(),
            modtimes: frame.modtimes.clone().across(),
            from: frame.from,
            source: Source::Tp04(Arc::new(frame)),
        }
    }
}

impl From<IdSequence> for tp03::IDSequence {
    fn from(ids: IdSequence) -> Self {
        Self {
            key: ids.key.into(),
            remaining: ids.remaining.into(),
            modtimes: ids.modtimes.across(),
        }
    }
}

impl From<IdSequence> for tp04::IDSequence {
    fn from(ids: IdSequence) -> Self {
        Self {
            key: ids.key.into(),
            remaining: ids.remaining.into(),
            modtimes: ids.modtimes.across(),
            from: ids.from,
        }
    }
}
