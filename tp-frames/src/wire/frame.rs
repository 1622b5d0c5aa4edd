//! What the enum of all frames of a protocol can do.

use alloc::vec::Vec;

use bytes::BytesMut;

use super::{
    DecodeError, DecodeOptions, EncodeError, EncodeErrorKind, EncodeOptions, Field, Header,
    MAX_BODY, Packet, PacketView, RawFrame, Version,
};

/// Any frame of one protocol, known or not.
///
/// ```
/// use tp_frames::{AnyFrame, DecodeOptions, RawFrame, game};
///
/// let frame = game::Frame::Sequence(game::Sequence { number: 2 });
/// let bytes = frame.to_frame(game::TP04, 7)?;
///
/// let options = DecodeOptions::default();
/// let (raw, _) = RawFrame::split(&bytes, &options)?.expect("it is whole");
/// let (same, trailing) = game::Frame::decode(&raw, &options)?;
/// assert_eq!((same.name(), trailing), ("Sequence", &[][..]));
/// assert_eq!(same, frame);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait AnyFrame: Sized {
    /// The versions of the protocol, oldest first.
    const VERSIONS: &'static [Version];

    /// Decodes the body of a frame of type `type`, and returns the bytes behind its last field. A
    /// type that the version does not have is kept as it is.
    ///
    /// # Errors
    ///
    /// As [`Packet::decode_with`].
    fn decode_body<'a>(
        version: Version,
        r#type: u32,
        body: &'a [u8],
        options: &DecodeOptions,
    ) -> Result<(Self, &'a [u8]), DecodeError>;

    /// The number in the frame's header.
    fn frame_type(&self) -> u32;

    /// The packet's name in the schema; `Unknown` for a type the protocol does not know.
    fn name(&self) -> &'static str;

    /// Appends the body to `out`, as it is in the version that `options` name. A body of unknown
    /// type is appended as it is.
    ///
    /// # Errors
    ///
    /// As [`Packet::encode_body`].
    fn encode_body(
        &self,
        options: impl Into<EncodeOptions>,
        out: &mut BytesMut,
    ) -> Result<(), EncodeError>;

    /// Decodes a received frame, in the version that its header names.
    ///
    /// # Errors
    ///
    /// As [`Packet::decode_with`].
    fn decode<'a>(
        raw: &'a RawFrame,
        options: &DecodeOptions,
    ) -> Result<(Self, &'a [u8]), DecodeError> {
        let Header {
            version, r#type, ..
        } = raw.header;
        Self::decode_body(version, r#type, &raw.body, &options.padded(raw.padded))
    }

    /// Appends header and body to `out`, in the version that `options` name.
    ///
    /// # Errors
    ///
    /// As [`Packet::encode_body`]; `out` is then as it was.
    fn encode_frame(
        &self,
        options: impl Into<EncodeOptions>,
        sequence: u32,
        out: &mut BytesMut,
    ) -> Result<(), EncodeError> {
        let options = options.into();
        let start = out.len();
        let header = Header {
            version: options.version,
            sequence,
            r#type: self.frame_type(),
            length: 0,
        };
        out.extend_from_slice(&header.to_bytes());
        if let Err(error) = self.encode_body(options, out) {
            out.truncate(start);
            return Err(error);
        }
        let length = out.len().saturating_sub(start.saturating_add(Header::SIZE));
        Header::put_length(out, start, length);
        Ok(())
    }

    /// Header and body, in the version that `options` name.
    ///
    /// # Errors
    ///
    /// As [`Packet::encode_body`].
    fn to_frame(
        &self,
        options: impl Into<EncodeOptions>,
        sequence: u32,
    ) -> Result<Vec<u8>, EncodeError> {
        let mut out = BytesMut::new();
        self.encode_frame(options, sequence, &mut out)?;
        Ok(out.into())
    }
}

/// Decodes a body as the packet that `into` takes.
///
/// # Errors
///
/// As [`Packet::decode_with`].
pub fn decode_as<'a, P: Packet, F>(
    version: Version,
    body: &'a [u8],
    options: &DecodeOptions,
    into: impl FnOnce(P) -> F,
) -> Result<(F, &'a [u8]), DecodeError> {
    P::decode_with(version, body, options).map(|(packet, trailing)| (into(packet), trailing))
}

/// Views a body as the packet that `into` takes.
///
/// # Errors
///
/// As [`PacketView::view_with`].
pub fn view_as<'a, V: PacketView<'a>, F>(
    version: Version,
    body: &'a [u8],
    options: &DecodeOptions,
    into: impl FnOnce(V) -> F,
) -> Result<(F, &'a [u8]), DecodeError> {
    V::view_with(version, body, options).map(|(view, trailing)| (into(view), trailing))
}

static UNKNOWN: Field = Field::packet_itself("Unknown");

/// Checks the size of a body of unknown type.
///
/// # Errors
///
/// It is larger than [`DecodeLimits::frame`](crate::DecodeLimits::frame).
pub fn decode_unknown<'a>(
    version: Version,
    body: &'a [u8],
    options: &DecodeOptions,
) -> Result<&'a [u8], DecodeError> {
    super::open_body(version, body, options, &UNKNOWN).map(|reader| reader.rest())
}

/// Appends a body of unknown type.
///
/// # Errors
///
/// It is larger than [`MAX_BODY`].
pub fn encode_unknown(body: &[u8], out: &mut BytesMut) -> Result<(), EncodeError> {
    if body.len() > MAX_BODY {
        let kind = EncodeErrorKind::FrameLimit;
        return Err(EncodeError::new(kind, &UNKNOWN, body.len(), MAX_BODY));
    }
    out.extend_from_slice(body);
    Ok(())
}
