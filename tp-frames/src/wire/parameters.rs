//! The parameters of Object, Order and Command: a tail whose shape a description tells.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use bytes::BytesMut;

use super::{
    DecodeError, DecodeLimits, DecodeOptions, Encode, EncodeError, EncodeErrorKind, EncodeOptions,
    Field, Hex, Reader, Version, Writer,
};

/// A numbered family of parameter shapes; its values are an enum.
pub trait ParameterSet: Encode + Clone + PartialEq + fmt::Debug {
    /// The name in the schema.
    const NAME: &'static str;
    /// Whether real programs are known to leave out, or to add, fields of a parameter.
    const HAS_OPTIONAL_FIELDS: bool;

    /// Reads one value of parameter type `type`, its optional fields only where `optional` says
    /// so; `None` if the set has no such type in the version that is read.
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

/// The parameters of a packet, owned: as they travelled, or as values to be sent.
///
/// Nothing on the wire says how long they are or what they hold but the description that the
/// packet's type field names. So what was received stays bytes, which [`decode`](Self::decode)
/// reads when the parameter types are known; they can be sent only in frames of the same version
/// and padding. Values are written when the packet is, in whatever form the frame has.
///
/// ```
/// use tp_frames::game::{self, OrderParamAbsSpaceCoords, OrderParamAbsSpaceCoordsPos, OrderParams};
/// use tp_frames::{ParameterSet, Parameters};
///
/// let pos = OrderParamAbsSpaceCoordsPos { x: 1, y: 2, z: 3 };
/// let there = OrderParams::AbsSpaceCoords(OrderParamAbsSpaceCoords { pos });
/// // As they come in an order, whose description names the types.
/// let bytes = Parameters::encode(game::TP04, &[there.clone()])?;
/// let received = Parameters::<OrderParams>::from_bytes(game::TP04, bytes);
/// let decoded = received.decode([there.parameter_type()].into_iter());
/// assert!(decoded.is_exact());
/// assert_eq!(decoded.values, [there]);
/// # Ok::<(), tp_frames::EncodeError>(())
/// ```
#[derive(Clone)]
pub enum Parameters<S> {
    /// Exactly the bytes of a frame.
    Bytes {
        /// The bytes, with their pads if the frame was padded.
        bytes: Vec<u8>,
        /// The version and padding of that frame.
        form: EncodeOptions,
    },
    /// Values, in the order of the description.
    Values(Vec<S>),
}

/// The parameters of a packet, borrowed from its frame.
pub struct ParametersView<'a, S> {
    bytes: &'a [u8],
    form: EncodeOptions,
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
    pub stopped: Option<ParameterError>,
}

/// Why parameters could not be read to the end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterError {
    /// The version of the bytes wants a description, and there was none.
    NoDescription {
        /// The packet's type.
        wanted: u32,
    },
    /// The description is of another type than the packet.
    WrongDescription {
        /// The packet's type.
        wanted: u32,
        /// The description's type.
        got: u32,
    },
    /// The set has no such parameter type, so nobody knows how long the value is.
    UnknownType {
        /// Which parameter of the description, from 0.
        index: usize,
        /// Its type.
        r#type: u32,
    },
    /// The bytes are not what the description says.
    Malformed {
        /// Which parameter of the description, from 0.
        index: usize,
        /// Its type.
        r#type: u32,
        /// What is wrong with it.
        source: DecodeError,
    },
}

impl fmt::Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoDescription { wanted } => write!(
                f,
                "the description of type {wanted} is needed to read the parameters"
            ),
            Self::WrongDescription { wanted, got } => write!(
                f,
                "the description is of type {got}, the packet of type {wanted}"
            ),
            Self::UnknownType { index, r#type } => {
                write!(f, "parameter {index} is of unknown type {type}")
            }
            Self::Malformed {
                index,
                r#type,
                source,
            } => write!(f, "parameter {index} of type {type}: {source}"),
        }
    }
}

/// What is wrong with a parameter is in the message and not a source: it would be said twice.
impl core::error::Error for ParameterError {}

impl<'a, S> DecodedParameters<'a, S> {
    /// Nothing read, for the reason given.
    #[must_use]
    pub fn stopped(bytes: &'a [u8], stopped: ParameterError) -> Self {
        DecodedParameters {
            values: Vec::new(),
            leftover: bytes,
            stopped: Some(stopped),
        }
    }

    /// Returns `true` if every parameter was read and no byte is left over.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.stopped.is_none() && self.leftover.is_empty()
    }
}

impl<S> Parameters<S> {
    /// Exactly these bytes, of a frame of that version and padding.
    #[must_use]
    pub fn from_bytes(form: impl Into<EncodeOptions>, bytes: Vec<u8>) -> Self {
        Self::Bytes {
            bytes,
            form: form.into(),
        }
    }

    /// The bytes that were received; `None` if these are values to be sent.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes { bytes, .. } => Some(bytes),
            Self::Values(values) => values.is_empty().then_some(&[]),
        }
    }

    /// The values; empty if these are bytes that nobody decoded yet.
    #[must_use]
    pub fn values(&self) -> &[S] {
        match self {
            Self::Bytes { .. } => &[],
            Self::Values(values) => values,
        }
    }

    /// Returns `true` if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Bytes { bytes, .. } => bytes.is_empty(),
            Self::Values(values) => values.is_empty(),
        }
    }

    /// Returns `true` if these are bytes of a version older than `number`.
    #[must_use]
    pub fn are_older_than(&self, number: u8) -> bool {
        match self {
            Self::Bytes { form, .. } => !form.version.has(number),
            Self::Values(_) => false,
        }
    }
}

impl<S: ParameterSet> Parameters<S> {
    /// Reads the parameters, whose types stand in `types`. Values are given as they are.
    ///
    /// Where real programs send another shape than the schema gives, the shape that fits the
    /// bytes exactly is taken; the values record it and encode back to the same bytes.
    #[must_use]
    pub fn decode(&self, types: impl Iterator<Item = u32> + Clone) -> DecodedParameters<'_, S> {
        match self {
            Self::Bytes { bytes, form } => ParametersView::from_bytes(*form, bytes).decode(types),
            Self::Values(values) => DecodedParameters {
                values: values.clone(),
                leftover: &[],
                stopped: None,
            },
        }
    }

    /// Nothing of them read, for the reason given.
    #[must_use]
    pub fn stopped(&self, reason: ParameterError) -> DecodedParameters<'_, S> {
        DecodedParameters::stopped(self.as_bytes().unwrap_or_default(), reason)
    }

    /// How many bytes they take in an unpadded frame.
    #[must_use]
    pub fn encoded_len(&self, version: Version) -> usize {
        match self {
            Self::Bytes { bytes, .. } => bytes.len(),
            Self::Values(values) => values
                .iter()
                .map(|value| value.encoded_len(version))
                .fold(0, usize::wrapping_add),
        }
    }

    /// The bytes that `values` take in a frame of that version and padding.
    ///
    /// # Errors
    ///
    /// A string or list is too long, or the version has no such parameter.
    pub fn encode(form: impl Into<EncodeOptions>, values: &[S]) -> Result<Vec<u8>, EncodeError> {
        let form = form.into();
        let mut bytes = BytesMut::new();
        let mut writer = Writer::new(form, true, &mut bytes);
        values
            .iter()
            .try_for_each(|value| value.encode_to(&mut writer))?;
        Ok(bytes.into())
    }
}

impl<S> From<Vec<S>> for Parameters<S> {
    fn from(values: Vec<S>) -> Self {
        Self::Values(values)
    }
}

impl<'a, S> ParametersView<'a, S> {
    /// Exactly these bytes, of a frame of that version and padding.
    #[must_use]
    pub fn from_bytes(form: impl Into<EncodeOptions>, bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            form: form.into(),
            set: PhantomData,
        }
    }

    /// Exactly the bytes on the wire.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// A copy of its own.
    #[must_use]
    pub fn to_owned(&self) -> Parameters<S> {
        Parameters::from_bytes(self.form, self.bytes.to_vec())
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
        // Never both at once, since values take more memory than their bytes.
        drop(full);
        let short = self.decode_shape(types.clone(), false);
        if short.is_exact() {
            return short;
        }
        drop(short);
        self.decode_shape(types, true)
    }

    fn decode_shape(
        &self,
        types: impl Iterator<Item = u32> + Clone,
        optional: bool,
    ) -> DecodedParameters<'a, S> {
        // A type costs nothing to name, so the description could ask for more values than these
        // bytes would ever make; eight times the bytes and some are enough for honest ones.
        let memory = self.bytes.len().saturating_mul(8);
        let limits = DecodeLimits {
            memory,
            ..DecodeLimits::default()
        };
        let options = DecodeOptions::new().limits(limits).padded(self.form.padded);
        let mut reader = Reader::new(self.form.version, self.bytes, &options);
        // No parameter takes less than four bytes, but for the one of an empty tail.
        let most = (self.bytes.len() / 4).saturating_add(1);
        let mut values = Vec::with_capacity(types.clone().take(most).count());
        let mut leftover = self.bytes;
        let mut stopped = None;
        for (index, r#type) in types.enumerate() {
            match S::decode_value(r#type, optional, &mut reader) {
                Ok(Some(value)) => {
                    values.push(value);
                    leftover = reader.rest();
                }
                Ok(None) => {
                    stopped = Some(ParameterError::UnknownType { index, r#type });
                    break;
                }
                Err(source) => {
                    stopped = Some(ParameterError::Malformed {
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
            leftover,
            stopped,
        }
    }
}

impl<S> Default for Parameters<S> {
    fn default() -> Self {
        Self::Values(Vec::new())
    }
}

impl<S: ParameterSet> PartialEq for Parameters<S> {
    /// Two are equal if they travel alike: as the same bytes of frames of one version and
    /// padding, or as values that are equal or that encode to those bytes.
    fn eq(&self, other: &Self) -> bool {
        let are = |values: &[S], bytes: &[u8], form: &EncodeOptions| {
            Self::encode(*form, values).is_ok_and(|encoded| encoded == bytes)
        };
        match (self, other) {
            (Self::Values(values), Self::Values(others)) => values == others,
            (Self::Values(values), Self::Bytes { bytes, form })
            | (Self::Bytes { bytes, form }, Self::Values(values)) => are(values, bytes, form),
            (
                Self::Bytes { bytes, form },
                Self::Bytes {
                    bytes: others,
                    form: other,
                },
            ) => bytes == others && (bytes.is_empty() || is_same_form(*form, *other)),
        }
    }
}

/// Whether bytes of one form fit frames of the other.
fn is_same_form(one: EncodeOptions, other: EncodeOptions) -> bool {
    one.version.protocol() == other.version.protocol() && one.padded == other.padded
}

impl<S: ParameterSet> Eq for Parameters<S> {}

impl<S: fmt::Debug> fmt::Debug for Parameters<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes { bytes, form } => write!(f, "Parameters({})", Tail(*form, bytes)),
            Self::Values(values) => f.debug_tuple("Parameters").field(values).finish(),
        }
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
        self.bytes == other.bytes && (self.bytes.is_empty() || is_same_form(self.form, other.form))
    }
}

impl<S> Eq for ParametersView<'_, S> {}

impl<S> fmt::Debug for ParametersView<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parameters({})", Tail(self.form, self.bytes))
    }
}

impl<'a> Reader<'a> {
    /// The parameters that end a packet, copied.
    ///
    /// # Errors
    ///
    /// As [`tail`](Self::tail).
    #[inline(always)]
    pub fn parameters<S: ParameterSet>(
        &mut self,
        at: &'static Field,
    ) -> Result<Parameters<S>, DecodeError> {
        let form = self.form;
        let bytes = self.tail(at)?;
        Ok(Parameters::from_bytes(form, bytes))
    }

    /// The parameters of a packet that ends without any in this version.
    #[must_use]
    pub fn no_parameters<S: ParameterSet>(&self) -> Parameters<S> {
        Parameters::from_bytes(self.form, Vec::new())
    }

    /// The parameters of a packet that ends without any in this version, borrowed.
    #[must_use]
    pub fn no_parameters_view<S: ParameterSet>(&self) -> ParametersView<'a, S> {
        ParametersView::from_bytes(self.form, &[])
    }

    /// The parameters that end a packet, borrowed.
    pub fn parameters_view<S: ParameterSet>(&mut self) -> ParametersView<'a, S> {
        ParametersView::from_bytes(self.form, self.tail_view())
    }
}

impl Writer<'_> {
    /// The parameters that end a packet.
    ///
    /// # Errors
    ///
    /// [`Padding`](EncodeErrorKind::Padding) or [`NotInVersion`](EncodeErrorKind::NotInVersion)
    /// if they are bytes in another form; what is wrong with a value.
    pub fn parameters<S: ParameterSet>(
        &mut self,
        at: &'static Field,
        parameters: &Parameters<S>,
    ) -> Result<(), EncodeError> {
        match parameters {
            Parameters::Values(values) => values.iter().try_for_each(|value| value.encode_to(self)),
            Parameters::Bytes { bytes, form } => {
                // Nothing is nothing in every form.
                let nothing = bytes.is_empty();
                if form.version.protocol() != self.options.version.protocol() && !nothing {
                    return Err(self.not_in_version(at));
                }
                if form.padded != self.options.padded && !nothing {
                    return Err(EncodeError::new(EncodeErrorKind::Padding, at, 0, 0));
                }
                self.bytes(bytes);
                Ok(())
            }
        }
    }
}

/// Bytes of parameters as people read them: `TP03:00000007`, `TP04 padded:…`.
pub(super) struct Tail<'a>(pub(super) EncodeOptions, pub(super) &'a [u8]);

impl fmt::Display for Tail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = self.0.version;
        let padded = if self.0.padded { " padded" } else { "" };
        write!(f, "{version}{padded}:{}", Hex(self.1))
    }
}

#[cfg(test)]
mod tests {
    use core::iter::repeat_n;

    use super::*;
    use crate::game::{self, ObjectParams};

    #[test]
    fn values_take_the_room_that_they_need_whatever_is_described() {
        let intvalue = 7;
        let value = ObjectParams::Integer(game::ObjectParamInteger { intvalue });
        let bytes = Parameters::encode(game::TP04, &[value.clone(), value]).unwrap();
        let tail = ParametersView::<ObjectParams>::from_bytes(game::TP04, &bytes);
        let decoded = tail.decode(repeat_n(ObjectParams::INTEGER, 2));
        assert!(decoded.is_exact());
        assert_eq!(decoded.values.capacity(), 2);
        assert_eq!(
            Parameters::encode(game::TP04, &decoded.values),
            Ok(bytes.clone())
        );
        let decoded = tail.decode(repeat_n(ObjectParams::INTEGER, 1_000_000));
        assert_eq!((decoded.values.len(), decoded.leftover), (2, &[][..]));
        assert!(decoded.values.capacity() <= 3);
        // What could not be read is left over from its first byte on.
        let tail = ParametersView::<ObjectParams>::from_bytes(game::TP04, &bytes[..7]);
        let decoded = tail.decode(repeat_n(ObjectParams::INTEGER, 2));
        assert_eq!((decoded.values.len(), decoded.leftover), (1, &bytes[4..7]));
    }
}
