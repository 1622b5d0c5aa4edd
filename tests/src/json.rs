//! What decoding gave, in the JSON form of the golden vectors.

use serde::Serialize;
use serde_json::{Value, json};
use tp_frames::{DecodeError, DecodedParameters, ParameterError};

use crate::to_hex;

/// Decoded parameters in the form of the vectors.
pub fn decoded<S: Serialize>(parameters: &DecodedParameters<'_, S>) -> Value {
    json!({
        "values": parameters.values,
        "leftover": to_hex(parameters.leftover),
        "stopped": parameters.stopped.as_ref().map(stopped),
    })
}

fn stopped(stopped: &ParameterError) -> Value {
    match stopped {
        ParameterError::WrongDescription { wanted, got } => {
            json!({ "kind": "WrongDescription", "wanted": wanted, "got": got })
        }
        ParameterError::UnknownType { index, r#type } => {
            json!({ "kind": "UnknownType", "index": index, "type": r#type })
        }
        ParameterError::Malformed {
            index,
            r#type,
            source,
        } => json!({
            "kind": "Malformed", "index": index, "type": r#type, "error": error(source),
        }),
        other => panic!("the vectors know no {other:?}"),
    }
}

/// A decode error in the form of the vectors.
#[must_use]
pub fn error(error: &DecodeError) -> Value {
    json!({
        "kind": format!("{:?}", error.kind()),
        "packet": error.packet(),
        "field": error.field(),
        "offset": error.offset(),
        "wanted": error.wanted(),
        "got": error.got(),
    })
}
