//! Messages, to be posted, and their boards.

use crate::TpString;
use crate::game::{Board, Message, MessageReference};

impl Message {
    /// A message to a board, to be put behind the last one there. Board 0 is the player's own.
    ///
    /// ```
    /// use tp_frames::game::{Message, MessageReference};
    ///
    /// let note = Message::new(0, "Remember").body("There is metal.").about(MessageReference::object(7));
    /// ```
    pub fn new(board: u32, subject: impl Into<TpString>) -> Self {
        Self {
            id: board,
            subject: subject.into(),
            ..Self::default()
        }
    }

    /// The same with this text.
    #[must_use]
    pub fn body(self, text: impl Into<TpString>) -> Self {
        Self {
            body: text.into(),
            ..self
        }
    }

    /// The same with one more thing that it is about; see [`reference`](crate::reference).
    #[must_use]
    pub fn about(mut self, thing: MessageReference) -> Self {
        self.references.push(thing);
        self
    }
}

impl Board {
    /// A board that has so many messages.
    pub fn new(id: u32, name: impl Into<TpString>, messages: u32) -> Self {
        Self {
            id,
            name: name.into(),
            messages,
            ..Self::default()
        }
    }
}
