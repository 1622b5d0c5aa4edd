//! Values of fields, in the JSON of the golden vectors.

use serde::ser::{Serialize, SerializeMap as _, Serializer};

/// The value of a field, packet or parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number; in an enumeration one without a name.
    Integer(i128),
    /// A number of an enumeration, by name.
    Name(String),
    /// Raw bytes: characters, or a tail of parameters.
    Bytes(Vec<u8>),
    /// A string, with the NUL it may end in.
    Text(Vec<u8>),
    /// The entries of a list; the names of a mask's bits, and the rest of them as a number.
    List(Vec<Self>),
    /// Fields by name, in wire order; those that are absent are left out.
    Record(Vec<(String, Self)>),
}

impl Value {
    /// The field of that name, if this is a record and has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Record(fields) => fields.iter().find(|(it, _)| it == name).map(|(_, it)| it),
            _ => None,
        }
    }

    /// Puts a value in the place of a field's.
    pub(super) fn set(&mut self, name: &str, value: Self) {
        if let Self::Record(fields) = self
            && let Some((_, place)) = fields.iter_mut().find(|(it, _)| it == name)
        {
            *place = value;
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Integer(number) => match u64::try_from(*number) {
                Ok(number) => serializer.serialize_u64(number),
                // No integer of the wire is smaller.
                Err(_) => serializer.serialize_i64(i64::try_from(*number).unwrap_or(i64::MIN)),
            },
            Self::Name(name) => serializer.serialize_str(name),
            Self::Bytes(bytes) => serializer.serialize_str(&hex(bytes)),
            // Text where it says exactly what the bytes are: a NUL at the end would be dropped.
            Self::Text(bytes) => match str::from_utf8(bytes) {
                Ok(text) if !text.ends_with('\0') => serializer.serialize_str(text),
                _ => {
                    let mut map = serializer.serialize_map(Some(1))?;
                    map.serialize_entry("hex", &hex(bytes))?;
                    map.end()
                }
            },
            Self::List(entries) => serializer.collect_seq(entries),
            Self::Record(fields) => {
                serializer.collect_map(fields.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
