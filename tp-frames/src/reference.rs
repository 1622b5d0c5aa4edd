//! Generic references: a type and an id that together name anything a message or a failure may
//! talk about.
//!
//! The references of `Message`, `PostMessage` and `Fail` are pairs of a signed type and an id.
//! Their order matters, and a type may stand twice. Types other than these may come.
//!
//! | type | refers to | id |
//! |---|---|---|
//! | [`SERVER_ACTION`] | something the server did | up to the server |
//! | [`DESIGN_ACTION`], [`PLAYER_ACTION`], [`MESSAGE_ACTION`] | something that happened to one | for players [`player_action`] |
//! | [`ORDER_ACTION`] | something that happened to an order | [`order_action`] |
//! | [`OBJECT_ACTION`] | something that happened to an object | [`object_action`] |
//! | [`MISC`] | nothing else | [`misc`] |
//! | [`OBJECT`] … [`ORDER_QUEUE`] | a thing | its id |

/// Something the server did; what the id means is up to it.
pub const SERVER_ACTION: i32 = -1000;
/// Something that happened to a design. The protocol's authors were not sure of this number.
pub const DESIGN_ACTION: i32 = -5;
/// Something that happened to a player; the id is one of [`player_action`]. The protocol's
/// authors were not sure of this number.
pub const PLAYER_ACTION: i32 = -4;
/// Something that happened to a message. The protocol's authors were not sure of this number.
pub const MESSAGE_ACTION: i32 = -3;
/// Something that happened to an order; the id is one of [`order_action`].
pub const ORDER_ACTION: i32 = -2;
/// Something that happened to an object; the id is one of [`object_action`].
pub const OBJECT_ACTION: i32 = -1;
/// Anything else; the id is one of [`misc`].
pub const MISC: i32 = 0;
/// An object.
pub const OBJECT: i32 = 1;
/// An order type.
pub const ORDER_TYPE: i32 = 2;
/// An order; the id is its slot, and the reference before it names its object or order queue.
pub const ORDER: i32 = 3;
/// A board.
pub const BOARD: i32 = 4;
/// A message; the id is its slot, and the reference before it names its board.
pub const MESSAGE: i32 = 5;
/// A resource.
pub const RESOURCE: i32 = 6;
/// A player.
pub const PLAYER: i32 = 7;
/// A category.
pub const CATEGORY: i32 = 8;
/// A design.
pub const DESIGN: i32 = 9;
/// A component.
pub const COMPONENT: i32 = 10;
/// A property.
pub const PROPERTY: i32 = 11;
/// An object type. Since TP04.
pub const OBJECT_TYPE: i32 = 12;
/// An order queue. Since TP04.
pub const ORDER_QUEUE: i32 = 13;

/// Ids of [`PLAYER_ACTION`].
pub mod player_action {
    /// The player was eliminated.
    pub const ELIMINATED: u32 = 1;
    /// The player quit.
    pub const QUIT: u32 = 2;
    /// The player joined.
    pub const JOINED: u32 = 3;
}

/// Ids of [`ORDER_ACTION`].
pub mod order_action {
    /// The order was carried out.
    pub const DONE: u32 = 1;
    /// The order was cancelled.
    pub const CANCELLED: u32 = 2;
    /// The object cannot carry out such an order.
    pub const NOT_COMPATIBLE: u32 = 3;
    /// The order made no sense.
    pub const INVALID: u32 = 4;
}

/// Ids of [`OBJECT_ACTION`].
pub mod object_action {
    /// The object has nothing left to do.
    pub const IDLE: u32 = 1;
}

/// Ids of [`MISC`].
pub mod misc {
    /// From the system.
    pub const SYSTEM: u32 = 1;
    /// From an administrator.
    pub const ADMINISTRATOR: u32 = 2;
    /// Important.
    pub const IMPORTANT: u32 = 3;
    /// Not important.
    pub const UNIMPORTANT: u32 = 4;
}

macro_rules! references {
    ($($name:ident),*) => {$(
        impl crate::game::$name {
            /// The thing of this type with this id.
            #[must_use]
            pub const fn new(r#type: i32, id: u32) -> Self {
                Self { r#type, id }
            }

            /// An object.
            #[must_use]
            pub const fn object(id: u32) -> Self {
                Self::new(OBJECT, id)
            }

            /// An order queue.
            #[must_use]
            pub const fn order_queue(id: u32) -> Self {
                Self::new(ORDER_QUEUE, id)
            }

            /// A player.
            #[must_use]
            pub const fn player(id: u32) -> Self {
                Self::new(PLAYER, id)
            }

            /// A board.
            #[must_use]
            pub const fn board(id: u32) -> Self {
                Self::new(BOARD, id)
            }

            /// A design.
            #[must_use]
            pub const fn design(id: u32) -> Self {
                Self::new(DESIGN, id)
            }

            /// A resource.
            #[must_use]
            pub const fn resource(id: u32) -> Self {
                Self::new(RESOURCE, id)
            }
        }
    )*};
}

references!(MessageReference, FailReference);

impl From<crate::game::MessageReference> for crate::game::FailReference {
    fn from(reference: crate::game::MessageReference) -> Self {
        Self::new(reference.r#type, reference.id)
    }
}

impl From<crate::game::FailReference> for crate::game::MessageReference {
    fn from(reference: crate::game::FailReference) -> Self {
        Self::new(reference.r#type, reference.id)
    }
}
