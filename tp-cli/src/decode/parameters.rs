//! Parameters: the end of a frame that only a description can read.

use serde::Serialize;
use serde::de::value::Error;
use tp_frames::{EncodeOptions, ParameterSet, Parameters, TpString};

use super::node::Node;

/// The field that holds them, in every frame that has some.
pub(crate) const FIELD: &str = "parameters";

/// What a description says of one parameter.
pub(crate) struct Described {
    /// What to call it, if the description does.
    pub(crate) name: Option<TpString>,
    pub(crate) r#type: u32,
}

/// What is known of the parameters of a frame.
pub(crate) enum Shape {
    /// A description, or the protocol itself, lists them.
    Known {
        /// What to call the description when it does not fit.
        by: String,
        parameters: Vec<Described>,
    },
    /// The description that the frame names did not come.
    Unknown {
        /// What to call it.
        missing: String,
    },
}

/// One parameter, read.
pub(crate) struct Parameter {
    pub(crate) name: Option<TpString>,
    pub(crate) human: Node,
    pub(crate) machine: Node,
}

/// The parameters of a frame, or what is known of those that were not read.
pub(crate) type ReadParameters = Result<Vec<Parameter>, Undecoded>;

/// Parameters of which there are only bytes.
pub(crate) struct Undecoded {
    pub(crate) bytes: Vec<u8>,
    pub(crate) reason: String,
}

/// Reads the parameters in `tail`, of a frame of that version and padding, and puts in their place
/// what their values encode to.
pub(crate) fn read<S: ParameterSet + Serialize>(
    tail: &mut Parameters<S>,
    form: EncodeOptions,
    shape: Shape,
) -> Result<ReadParameters, Error> {
    let read = match shape {
        Shape::Unknown { missing } => Err(format!("no {missing} earlier in the capture")),
        Shape::Known { by, parameters } => {
            let decoded = tail.decode(parameters.iter().map(|parameter| parameter.r#type));
            match (decoded.stopped, decoded.leftover.len()) {
                (Some(reason), _) => Err(format!("{by} does not fit: {reason}")),
                (None, left @ 1..) => Err(format!(
                    "{by} does not fit: {left} bytes follow the last parameter"
                )),
                (None, 0) => match Parameters::encode(form, &decoded.values) {
                    Err(reason) => Err(format!("the values do not encode: {reason}")),
                    Ok(encoded) => {
                        let values = decoded.values.iter().zip(parameters);
                        let read = values
                            .map(|(value, described)| {
                                Ok(Parameter {
                                    name: described.name,
                                    human: Node::human(value)?,
                                    machine: Node::machine(value)?,
                                })
                            })
                            .collect::<Result<_, Error>>()?;
                        *tail = Parameters::from_bytes(form, encoded);
                        Ok(read)
                    }
                },
            }
        }
    };
    Ok(read.map_err(|reason| Undecoded {
        bytes: tail.as_bytes().unwrap_or_default().to_vec(),
        reason,
    }))
}
