//! The parameters of Object, Order and Command: a tail whose shape a description tells.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use bytes::BytesMut;

use super::{DecodeError, DecodeLimits, DecodeOptions, Encode, EncodeError, Hex, Reader, Writer};

/// A numbered family of parameter shapes; its values are an enum.
pub trait ParameterSet: Encode + Sized {
    /// The name in the schema.
    const NAME: &'static str;
    /// Whether real programs are known to leave out, or to add, fields of a parameter.
    const HAS_OPTIONAL_FIELDS: bool;

    /// Reads one value of parameter type `type`, its optional fields only where `optional` says
    /// so; nothing if the set has no such type.
    ///
    /// # Errors
    ///
    /// As [`Packet::decode`](super::Packet::decode).
    fn decode_value(
        r#type: u32,
        optional: bool,
        reader: &mut Reader<'_>,
    ) -> Result<Option<Self>, DecodeError>;

    /// The parameter type of this value.
    fn parameter_type(&self) -> u32;
}

/// The parameters of a packet, owned, exactly as they travelled.
///
/// Nothing says how long they are or what they hold but the description that the packet's type
/// field names; so the bytes are what is stored, and [`decode`](Self::decode) reads them when the
/// parameter types are known.
///
/// Bytes that came in a padded frame stay padded, and can be sent in padded frames only; those
/// that did not, in others only. What [`encode`](Self::encode) made of values can be sent in both.
/// Two are equal if their bytes are and both or none of them came padded.
pub struct Parameters<S> {
    bytes: Vec<u8>,
    form: Form,
    set: PhantomData<fn() -> S>,
}

/// Which frames bytes fit into.
#[derive(Clone)]
enum Form {
    Unpadded,
    Padded,
    /// Unpadded, and what they are when padded; nothing if that is the same.
    Both(Vec<u8>),
}

/// The parameters of a packet, borrowed.
pub struct ParametersView<'a, S> {
    bytes: &'a [u8],
    padded: bool,
    set: PhantomData<fn() -> S>,
}

/// What a tail of parameters holds.
#[derive(Debug, Clone, PartialEq)]
pub struct DecodedParameters<'a, S> {
    /// The values, in the order of the description, as far as they could be read.
    pub values: Vec<S>,
    /// The bytes behind them.
    pub leftover: &'a [u8],
    /// Why reading ended before the description did.
    pub stopped: Option<Stopped>,
}

/// Why parameters could not be read to the end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Stopped {
    /// The description is of another type than the packet.
    #[error("the description is of type {got}, the packet of type {wanted}")]
    WrongDescription {
        /// The packet's type.
        wanted: u32,
        /// The description's type.
        got: u32,
    },
    /// The set has no such parameter type, so nobody knows how long the value is.
    #[error("parameter {index} is of unknown type {type}")]
    UnknownType {
        /// Which parameter of the description, from 0.
        index: usize,
        /// Its type.
        r#type: u32,
    },
    /// The bytes are not what the description says.
    #[error("parameter {index} of type {type}: {source}")]
    Malformed {
        /// Which parameter of the description, from 0.
        index: usize,
        /// Its type.
        r#type: u32,
        /// What is wrong with it.
        source: DecodeError,
    },
}

impl<S> DecodedParameters<'_, S> {
    /// Nothing read, for the reason given.
    #[must_use]
    pub fn stopped(bytes: &[u8], stopped: Stopped) -> DecodedParameters<'_, S> {
        DecodedParameters {
            values: Vec::new(),
            leftover: bytes,
            stopped: Some(stopped),
        }
    }

    /// Whether every parameter was read and no byte is left over.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.stopped.is_none() && self.leftover.is_empty()
    }
}

impl<S: ParameterSet> Parameters<S> {
    /// The tail that holds `values`.
    ///
    /// # Errors
    ///
    /// A string or list is too long.
    pub fn encode(values: &[S]) -> Result<Self, EncodeError> {
        let length = values
            .iter()
            .map(S::encoded_len)
            .fold(0, usize::saturating_add);
        let mut unpadded = BytesMut::with_capacity(length);
        write_all(values, &mut Writer::new(&mut unpadded))?;
        let mut padded = BytesMut::with_capacity(length);
        write_all(values, &mut Writer::padded(&mut padded))?;
        if padded.len() == unpadded.len() {
            padded = BytesMut::new();
        }
        Ok(Self {
            bytes: unpadded.into(),
            form: Form::Both(padded.into()),
            set: PhantomData,
        })
    }

    /// Reads the parameters, whose types stand in `types`.
    ///
    /// Where real programs send another shape than the schema gives, the shape that fits the
    /// bytes exactly is taken; the values record it and encode back to the same bytes.
    #[must_use]
    pub fn decode(&self, types: impl Iterator<Item = u32> + Clone) -> DecodedParameters<'_, S> {
        self.as_view().decode(types)
    }
}

fn write_all<S: Encode>(values: &[S], writer: &mut Writer<'_>) -> Result<(), EncodeError> {
    values.iter().try_for_each(|value| value.encode_to(writer))
}

impl<S> Parameters<S> {
    /// Exactly these bytes, of a frame that is not padded.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self::received(bytes, false)
    }

    /// Exactly these bytes, of a padded frame.
    #[must_use]
    pub const fn from_padded_bytes(bytes: Vec<u8>) -> Self {
        Self::received(bytes, true)
    }

    pub(super) const fn received(bytes: Vec<u8>, padded: bool) -> Self {
        // No bytes hold no strings.
        let form = if bytes.is_empty() {
            Form::Both(Vec::new())
        } else if padded {
            Form::Padded
        } else {
            Form::Unpadded
        };
        Self {
            bytes,
            form,
            set: PhantomData,
        }
    }

    /// Exactly the bytes on the wire: with their pads if they came padded; if they were encoded
    /// from values, without.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether the bytes are padded.
    #[must_use]
    pub fn is_padded(&self) -> bool {
        matches!(self.form, Form::Padded)
    }

    /// The bytes for a frame that is padded or not, if they are known.
    pub(super) fn written(&self, padded: bool) -> Option<&[u8]> {
        match (&self.form, padded) {
            (Form::Both(pads), true) if !pads.is_empty() => Some(pads),
            (Form::Unpadded, false) | (Form::Padded, true) | (Form::Both(_), _) => {
                Some(&self.bytes)
            }
            (Form::Unpadded, true) | (Form::Padded, false) => None,
        }
    }

    /// Borrowed.
    #[must_use]
    pub fn as_view(&self) -> ParametersView<'_, S> {
        ParametersView::received(&self.bytes, self.is_padded())
    }
}

impl<'a, S> ParametersView<'a, S> {
    /// Exactly these bytes, of a frame that is not padded.
    #[must_use]
    pub const fn from_bytes(bytes: &'a [u8]) -> Self {
        Self::received(bytes, false)
    }

    /// Exactly these bytes, of a padded frame.
    #[must_use]
    pub const fn from_padded_bytes(bytes: &'a [u8]) -> Self {
        Self::received(bytes, true)
    }

    pub(super) const fn received(bytes: &'a [u8], padded: bool) -> Self {
        Self {
            bytes,
            padded: padded && !bytes.is_empty(),
            set: PhantomData,
        }
    }

    /// Whether the bytes are padded.
    #[must_use]
    pub const fn is_padded(&self) -> bool {
        self.padded
    }

    /// Exactly the bytes on the wire.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// A copy of its own.
    #[must_use]
    pub fn to_owned(&self) -> Parameters<S> {
        Parameters::received(self.bytes.to_vec(), self.padded)
    }
}

impl<'a, S: ParameterSet> ParametersView<'a, S> {
    /// Reads the parameters; see [`Parameters::decode`].
    #[must_use]
    pub fn decode(&self, types: impl Iterator<Item = u32> + Clone) -> DecodedParameters<'a, S> {
        let full = self.decode_shape(types.clone(), true);
        if full.is_exact() || !S::HAS_OPTIONAL_FIELDS {
            return full;
        }
        let short = self.decode_shape(types, false);
        if short.is_exact() { short } else { full }
    }

    fn decode_shape(
        &self,
        types: impl Iterator<Item = u32>,
        optional: bool,
    ) -> DecodedParameters<'a, S> {
        // A type costs nothing to name, so the description could ask for more values than these
        // bytes would ever make; eight times the bytes and some are enough for honest ones.
        let memory = self.bytes.len().saturating_mul(8);
        let limits = DecodeLimits {
            memory,
            ..DecodeLimits::default()
        };
        let options = DecodeOptions::new().limits(limits).padded(self.padded);
        let mut reader = Reader::new(self.bytes, &options);
        let mut values = Vec::new();
        let mut stopped = None;
        for (index, r#type) in types.enumerate() {
            let before = reader.clone();
            match S::decode_value(r#type, optional, &mut reader) {
                Ok(Some(value)) => values.push(value),
                Ok(None) => {
                    stopped = Some(Stopped::UnknownType { index, r#type });
                    break;
                }
                Err(source) => {
                    reader = before;
                    stopped = Some(Stopped::Malformed {
                        index,
                        r#type,
                        source,
                    });
                    break;
                }
            }
        }
        DecodedParameters {
            values,
            leftover: reader.rest(),
            stopped,
        }
    }
}

impl<S> Clone for Parameters<S> {
    fn clone(&self) -> Self {
        Self {
            bytes: self.bytes.clone(),
            form: self.form.clone(),
            set: PhantomData,
        }
    }
}

impl<S> Default for Parameters<S> {
    fn default() -> Self {
        Self::from_bytes(Vec::new())
    }
}

impl<S> PartialEq for Parameters<S> {
    fn eq(&self, other: &Self) -> bool {
        self.as_view() == other.as_view()
    }
}

impl<S> Eq for Parameters<S> {}

impl<S> fmt::Debug for Parameters<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.as_view(), f)
    }
}

impl<S> Clone for ParametersView<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for ParametersView<'_, S> {}

impl<S> PartialEq for ParametersView<'_, S> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes && self.padded == other.padded
    }
}

impl<S> Eq for ParametersView<'_, S> {}

impl<S> fmt::Debug for ParametersView<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let padded = if self.padded { "padded:" } else { "" };
        write!(f, "Parameters({padded}{})", Hex(self.bytes))
    }
}
