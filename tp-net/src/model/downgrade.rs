//! What stands in an older version for what only newer ones have.
//!
//! | TP04 has | TP03 gets |
//! |---|---|
//! | object types without number limits, described by ObjectDesc | the type 0–5 of [`ObjectKind`](super::ObjectKind); an object without one is [`NotInVersion`] |
//! | Object.desc, Object.parent | nothing |
//! | position, velocity and size as parameters of the object | the fields of every object; 0 where the object has no such parameter |
//! | order queues, named by their ids | the object that has the queue, named by its id |
//! | OrderQueue.ordertypes, OrderQueue.numorders | Object.ordertypes, Object.orders |
//! | order parameter ResourceList (10), GenericReferenceQuantityList (11) | order parameter List (6), here and in OrderDesc |
//! | the valid object types of order parameter Object (2) | nothing, the published shape: TP03 numbers types otherwise |
//! | Fail codes 6 to 8 | [`fail_code`] |
//! | Fail.references | nothing |
//! | references to order queues | references to the objects that have them |
//! | feature FilterPadding | nothing |
//! | TimeRemaining.reason, turn, turnname, waiting | nothing |
//! | ObjectDesc, OrderQueue, ids of players | [`NotInVersion`] |

use tp_frames::game::{
    FailCode, Features, FeaturesFeature, OrderDesc, OrderParamGenericReferenceQuantityList,
    OrderParamGenericReferenceQuantityListSelection, OrderParamList,
    OrderParamListPossibleselection, OrderParamListSelection, OrderParamResourceList,
    OrderParamResourceListSelected, OrderParams, TimeRemaining, TimeRemainingReason,
};
use tp_frames::{TpString, Version};

/// The first version with object descriptions, order queues, and parameters of types 10 and 11.
/// What was before it needs the stand-ins of this page.
pub(super) const DESCRIBED: u8 = 4;

/// Returns `true` if objects are described by ObjectDesc and orders are in queues of their own;
/// before that, objects have one of six kinds, and their own orders.
#[must_use]
pub(crate) fn has_descriptions(version: Version) -> bool {
    version.has(DESCRIBED)
}

/// A version of the protocol cannot express a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{version} has no {what}")]
pub struct NotInVersion {
    version: Version,
    what: &'static str,
}

impl NotInVersion {
    pub(crate) const fn new(version: Version, what: &'static str) -> Self {
        Self { version, what }
    }

    /// What it cannot express.
    #[must_use]
    pub fn what(&self) -> &'static str {
        self.what
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
/// use tp_net::model::{FailCode, downgrade};
///
/// assert_eq!(downgrade::fail_code(FailCode::PERMISSION_DENIED).0, 5);
/// assert_eq!(downgrade::fail_code(FailCode::GONE).0, 4);
/// assert_eq!(downgrade::fail_code(FailCode::REQUEST_TOO_BIG).0, 2);
/// ```
#[must_use]
pub fn fail_code(code: FailCode) -> FailCode {
    match code {
        FailCode::GONE => FailCode::NO_SUCH_THING,
        FailCode::FRAME_VERSION_NOT_SUPPORTED => FailCode::PROTOCOL,
        code if code.0 <= FailCode::PERMISSION_DENIED.0 => code,
        _ => FailCode::UNAVAILABLE_PERMANENTLY,
    }
}

/// The order parameter type that a client of `version` gets for `type`: in TP03 List for
/// ResourceList and GenericReferenceQuantityList, any other as it is.
///
/// ```
/// use tp_net::game::{OrderParams, TP03, TP04};
/// use tp_net::model::downgrade::order_parameter_type;
///
/// let cargo = OrderParams::RESOURCE_LIST;
/// assert_eq!(order_parameter_type(cargo, TP04), cargo);
/// assert_eq!(order_parameter_type(cargo, TP03), OrderParams::LIST);
/// assert_eq!(order_parameter_type(OrderParams::STRING, TP03), OrderParams::STRING);
/// ```
#[must_use]
pub fn order_parameter_type(r#type: u32, version: Version) -> u32 {
    match r#type {
        OrderParams::RESOURCE_LIST | OrderParams::GENERIC_REFERENCE_QUANTITY_LIST
            if !has_descriptions(version) =>
        {
            OrderParams::LIST
        }
        other => other,
    }
}

/// A description of orders as clients of `version` can read it.
#[must_use]
pub fn order_desc(mut desc: OrderDesc, version: Version) -> OrderDesc {
    for parameter in &mut desc.parameters {
        parameter.r#type = order_parameter_type(parameter.r#type, version);
    }
    desc
}

/// The features that `version` knows.
#[must_use]
pub fn features(mut features: Features, version: Version) -> Features {
    // Nothing pads there, and a client that asked would be refused.
    if !has_descriptions(version) {
        let padding = FeaturesFeature::FILTER_PADDING;
        features.features.retain(|feature| *feature != padding);
    }
    features
}

/// The time remaining with all that newer versions want to be told: asked for, and nobody known
/// to be waited for, where nothing else is said.
#[must_use]
pub fn time_remaining(mut remaining: TimeRemaining) -> TimeRemaining {
    remaining
        .reason
        .get_or_insert(TimeRemainingReason::REQUESTED);
    remaining.turn.get_or_insert_default();
    remaining.turnname.get_or_insert_default();
    remaining.waiting.get_or_insert_default();
    remaining
}

/// Gives each object among these values a list of valid types, or takes it away. In
/// TP03 there may be one or not.
pub(crate) fn set_valid_types(values: &mut [OrderParams], listed: bool) {
    for value in values {
        match value {
            OrderParams::Object(object) if listed => {
                object.validtypes.get_or_insert_default();
            }
            OrderParams::Object(object) => object.validtypes = None,
            _ => {}
        }
    }
}

/// An order parameter as `version` has it. In TP03 the parameter Object may have its list of valid
/// types or not, and stays as it is.
#[must_use]
pub fn order_parameter(value: OrderParams, version: Version) -> OrderParams {
    match value {
        OrderParams::Object(mut object) if has_descriptions(version) => {
            object.validtypes.get_or_insert_default();
            OrderParams::Object(object)
        }
        value if has_descriptions(version) => value,
        OrderParams::ResourceList(list) => {
            let options = list.allowed.into_iter();
            let chosen = list.selected.into_iter();
            OrderParams::List(OrderParamList {
                possibleselections: options
                    .map(|allowed| OrderParamListPossibleselection {
                        id: allowed.resourcetype,
                        name: TpString::from(format!("resource {}", allowed.resourcetype)),
                        maxnum: allowed.max,
                    })
                    .collect(),
                selection: chosen
                    .map(|selected| OrderParamListSelection {
                        id: selected.resourcetype,
                        number: selected.quantity,
                    })
                    .collect(),
            })
        }
        OrderParams::GenericReferenceQuantityList(list) => {
            let options = list.possibles.into_iter();
            let chosen = list.selection.into_iter();
            OrderParams::List(OrderParamList {
                possibleselections: options
                    .map(|possible| OrderParamListPossibleselection {
                        id: possible.optionid,
                        name: possible.name,
                        // No limit is the pattern of the greatest number.
                        maxnum: possible.max.to_bits(),
                    })
                    .collect(),
                selection: chosen
                    .map(|selected| OrderParamListSelection {
                        id: selected.id,
                        number: selected.number,
                    })
                    .collect(),
            })
        }
        other => other,
    }
}

/// The way back: an order parameter that came in any version, as the parameter of type `type` that
/// it stands for.
#[must_use]
pub fn upgrade(value: OrderParams, r#type: u32) -> OrderParams {
    match (value, r#type) {
        (OrderParams::List(list), OrderParams::RESOURCE_LIST) => {
            let chosen = list.selection.into_iter();
            OrderParams::ResourceList(OrderParamResourceList {
                selected: chosen
                    .map(|selected| OrderParamResourceListSelected {
                        resourcetype: selected.id,
                        quantity: selected.number,
                    })
                    .collect(),
                ..Default::default()
            })
        }
        (OrderParams::List(list), OrderParams::GENERIC_REFERENCE_QUANTITY_LIST) => {
            let chosen = list.selection.into_iter();
            OrderParams::GenericReferenceQuantityList(OrderParamGenericReferenceQuantityList {
                selection: chosen
                    .map(|selected| OrderParamGenericReferenceQuantityListSelection {
                        id: selected.id,
                        number: selected.number,
                    })
                    .collect(),
                ..Default::default()
            })
        }
        (other, _) => other,
    }
}
