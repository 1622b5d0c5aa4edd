//! What stands in TP03 for what only TP04 has.
//!
//! | TP04 has | TP03 gets |
//! |---|---|
//! | object types without number limits, described by ObjectDesc | the type 0–5 of [`ObjectKind`](super::ObjectKind); an object without one is inexpressible |
//! | Object.desc, Object.parent | nothing |
//! | position, velocity and size as parameters of the object | the fields of every object; 0 where the object has no such parameter |
//! | order queues, named by their ids | the object that has the queue, named by its id |
//! | OrderQueue.ordertypes, OrderQueue.numorders | Object.ordertypes, Object.orders |
//! | order parameter ResourceList (10), GenericReferenceQuantityList (11) | order parameter List (6), here and in OrderDesc |
//! | the valid object types of order parameter Object (2) | nothing: TP03 numbers types otherwise |
//! | Fail codes 6 to 8 | [`fail_code`] |
//! | Fail.references | nothing |
//! | references to order queues | references to the objects that have them |
//! | feature FilterPadding | nothing |
//! | TimeRemaining.reason, turn, turnname, waiting | nothing |
//! | ObjectDesc, OrderQueue, ids of players | inexpressible |

use std::fmt;

use tp_frames::Version;

use super::FailCode;

/// A version of the protocol cannot express a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{version} has no {what}")]
pub struct Inexpressible {
    version: Version,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Named(&'static str),
    OrderParameter(u32),
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::OrderParameter(number) => write!(f, "order parameter of type {number}"),
        }
    }
}

impl Inexpressible {
    pub(super) fn new(version: Version, what: &'static str) -> Self {
        Self {
            version,
            what: What::Named(what),
        }
    }

    pub(super) fn order_parameter(version: Version, r#type: u32) -> Self {
        Self {
            version,
            what: What::OrderParameter(r#type),
        }
    }

    /// Which version cannot.
    #[must_use]
    pub fn version(&self) -> Version {
        self.version
    }
}

/// The Fail code that a TP03 client gets for `code`: its own 0 to 5 as they are, NoSuchThing for
/// what is gone, Protocol for a frame version, and UnavailablePermanently for the rest.
///
/// ```
/// use tp_net::model::{FailCode, stand_in};
///
/// assert_eq!(stand_in::fail_code(FailCode::PERMISSION_DENIED).0, 5);
/// assert_eq!(stand_in::fail_code(FailCode::GONE).0, 4);
/// assert_eq!(stand_in::fail_code(FailCode::REQUEST_TOO_BIG).0, 2);
/// ```
#[must_use]
pub fn fail_code(code: FailCode) -> tp_frames::tp03::FailCode {
    use tp_frames::tp03::FailCode as Tp03;
    match code {
        FailCode::GONE => Tp03::NO_SUCH_THING,
        FailCode::FRAME_VERSION_NOT_SUPPORTED => Tp03::PROTOCOL,
        FailCode(number) if number <= Tp03::PERMISSION_DENIED.0 => Tp03(number),
        _ => Tp03::UNAVAILABLE_PERMANENTLY,
    }
}

/// The order parameter type that a TP03 client gets for `type`: List for ResourceList and
/// GenericReferenceQuantityList, any other as it is.
///
/// ```
/// use tp_net::model::stand_in;
///
/// assert_eq!(stand_in::order_parameter_type(10), 6);
/// assert_eq!(stand_in::order_parameter_type(7), 7);
/// ```
#[must_use]
pub fn order_parameter_type(r#type: u32) -> u32 {
    match r#type {
        10 | 11 => 6,
        other => other,
    }
}
