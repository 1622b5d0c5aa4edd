//! From bytes to values, by what the model says, and what is wrong with bytes that are none.

use serde::Serialize;

use super::encode::{described, is_nothing, top};
use super::value::Value;
use crate::model::{Enumeration, Field, FieldKind, Integer, Item, Model, Record, Sign, Style};

/// How to decode, if not with the defaults.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// Most bytes of a body; 1 MiB by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<u32>,
    /// Most entries of a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<u32>,
    /// Most bytes of a string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub string: Option<u32>,
}

/// The longest body.
pub(super) const LONGEST: u32 = 1 << 20;

/// What is wrong with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The body ends inside the field.
    Truncated,
    /// A list claims more entries than there can be.
    Count,
    /// A string is longer than allowed.
    StringLimit,
    /// A list has more entries than allowed.
    ListLimit,
    /// The body is longer than allowed.
    FrameLimit,
    /// Bytes follow the last field, and decoding is strict.
    Trailing,
}

/// Why a body does not decode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{packet} {field} at byte {offset}: {kind:?}, wanted {wanted}, got {got}")]
#[non_exhaustive]
pub struct DecodeError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// The packet or parameter that declares the field.
    pub packet: String,
    /// Path of the field; empty for the whole packet.
    pub field: String,
    /// Byte of the body at which the bytes wanted start.
    pub offset: u32,
    /// Bytes or entries wanted; `u32::MAX` stands for more.
    pub wanted: u32,
    /// How many there were, or were allowed.
    pub got: u32,
}

/// The values of `body`, which is `packet`'s with these fields, and the bytes behind the last.
///
/// # Errors
///
/// The body is not what the fields say, or beyond the limits.
pub fn decode<'a>(
    model: &Model,
    packet: &str,
    fields: &[Field],
    body: &'a [u8],
    strict: bool,
    limits: Limits,
) -> Result<(Value, &'a [u8]), DecodeError> {
    let mut decoder = Decoder::new(model, packet, body, strict, limits)?;
    let values = decoder.fields(fields, "", Shape::Packet)?;
    let rest = decoder.rest;
    if strict && !rest.is_empty() {
        return Err(decoder.error(ErrorKind::Trailing, "", 0, rest.len()));
    }
    Ok((values, rest))
}

/// Which optional fields are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// As many as there are bytes for.
    Packet,
    /// All.
    Full,
    /// None.
    Short,
}

pub(super) struct Decoder<'a, 'm> {
    model: &'m Model,
    /// What the fields being read belong to.
    pub(super) packet: String,
    length: usize,
    pub(super) rest: &'a [u8],
    strict: bool,
    limits: Limits,
}

impl<'a, 'm> Decoder<'a, 'm> {
    pub(super) fn new(
        model: &'m Model,
        packet: &str,
        body: &'a [u8],
        strict: bool,
        limits: Limits,
    ) -> Result<Self, DecodeError> {
        let decoder = Self {
            model,
            packet: packet.to_owned(),
            length: body.len(),
            rest: body,
            strict,
            limits,
        };
        let allowed = limits.frame.unwrap_or(LONGEST);
        if saturated(body.len()) > allowed {
            let mut error = decoder.error(ErrorKind::FrameLimit, "", body.len(), 0);
            error.got = allowed;
            return Err(error);
        }
        Ok(decoder)
    }

    fn error(&self, kind: ErrorKind, path: &str, wanted: usize, got: usize) -> DecodeError {
        DecodeError {
            kind,
            packet: self.packet.clone(),
            field: path.to_owned(),
            offset: saturated(self.length.saturating_sub(self.rest.len())),
            wanted: saturated(wanted),
            got: saturated(got),
        }
    }

    fn take(&mut self, size: usize, path: &str) -> Result<&'a [u8], DecodeError> {
        let Some((taken, rest)) = self.rest.split_at_checked(size) else {
            return Err(self.error(ErrorKind::Truncated, path, size, self.rest.len()));
        };
        self.rest = rest;
        Ok(taken)
    }

    /// A count that is no greater than allowed, by the caller or by the schema.
    fn count(
        &mut self,
        path: &str,
        (limit, max): (Option<u32>, Option<u32>),
        kind: ErrorKind,
    ) -> Result<usize, DecodeError> {
        let count = number(self.take(4, path)?);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let allowed = limit.unwrap_or(u32::MAX).min(max.unwrap_or(u32::MAX));
        if saturated(count) > allowed {
            let mut error = self.error(kind, path, count, 0);
            error.got = allowed;
            return Err(error);
        }
        Ok(count)
    }

    /// Reads fields as a record.
    pub(super) fn fields(
        &mut self,
        fields: &[Field],
        above: &str,
        shape: Shape,
    ) -> Result<Value, DecodeError> {
        let mut values = Value::Record(Vec::new());
        let mut ended = false;
        for field in fields {
            if is_nothing(field) || (field.optional && shape == Shape::Short) {
                continue;
            }
            let path = format!("{above}{}", field.name);
            let may_be_absent = field.optional && shape == Shape::Packet;
            if may_be_absent && (ended || self.rest.is_empty()) {
                continue;
            }
            let (rest, packet) = (self.rest, self.packet.clone());
            match self.field(field, &path, &values) {
                Ok(value) => {
                    if let Value::Record(values) = &mut values {
                        values.push((field.name.clone(), value));
                    }
                }
                // Too few bytes for it: they are left over, and it is absent.
                Err(error)
                    if may_be_absent
                        && !self.strict
                        && matches!(error.kind, ErrorKind::Truncated | ErrorKind::Count) =>
                {
                    (self.rest, self.packet, ended) = (rest, packet, true);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(values)
    }

    fn field(&mut self, field: &Field, path: &str, before: &Value) -> Result<Value, DecodeError> {
        if field.size.fixed {
            // Also a group: one field, as far as errors go.
            let size = usize::try_from(field.size.min).unwrap_or(usize::MAX);
            let mut taken = self.take(size, path)?;
            return Ok(fixed(field, &mut taken));
        }
        match &field.kind {
            FieldKind::String { max, .. } => {
                let limits = (self.limits.string, *max);
                let length = self.count(path, limits, ErrorKind::StringLimit)?;
                Ok(Value::Text(self.take(length, path)?.to_vec()))
            }
            FieldKind::List { max, item } => {
                let limits = (self.limits.list, *max);
                let count = self.count(path, limits, ErrorKind::ListLimit)?;
                self.entries(item, path, count)
            }
            FieldKind::Group(record) => {
                self.fields(&record.fields, &format!("{path}."), Shape::Packet)
            }
            FieldKind::Description { set, typefield, .. } => {
                let Some(parameter) = described(self.model, set, before.get(typefield)) else {
                    return Ok(Value::Name("Nothing".to_owned()));
                };
                let packet = std::mem::replace(&mut self.packet, parameter.name.clone());
                let values = self.fields(&parameter.desc_fields, "", Shape::Packet)?;
                self.packet = packet;
                Ok(Value::Record(vec![(parameter.variant.clone(), values)]))
            }
            // All other fields have a fixed size.
            _ => Ok(Value::Bytes(std::mem::take(&mut self.rest).to_vec())),
        }
    }

    fn entries(&mut self, item: &Item, path: &str, count: usize) -> Result<Value, DecodeError> {
        let least = match item {
            Item::Field(field) => field.size.min,
            Item::Record(record) => record.size.min,
        };
        let wanted = count.saturating_mul(usize::try_from(least).unwrap_or(usize::MAX));
        if wanted > self.rest.len() {
            return Err(self.error(ErrorKind::Count, path, wanted, self.rest.len()));
        }
        let mut entries = Vec::new();
        let above = format!("{path}[].");
        for _ in 0..count {
            entries.push(match item {
                Item::Field(field) => {
                    let nothing = Value::Record(Vec::new());
                    self.field(field, &format!("{above}{}", field.name), &nothing)?
                }
                Item::Record(record) => self.record(record, &above)?,
            });
        }
        Ok(Value::List(entries))
    }

    /// An entry of a list; errors name the packet that declares it.
    fn record(&mut self, record: &Record, above: &str) -> Result<Value, DecodeError> {
        let declared = record.fields.first().map(|field| field.declared_in.clone());
        let packet = std::mem::replace(&mut self.packet, declared.unwrap_or_default());
        let values = self.fields(&record.fields, above, Shape::Packet)?;
        self.packet = packet;
        Ok(values)
    }
}

/// The value of a field of fixed size, whose bytes are the first of `bytes`.
fn fixed(field: &Field, bytes: &mut &[u8]) -> Value {
    if let FieldKind::Group(record) = &field.kind {
        let fields = record.fields.iter().filter(|field| !is_nothing(field));
        let values = fields.map(|field| (field.name.clone(), fixed(field, bytes)));
        return Value::Record(values.collect());
    }
    let size = usize::try_from(field.size.min).unwrap_or(usize::MAX);
    let (taken, rest) = bytes.split_at_checked(size).unwrap_or((bytes, &[]));
    *bytes = rest;
    match &field.kind {
        FieldKind::Integer { integer, .. } => Value::Integer(signed(*integer, number(taken))),
        FieldKind::Enumeration(enumeration) => named(enumeration, number(taken)),
        _ => Value::Bytes(taken.to_vec()),
    }
}

/// What bytes say, big endian.
fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// What bits are as a number of this kind.
pub(super) fn signed(integer: Integer, bits: u64) -> i128 {
    let unused = 64_u32.saturating_sub(integer.bits.into());
    match integer.sign {
        Sign::Semisigned if bits == top(integer.bits) => -1,
        Sign::Unsigned | Sign::Semisigned => i128::from(bits),
        Sign::Signed => {
            let up = bits.checked_shl(unused).unwrap_or_default().cast_signed();
            i128::from(up.checked_shr(unused).unwrap_or_default())
        }
    }
}

/// The value of an enumeration that has these bits.
pub(super) fn named(enumeration: &Enumeration, bits: u64) -> Value {
    let number = signed(enumeration.integer, bits);
    if enumeration.style != Style::Mask {
        let named = enumeration.values.iter().find(|value| value.id == number);
        return named.map_or(Value::Integer(number), |value| {
            Value::Name(value.name.clone())
        });
    }
    let mut rest = bits;
    let mut parts = Vec::new();
    for value in &enumeration.values {
        let bit = u64::try_from(value.id).unwrap_or_default();
        if bits & bit == bit {
            parts.push(Value::Name(value.name.clone()));
            rest &= !bit;
        }
    }
    if rest != 0 {
        parts.push(Value::Integer(i128::from(rest)));
    }
    Value::List(parts)
}

fn saturated(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
