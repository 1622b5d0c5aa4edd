//! Parameters of a frame, whichever frame it is.

use serde::Serialize;
use serde_json::Value;
use tp_frames::{DecodedParameters, ParameterError, admin, game};

use crate::json::decoded;

/// Frames that may carry parameters.
pub trait Resolve: Sized {
    /// The parameters as JSON, read by `description`; nothing for a frame without parameters, or
    /// where a description is needed and this is none.
    fn resolve(&self, description: Option<&Self>) -> Option<Value>;
}

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
}
