//! What a change is about.

use std::fmt;

use serde::Serialize;

/// What changed: a declaration, or a field or value in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Place {
    /// The declaration.
    #[serde(flatten)]
    pub subject: Subject,
    /// The way to the field, such as `components[].compquant`: `[]` goes into the entries of a
    /// list, `.` into an entry or a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The named value of that field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A declaration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum Subject {
    /// The protocol as a whole.
    Protocol {
        /// Its version.
        protocol: String,
    },
    /// A parameter set.
    Set {
        /// Its name.
        parameterset: String,
    },
    /// A parameter.
    Parameter {
        /// The name of its set.
        parameterset: String,
        /// Its name.
        parameter: String,
        /// Its type number.
        r#type: u32,
    },
    /// A packet.
    Packet {
        /// Its name.
        packet: String,
        /// Its frame type.
        id: Option<u32>,
    },
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protocol { protocol } => write!(f, "protocol {protocol}"),
            Self::Set { parameterset } => write!(f, "parameter set {parameterset}"),
            Self::Parameter {
                parameterset,
                parameter,
                r#type,
            } => write!(f, "parameter {parameter} ({parameterset} {})", r#type),
            Self::Packet {
                packet,
                id: Some(id),
            } => write!(f, "packet {packet} ({id})"),
            Self::Packet { packet, id: None } => write!(f, "packet {packet}"),
        }
    }
}
