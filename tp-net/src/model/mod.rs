//! What says more than a frame.
//!
//! Most things of a game are their frames, the same in every version of the protocol: a board is
//! a [`Board`], a resource a [`Resource`]. They are re-exported here from [`tp_frames::game`]. The
//! types defined here stand where the versions mean different things:
//!
//! * [`Object`]: in TP03 it has one of six [kinds](ObjectKind), in TP04 parameters that an
//!   [`ObjectDesc`] describes.
//! * [`Order`]: in TP03 it belongs to an object, in TP04 to an order queue. [`OrderDescExt`] makes
//!   orders by their description.
//! * [`Refusal`]: a Fail as an error.
//!
//! What an older version cannot say is replaced by the stand-ins listed in [`downgrade`], or is
//! [`NotInVersion`].

/// Makes a type of ours from a struct of the frames, and the other way round, where both say the
/// same with these fields.
macro_rules! same_fields {
    ($($ours:ident { $($our:ident),* } = $frame:ident { $($their:ident),* };)*) => {$(
        impl From<game::$frame> for $ours {
            fn from(game::$frame { $($their),* }: game::$frame) -> Self {
                Self { $($our: $their),* }
            }
        }

        impl From<$ours> for game::$frame {
            fn from($ours { $($our),* }: $ours) -> Self {
                Self { $($their: $our),* }
            }
        }
    )*};
}

pub mod downgrade;
#[cfg(feature = "tokio")]
mod ids;
mod object;
mod object_kind;
mod order;
mod refusal;
#[cfg(test)]
mod tests;
mod undecoded;
mod vector;

pub use downgrade::NotInVersion;
#[cfg(feature = "tokio")]
pub use ids::Ids;
pub use object::Object;
pub use object_kind::{ObjectKind, ObjectResource, Ships};
pub use order::{
    ObjectOrders, Order, OrderBuilder, OrderDescExt, OrderError, OrderErrorKind, OrderValue,
};
pub use refusal::Refusal;
pub use tp_frames::game::IDSequenceModtime as IdModtime;
pub use tp_frames::game::{
    Board, Category, Component, ComponentProperty, Design, DesignComponent, DesignProperty,
    FailCode, FailReference, Features, FeaturesFeature as Feature, Game, GameConnection,
    GameParameter, GameParameterParamid as GameParameterId, IDSequence, Message, MessageReference,
    ObjectDesc, ObjectDescPropertygroup, ObjectDescPropertygroupParameter, ObjectParams, OrderDesc,
    OrderDescParameter, OrderParams, OrderQueue, OrderResource, Player, Property, Resource,
    TimeRemaining, TimeRemainingReason,
};
pub use undecoded::UndecodedParameters;
pub use vector::Vector;
