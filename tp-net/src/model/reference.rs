//! Generic references.

use tp_frames::{reference, tp03, tp04};

use super::across::{Across, record};

/// Names anything by a type and an id; the types are in [`tp_frames::reference`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Reference {
    /// What kind of thing.
    pub r#type: i32,
    /// Which one.
    pub id: u32,
}

impl Reference {
    /// The thing of this type with this id.
    #[must_use]
    pub const fn new(r#type: i32, id: u32) -> Self {
        Self { r#type, id }
    }

    /// An object.
    #[must_use]
    pub const fn object(id: u32) -> Self {
        Self::new(reference::OBJECT, id)
    }

    /// An order queue.
    #[must_use]
    pub const fn order_queue(id: u32) -> Self {
        Self::new(reference::ORDER_QUEUE, id)
    }

    /// A player.
    #[must_use]
    pub const fn player(id: u32) -> Self {
        Self::new(reference::PLAYER, id)
    }
}

impl Across<i32> for i32 {
    fn across(self) -> i32 {
        self
    }
}

record!(Reference:
    tp03::MessageReference { r#type = r#type, id = id }
    tp04::MessageReference { r#type = r#type, id = id }
    tp04::FailReference { r#type = r#type, id = id }
);
