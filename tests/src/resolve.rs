//! Parameters of a frame, whichever frame it is.

use serde_json::Value;
use tp_frames::{admin, tp03, tp04};

use crate::protocol::decoded;

/// Frames that may carry parameters.
pub trait Resolve: Sized {
    /// The parameters as JSON, read by `description`; nothing for a frame without parameters, or
    /// where a description is needed and this is none.
    fn resolve(&self, description: Option<&Self>) -> Option<Value>;

    /// The type of the description that this frame is: what other frames call it, and its id.
    fn describes(&self) -> Option<(&'static str, u32)>;

    /// The description that this frame needs.
    fn needs(&self) -> Option<(&'static str, u32)>;
}

const OBJECT: &str = "ObjectDesc";
const ORDER: &str = "OrderDesc";
const COMMAND: &str = "CommandDesc";

impl Resolve for tp03::Frame {
    fn resolve(&self, description: Option<&Self>) -> Option<Value> {
        if let Self::Object(object) = self {
            return Some(decoded(&object.decode_object()));
        }
        let Self::OrderDesc(description) = description? else {
            return None;
        };
        Some(match self {
            Self::Order(order) => decoded(&order.decode_orderparams(description)),
            Self::OrderInsert(order) => decoded(&order.decode_orderparams(description)),
            Self::OrderProbe(order) => decoded(&order.decode_orderparams(description)),
            _ => return None,
        })
    }

    fn describes(&self) -> Option<(&'static str, u32)> {
        match self {
            Self::OrderDesc(description) => Some((ORDER, description.id)),
            _ => None,
        }
    }

    fn needs(&self) -> Option<(&'static str, u32)> {
        match self {
            Self::Order(order) => Some((ORDER, order.otype)),
            Self::OrderInsert(order) => Some((ORDER, order.otype)),
            Self::OrderProbe(order) => Some((ORDER, order.otype)),
            _ => None,
        }
    }
}

impl Resolve for tp04::Frame {
    fn resolve(&self, description: Option<&Self>) -> Option<Value> {
        Some(match (self, description?) {
            (Self::Object(object), Self::ObjectDesc(description)) => {
                decoded(&object.decode_parameters(description))
            }
            (Self::ModifyObject(object), Self::ObjectDesc(description)) => {
                decoded(&object.decode_parameters(description))
            }
            (Self::Order(order), Self::OrderDesc(description)) => {
                decoded(&order.decode_parameters(description))
            }
            (Self::OrderInsert(order), Self::OrderDesc(description)) => {
                decoded(&order.decode_parameters(description))
            }
            (Self::OrderProbe(order), Self::OrderDesc(description)) => {
                decoded(&order.decode_parameters(description))
            }
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

    fn needs(&self) -> Option<(&'static str, u32)> {
        match self {
            Self::Object(object) => Some((OBJECT, object.otype)),
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

    fn needs(&self) -> Option<(&'static str, u32)> {
        match self {
            Self::Command(command) => Some((COMMAND, command.ctype)),
            _ => None,
        }
    }
}
