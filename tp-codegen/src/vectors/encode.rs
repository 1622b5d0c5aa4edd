//! From values to bytes, by what the model says of their fields.

use super::value::Value;
use crate::model::{
    Enumeration, Field, FieldKind, Integer, Item, Model, Parameter, ParameterSet, Sign, Style,
};

/// A value that its field cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("{path} cannot have this value: {value:?}")]
pub struct EncodeError {
    /// The field, with those it stands in.
    pub path: String,
    /// The value.
    pub value: Value,
}

/// The bytes of `fields` that have the values of the record `values`. An optional field is written
/// where it has a value.
///
/// # Errors
///
/// A value is missing, of another kind than its field, or too large for it.
pub fn encode(model: &Model, fields: &[Field], values: &Value) -> Result<Vec<u8>, EncodeError> {
    Ok(Encoder::encode(model, fields, values)?.bytes)
}

/// Writes bytes, and remembers where lies and cuts are possible.
pub(super) struct Encoder<'a> {
    model: &'a Model,
    pub(super) bytes: Vec<u8>,
    /// Path and offset of every count.
    pub(super) counts: Vec<(String, usize)>,
    /// Every outermost field with the offset behind it.
    pub(super) ends: Vec<(&'a Field, usize)>,
}

impl<'a> Encoder<'a> {
    pub(super) fn encode(
        model: &'a Model,
        fields: &'a [Field],
        values: &Value,
    ) -> Result<Self, EncodeError> {
        let mut encoder = Self {
            model,
            bytes: Vec::new(),
            counts: Vec::new(),
            ends: Vec::new(),
        };
        for field in fields {
            if encoder.field(field, values, "")? {
                encoder.ends.push((field, encoder.bytes.len()));
            }
        }
        Ok(encoder)
    }

    fn fields(&mut self, fields: &[Field], values: &Value, above: &str) -> Result<(), EncodeError> {
        for field in fields {
            self.field(field, values, above)?;
        }
        Ok(())
    }

    /// Whether the field is there.
    fn field(&mut self, field: &Field, values: &Value, above: &str) -> Result<bool, EncodeError> {
        let path = format!("{above}{}", field.name);
        match values.get(&field.name) {
            Some(value) => self.value(field, value, values, &path)?,
            None if field.optional || is_nothing(field) => return Ok(false),
            None => return Err(wrong(&path, values)),
        }
        Ok(true)
    }

    fn value(
        &mut self,
        field: &Field,
        value: &Value,
        siblings: &Value,
        path: &str,
    ) -> Result<(), EncodeError> {
        match (&field.kind, value) {
            (FieldKind::Character { count }, Value::Bytes(bytes))
                if usize::try_from(*count) == Ok(bytes.len()) =>
            {
                self.bytes.extend(bytes);
            }
            (FieldKind::Integer { integer, .. }, Value::Integer(number)) => {
                let bits = bits(*integer, *number).ok_or_else(|| wrong(path, value))?;
                self.bits(*integer, bits);
            }
            (FieldKind::Enumeration(enumeration), value) => {
                let bits = number(enumeration, value);
                self.bits(enumeration.integer, bits.ok_or_else(|| wrong(path, value))?);
            }
            (FieldKind::String { .. }, Value::Text(bytes)) => {
                self.count(bytes.len(), path, value)?;
                self.bytes.extend(bytes);
            }
            (FieldKind::List { item, .. }, Value::List(entries)) => {
                self.count(entries.len(), path, value)?;
                let above = format!("{path}[].");
                for entry in entries {
                    match item {
                        Item::Field(field) => {
                            self.value(field, entry, &Value::Record(Vec::new()), &above)?;
                        }
                        Item::Record(record) => self.fields(&record.fields, entry, &above)?,
                    }
                }
            }
            (FieldKind::Group(record), value) => {
                self.fields(&record.fields, value, &format!("{path}."))?;
            }
            (FieldKind::Parameters(_), Value::Bytes(bytes)) => self.bytes.extend(bytes),
            (FieldKind::Description { set, typefield, .. }, value) => {
                let of = described(self.model, set, siblings.get(typefield));
                match (of, value) {
                    (Some(parameter), _) => {
                        let values = value.get(&parameter.variant);
                        let values = values.ok_or_else(|| wrong(path, value))?;
                        self.fields(&parameter.desc_fields, values, &format!("{path}."))?;
                    }
                    (None, Value::Name(_)) => {}
                    _ => return Err(wrong(path, value)),
                }
            }
            _ => return Err(wrong(path, value)),
        }
        Ok(())
    }

    fn count(&mut self, count: usize, path: &str, value: &Value) -> Result<(), EncodeError> {
        let count = u32::try_from(count).map_err(|_| wrong(path, value))?;
        self.counts.push((path.to_owned(), self.bytes.len()));
        self.bytes.extend(count.to_be_bytes());
        Ok(())
    }

    fn bits(&mut self, integer: Integer, bits: u64) {
        let bytes = bits.to_be_bytes();
        let width = usize::from(integer.bits / 8);
        self.bytes
            .extend(bytes.iter().skip(8_usize.saturating_sub(width)));
    }
}

fn wrong(path: &str, value: &Value) -> EncodeError {
    EncodeError {
        path: path.to_owned(),
        value: value.clone(),
    }
}

/// The greatest number of `bits` bits.
pub(super) fn top(bits: u8) -> u64 {
    u64::MAX
        .checked_shr(64_u32.saturating_sub(bits.into()))
        .unwrap_or(0)
}

/// The bits of a number, if the integer has it.
fn bits(integer: Integer, number: i128) -> Option<u64> {
    let top = top(integer.bits);
    match integer.sign {
        Sign::Semisigned if number == -1 => Some(top),
        // All bits one mean -1.
        Sign::Semisigned => u64::try_from(number).ok().filter(|bits| *bits < top),
        Sign::Unsigned => u64::try_from(number).ok().filter(|bits| *bits <= top),
        Sign::Signed => {
            let number = i64::try_from(number).ok()?;
            let unused = 64_u32.saturating_sub(integer.bits.into());
            let kept = number.checked_shl(unused)?.checked_shr(unused)?;
            (kept == number).then_some(number.cast_unsigned() & top)
        }
    }
}

/// The bits of a value of an enumeration.
fn number(enumeration: &Enumeration, value: &Value) -> Option<u64> {
    let one = |value: &Value| match value {
        Value::Integer(number) => bits(enumeration.integer, *number),
        Value::Name(name) => {
            let named = enumeration.values.iter().find(|it| it.name == *name)?;
            bits(enumeration.integer, named.id)
        }
        _ => None,
    };
    match (enumeration.style, value) {
        (Style::Mask, Value::List(parts)) => {
            parts.iter().try_fold(0, |all, part| Some(all | one(part)?))
        }
        (Style::Mask, _) => None,
        _ => one(value),
    }
}

/// The parameter whose `descstruct` stands where `type` is what the type field holds; nothing if
/// there is no such parameter, or it has none.
pub(super) fn described<'a>(
    model: &'a Model,
    set: &str,
    r#type: Option<&Value>,
) -> Option<&'a Parameter> {
    let Some(Value::Integer(number)) = r#type else {
        return None;
    };
    let parameters = &set_of(model, set)?.parameters;
    let mut described = parameters.iter().filter(|it| !it.desc_fields.is_empty());
    described.find(|it| i128::from(it.type_id) == *number)
}

/// The parameter set of that name.
pub(super) fn set_of<'a>(model: &'a Model, name: &str) -> Option<&'a ParameterSet> {
    model.parameter_sets.iter().find(|set| set.name == name)
}

/// Whether a field has no bytes and no value: no parameter of its set has a `descstruct`.
pub(super) fn is_nothing(field: &Field) -> bool {
    matches!(
        field.kind,
        FieldKind::Description {
            rust_name: None,
            ..
        }
    )
}
