//! The JSON forms of what plain numbers and text cannot say, for serde.
//!
//! | value | JSON |
//! |---|---|
//! | string, UTF-8 that does not end in NUL | `"text"` |
//! | any other string | `{"hex": "436166e9"}` |
//! | raw characters, unknown bodies | `"hex"` |
//! | parameters as received | `"TP04:hex"`; `"TP04 padded:hex"` if they came padded |
//! | parameters as values | list of the values; `""` if there are none |
//! | semisigned integer | number; −1 for none |
//! | enumeration | its name; the number if it has none |
//! | mask | list of names, and one number for the bits that have none |
//!
//! Formats that are not for people carry bytes and numbers: parameters as received are their
//! version's number, 1 if padded, and the bytes. Values that are still to be encoded have no form
//! there.
//!
//! What is secret is written like everything else, so that what is read back is the same. A program
//! that shows JSON leaves out the fields that [are secret](super::Field::is_secret).

use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::parameters::Tail;
use super::{
    EncodeOptions, Enumeration, Hex, Parameters, RawBytes, Semi8, Semi32, Semi64, TpStr, TpString,
    Version,
};

/// Bytes of pairs of hexadecimal digits.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    pairs
        .iter()
        .map(|pair| {
            let digits = core::str::from_utf8(pair).ok()?;
            let plain = pair.iter().all(u8::is_ascii_hexdigit);
            plain.then(|| u8::from_str_radix(digits, 16).ok())?
        })
        .collect()
}

/// Bytes as hexadecimal text.
pub mod hex {
    use super::{BytesVisitor, Deserializer, Hex, Serializer, ToString, Vec};

    /// Writes the digits; plain bytes where no person reads.
    ///
    /// # Errors
    ///
    /// The serializer's.
    pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.serialize_str(&Hex(bytes).to_string())
        } else {
            to.serialize_bytes(bytes)
        }
    }

    /// Reads what [`serialize`] wrote.
    ///
    /// # Errors
    ///
    /// The deserializer's, or the text is no hexadecimal.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        if from.is_human_readable() {
            from.deserialize_str(BytesVisitor)
        } else {
            from.deserialize_byte_buf(BytesVisitor)
        }
    }
}

struct BytesVisitor;

impl Visitor<'_> for BytesVisitor {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes as hexadecimal digits")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<u8>, E> {
        from_hex(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }
}

/// Hexadecimal text, where a type must be named.
struct HexBytes(Vec<u8>);

impl<'de> Deserialize<'de> for HexBytes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        hex::deserialize(from).map(Self)
    }
}

/// The text, if text says exactly what the bytes are: UTF-8 without a trailing NUL.
fn exact_text(string: TpStr<'_>) -> Option<&str> {
    match string.as_bytes() {
        [.., 0] => None,
        bytes => core::str::from_utf8(bytes).ok(),
    }
}

impl Serialize for TpStr<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if !to.is_human_readable() {
            return to.serialize_bytes(self.as_bytes());
        }
        match exact_text(*self) {
            Some(text) => to.serialize_str(text),
            None => {
                let mut map = to.serialize_map(Some(1))?;
                map.serialize_entry("hex", &Hex(self.as_bytes()).to_string())?;
                map.end()
            }
        }
    }
}

impl Serialize for TpString {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.as_tp_str().serialize(to)
    }
}

impl<'de> Deserialize<'de> for TpString {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            from.deserialize_any(StringVisitor)
        } else {
            from.deserialize_byte_buf(StringVisitor)
        }
    }
}

struct StringVisitor;

impl<'de> Visitor<'de> for StringVisitor {
    type Value = TpString;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, or an object with the key `hex`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<TpString, E> {
        Ok(TpString::from(text))
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<TpString, E> {
        Ok(TpString::from_bytes(bytes.to_vec()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TpString, A::Error> {
        let mut string = None;
        while let Some(key) = map.next_key::<alloc::string::String>()? {
            match key.as_str() {
                "hex" if string.is_none() => string = Some(map.next_value::<HexBytes>()?),
                "hex" => return Err(A::Error::duplicate_field("hex")),
                other => return Err(A::Error::unknown_field(other, &["hex"])),
            }
        }
        match string {
            Some(HexBytes(bytes)) => Ok(TpString::from_bytes(bytes)),
            None => Err(A::Error::missing_field("hex")),
        }
    }
}

impl<const N: usize> Serialize for RawBytes<N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        hex::serialize(&self.0, to)
    }
}

impl<'de, const N: usize> Deserialize<'de> for RawBytes<N> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let bytes = hex::deserialize(from)?;
        let wrong_length = |bytes: Vec<u8>| {
            D::Error::custom(format_args!("{} bytes where {N} are needed", bytes.len()))
        };
        bytes.try_into().map(Self).map_err(wrong_length)
    }
}

impl<T: Serialize> Serialize for Parameters<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bytes { bytes, form } if to.is_human_readable() => {
                to.collect_str(&Tail(*form, bytes))
            }
            Self::Bytes { bytes, form } => {
                let mut marked = Vec::with_capacity(bytes.len().saturating_add(2));
                marked.extend([form.version.protocol(), form.padded.into()]);
                marked.extend_from_slice(bytes);
                to.serialize_bytes(&marked)
            }
            Self::Values(values) if to.is_human_readable() => match values.as_slice() {
                [] => to.serialize_str(""),
                values => values.serialize(to),
            },
            Self::Values(values) if values.is_empty() => to.serialize_bytes(&[]),
            Self::Values(_) => Err(serde::ser::Error::custom(
                "parameters that are not encoded yet have no form here",
            )),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Parameters<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            from.deserialize_any(ParametersVisitor(PhantomData))
        } else {
            from.deserialize_byte_buf(ParametersVisitor(PhantomData))
        }
    }
}

struct ParametersVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ParametersVisitor<T> {
    type Value = Parameters<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the version of the bytes and hexadecimal digits, such as \"TP04:00000007\", or a list of values")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.is_empty() {
            return Ok(Parameters::default());
        }
        let parse = || {
            let (form, digits) = text.strip_prefix("TP")?.split_once(':')?;
            let (number, padded) = match form.strip_suffix(" padded") {
                Some(number) => (number, true),
                None => (form, false),
            };
            let version = Version::from_protocol(number.parse().ok()?);
            let form = EncodeOptions::new(version).padded(padded);
            Some(Parameters::from_bytes(form, from_hex(digits)?))
        };
        parse().ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        match bytes {
            [] => Ok(Parameters::default()),
            [protocol, padded @ (0 | 1), bytes @ ..] => {
                let version = Version::from_protocol(*protocol);
                let form = EncodeOptions::new(version).padded(*padded == 1);
                Ok(Parameters::from_bytes(form, bytes.to_vec()))
            }
            _ => Err(E::invalid_value(Unexpected::Bytes(bytes), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = entries.next_element()? {
            values.push(value);
        }
        Ok(Parameters::Values(values))
    }
}

macro_rules! semi {
    ($($semi:ident $wide:ident)*) => {$(
        impl Serialize for $semi {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                match self.get() {
                    Some(number) => number.serialize(to),
                    None if to.is_human_readable() => to.serialize_i8(-1),
                    None => self.to_bits().serialize(to),
                }
            }
        }

        impl<'de> Deserialize<'de> for $semi {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                if !from.is_human_readable() {
                    return Deserialize::deserialize(from).map(Self::from_bits);
                }
                let number = from.deserialize_any(NumberVisitor)?;
                $wide::try_from(number)
                    .ok()
                    .and_then(|number| Self::try_from(number).ok())
                    .ok_or_else(|| D::Error::custom(format_args!("{number} is out of range")))
            }
        }
    )*};
}

semi!(Semi8 i16 Semi32 i64 Semi64 i128);

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = i128;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<i128, E> {
        Ok(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<i128, E> {
        Ok(number.into())
    }
}

/// Writes a number that fits 64 bits, signed or not.
fn serialize_number<S: Serializer>(number: i128, to: S) -> Result<S::Ok, S::Error> {
    match (u64::try_from(number), i64::try_from(number)) {
        (Ok(unsigned), _) => to.serialize_u64(unsigned),
        (_, Ok(signed)) => to.serialize_i64(signed),
        _ => to.serialize_i128(number),
    }
}

/// Writes an enumeration: its name if it has one, else its number.
///
/// # Errors
///
/// The serializer's.
pub fn serialize_enumeration<E: Enumeration, S: Serializer>(
    value: &E,
    to: S,
) -> Result<S::Ok, S::Error> {
    match value.name() {
        Some(name) if to.is_human_readable() => to.serialize_str(name),
        None if to.is_human_readable() => serialize_number(value.number(), to),
        _ => to.serialize_i128(value.number()),
    }
}

/// Reads what [`serialize_enumeration`] wrote.
///
/// # Errors
///
/// The deserializer's, an unknown name, or a number out of range.
pub fn deserialize_enumeration<'de, E: Enumeration, D: Deserializer<'de>>(
    from: D,
) -> Result<E, D::Error> {
    if from.is_human_readable() {
        from.deserialize_any(EnumerationVisitor(PhantomData))
    } else {
        from.deserialize_i128(EnumerationVisitor(PhantomData))
    }
}

struct EnumerationVisitor<T>(PhantomData<T>);

impl<T: Enumeration> Visitor<'_> for EnumerationVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a value, or its number")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<T, E> {
        T::from_name(name).ok_or_else(|| E::invalid_value(Unexpected::Str(name), &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        self.visit_i128(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        self.visit_i128(number.into())
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<T, E> {
        T::from_number(number).ok_or_else(|| E::custom(format_args!("{number} is out of range")))
    }
}

/// Writes a mask: the names of its bits, and the rest as one number.
///
/// # Errors
///
/// The serializer's.
pub fn serialize_mask<M: Enumeration, S: Serializer>(mask: &M, to: S) -> Result<S::Ok, S::Error> {
    if !to.is_human_readable() {
        return to.serialize_i128(mask.number());
    }
    let mut list = to.serialize_seq(None)?;
    let mut rest = mask.number();
    for (bit, name) in M::NAMED {
        let bit = bit.number();
        if bit != 0 && rest & bit == bit {
            list.serialize_element(name)?;
            rest &= !bit;
        }
    }
    if rest != 0 {
        list.serialize_element(&Number(rest))?;
    }
    list.end()
}

struct Number(i128);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        serialize_number(self.0, to)
    }
}

/// Reads what [`serialize_mask`] wrote.
///
/// # Errors
///
/// The deserializer's, an unknown name, or a number out of range.
pub fn deserialize_mask<'de, M: Enumeration, D: Deserializer<'de>>(from: D) -> Result<M, D::Error> {
    if from.is_human_readable() {
        from.deserialize_seq(MaskVisitor(PhantomData))
    } else {
        from.deserialize_i128(EnumerationVisitor(PhantomData))
    }
}

struct MaskVisitor<M>(PhantomData<M>);

impl<'de, M: Enumeration> Visitor<'de> for MaskVisitor<M> {
    type Value = M;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of names of bits, or numbers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<M, A::Error> {
        let mut bits = 0;
        while let Some(Bit::<M>(bit)) = list.next_element()? {
            bits |= bit.number();
        }
        M::from_number(bits).ok_or_else(|| A::Error::custom(format_args!("{bits} is out of range")))
    }
}

struct Bit<M>(M);

impl<'de, M: Enumeration> Deserialize<'de> for Bit<M> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        deserialize_enumeration(from).map(Self)
    }
}
