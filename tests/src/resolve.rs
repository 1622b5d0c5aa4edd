//! Parameters of a frame, whichever frame it is.

use serde::Serialize;
use serde_json::Value;
use tp_frames::{DecodedParameters, ParameterError, Version, admin, game};

use crate::protocol::decoded;

/// Frames that may carry parameters.
pub trait Resolve: Sized {
    /// The parameters as JSON, read by `description`; nothing for a frame without parameters, or
    /// where a description is needed and this is none.
    fn resolve(&self, description: Option<&Self>) -> Option<Value>;

    /// The type of the description that this frame is: what other frames call it, and its id.
    fn describes(&self) -> Option<(&'static str, u32)>;

    /// The description that this frame needs in that version.
    fn needs(&self, version: Version) -> Option<(&'static str, u32)>;
}

const OBJECT: &str = "ObjectDesc";
const ORDER: &str = "OrderDesc";
const COMMAND: &str = "CommandDesc";

/// Nothing where a description is needed and there was none.
fn described<S: Serialize>(parameters: &DecodedParameters<'_, S>) -> Option<Value> {
    let lacking = matches!(
        parameters.stopped,
        Some(ParameterError::NoDescription { .. })
    );
    (!lacking).then(|| decoded(parameters))
}

impl Resolve for game::Frame {
    fn resolve(&self, description: Option<&Self>) -> Option<Value> {
        let object_desc = match description {
            Some(Self::ObjectDesc(description)) => Some(description),
            _ => None,
        };
        let order_desc = match description {
            Some(Self::OrderDesc(description)) => Some(description),
            _ => None,
        };
        Some(match self {
            Self::Object(object) => described(&object.decode_parameters(object_desc))?,
            Self::ModifyObject(object) => decoded(&object.decode_parameters(object_desc?)),
            Self::Order(order) => decoded(&order.decode_parameters(order_desc?)),
            Self::OrderInsert(order) => decoded(&order.decode_parameters(order_desc?)),
            Self::OrderProbe(order) => decoded(&order.decode_parameters(order_desc?)),
            _ => return None,
        })
    }

    fn describes(&self) -> Option<(&'static str, u32)> {
        match self {
            Self::ObjectDesc(description) => Some((OBJECT, description.id)),
            Self::OrderDesc(description) => Some((ORDER, description.id)),
            _ => None,
        }
    }

    fn needs(&self, version: Version) -> Option<(&'static str, u32)> {
        match self {
            // The type is that of the one parameter before TP04.
            Self::Object(object) => version.has(4).then_some((OBJECT, object.otype)),
            Self::ModifyObject(object) => Some((OBJECT, object.otype)),
            Self::Order(order) => Some((ORDER, order.otype)),
            Self::OrderInsert(order) => Some((ORDER, order.otype)),
            Self::OrderProbe(order) => Some((ORDER, order.otype)),
            _ => None,
        }
    }
}

impl Resolve for admin::Frame {
    fn resolve(&self, description: Option<&Self>) -> Option<Value> {
        match (self, description?) {
            (Self::Command(command), Self::CommandDesc(description)) => {
                Some(decoded(&command.decode_parameters(description)))
            }
            _ => None,
        }
    }

    fn describes(&self) -> Option<(&'static str, u32)> {
        match self {
            Self::CommandDesc(description) => Some((COMMAND, description.id)),
            _ => None,
        }
    }

    fn needs(&self, _: Version) -> Option<(&'static str, u32)> {
        match self {
            Self::Command(command) => Some((COMMAND, command.ctype)),
            _ => None,
        }
    }
}
