//! The things of a game, whichever version of the protocol they travel in.
//!
//! TP03 and TP04 describe the same things in different packets. The types here hold what both
//! can say and what only one can: a field that the version a value came in cannot express is
//! `None`.
//!
//! * **From frames** every conversion is total: `model::Board::from(frame)`.
//! * **To frames** conversions are per version: `tp03::Board::from(board)` where both versions
//!   can express the same, `tp03::Object::try_from(object)` where they cannot. What TP03 cannot
//!   say is replaced by the stand-ins listed in [`stand_in`], or is [`Inexpressible`].
//! * A value that came from the wire still has the exact frame it came in:
//!   [`Source`], in the field `source` of every type.
//!
//! ```
//! use tp_frames::{tp03, tp04};
//! use tp_net::model;
//!
//! let frame = tp03::Resource { singularunitname: "ton".into(), ..Default::default() };
//! let resource = model::Resource::from(frame.clone());
//! assert_eq!(resource.singularunit, "ton");
//! assert_eq!(resource.source.tp03(), Some(&frame));
//!
//! let current = tp04::Resource::from(resource);
//! assert_eq!(current.singularunit, "ton");
//! ```
//!
//! Order parameters and the parameters of TP04 objects are used as TP04 has them
//! ([`OrderParams`], [`ObjectParams`]): its shapes hold everything that TP03's do.

mod across;
mod board;
mod category;
mod component;
mod design;
mod features;
mod game;
mod id_sequence;
mod message;
mod object;
mod object_desc;
mod object_kind;
mod order;
mod order_desc;
mod order_params;
mod order_queue;
mod player;
mod property;
mod reference;
mod refusal;
mod resource;
mod source;
pub mod stand_in;
#[cfg(test)]
mod tests;
mod time_remaining;
mod unread;
mod vector;

pub use board::Board;
pub use category::Category;
pub use component::{Component, ComponentProperty};
pub use design::{Design, DesignComponent, DesignProperty};
pub use features::{Feature, Features};
pub use game::{Game, GameConnection, GameParameter, GameParameterId};
pub use id_sequence::{IdModtime, IdSequence};
pub use message::Message;
pub use object::{Object, ObjectParameters};
pub use object_desc::{ObjectDesc, PropertyGroup};
pub use object_kind::{ObjectKind, ObjectResource, Ships};
pub use order::{Order, OrderParameters, OrderResource};
pub use order_desc::{OrderDesc, ParameterDesc};
pub use order_queue::OrderQueue;
pub use player::Player;
pub use property::Property;
pub use reference::Reference;
pub use refusal::{FailCode, Refusal};
pub use resource::Resource;
pub use source::Source;
pub use stand_in::Inexpressible;
pub use time_remaining::{TimeRemaining, TimeRemainingReason};
pub use tp_frames::tp04::{ObjectParams, OrderParams};
pub use unread::UnreadParameters;
pub use vector::Vector;
