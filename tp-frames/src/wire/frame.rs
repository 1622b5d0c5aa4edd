//! What the enum of all frames of a protocol can do.

use bytes::BytesMut;

use super::{
    DecodeError, DecodeOptions, EncodeError, EncodeErrorKind, Field, Header, MAX_BODY, Packet,
    PacketView, RawFrame, Version,
};

/// Any frame of one protocol, known or not.
pub trait AnyFrame: Sized {
    /// The protocol, as a frame's header tells it.
    const VERSION: Version;

    /// Decodes a body of frame type `type`, and gives the bytes behind its last field. A type
    /// the protocol does not know is kept as it is.
    ///
    /// # Errors
    ///
    /// As [`Packet::decode_with`].
    fn decode_body<'a>(
        r#type: u32,
        body: &'a [u8],
        options: &DecodeOptions,
    ) -> Result<(Self, &'a [u8]), DecodeError>;

    /// The number in the frame's header.
    fn frame_type(&self) -> u32;

    /// The packet's name in the schema; `Unknown` for a type the protocol does not know.
    fn name(&self) -> &'static str;

    /// Appends the body to `out`.
    ///
    /// # Errors
    ///
    /// As [`Packet::encode_body`].
    fn encode_body(&self, out: &mut BytesMut) -> Result<(), EncodeError>;

    /// Appends the body to `out`, with pads behind its strings. A body of unknown type is
    /// appended as it is.
    ///
    /// # Errors
    ///
    /// As [`Packet::encode_body_padded`].
    fn encode_body_padded(&self, out: &mut BytesMut) -> Result<(), EncodeError>;

    /// Decodes a received frame.
    ///
    /// # Errors
    ///
    /// As [`Packet::decode_with`].
    fn decode<'a>(
        raw: &'a RawFrame,
        options: &DecodeOptions,
    ) -> Result<(Self, &'a [u8]), DecodeError> {
        Self::decode_body(raw.header.r#type, &raw.body, &options.padded(raw.padded))
    }

    /// Appends header and body to `out`.
    ///
    /// # Errors
    ///
    /// As [`Packet::encode_body`]; `out` is then as it was.
    fn encode_frame(&self, sequence: u32, out: &mut BytesMut) -> Result<(), EncodeError> {
        encode_frame(out, Self::VERSION, sequence, self.frame_type(), |out| {
            self.encode_body(out)
        })
    }

    /// Appends header and body to `out`, with pads behind the strings of the body.
    ///
    /// # Errors
    ///
    /// As [`Packet::encode_body_padded`]; `out` is then as it was.
    fn encode_frame_padded(&self, sequence: u32, out: &mut BytesMut) -> Result<(), EncodeError> {
        encode_frame(out, Self::VERSION, sequence, self.frame_type(), |out| {
            self.encode_body_padded(out)
        })
    }
}

/// Appends a header, the body that `encode_body` appends, and puts the body's length in the
/// header; `out` is as it was if that fails.
pub(super) fn encode_frame(
    out: &mut BytesMut,
    version: Version,
    sequence: u32,
    r#type: u32,
    encode_body: impl FnOnce(&mut BytesMut) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let start = out.len();
    let body = start.saturating_add(Header::SIZE);
    out.resize(body, 0);
    if let Err(error) = encode_body(out) {
        out.truncate(start);
        return Err(error);
    }
    // A body that passed `MAX_BODY` fits 32 bits.
    let length = u32::try_from(out.len().saturating_sub(body)).unwrap_or(u32::MAX);
    let header = Header {
        version,
        sequence,
        r#type,
        length,
    };
    if let Some(room) = out.get_mut(start..body) {
        room.copy_from_slice(&header.to_bytes());
    }
    Ok(())
}

/// Decodes a body as the packet that `into` takes.
///
/// # Errors
///
/// As [`Packet::decode_with`].
pub fn decode_as<'a, P: Packet, F>(
    body: &'a [u8],
    options: &DecodeOptions,
    into: impl FnOnce(P) -> F,
) -> Result<(F, &'a [u8]), DecodeError> {
    P::decode_with(body, options).map(|(packet, trailing)| (into(packet), trailing))
}

/// Views a body as the packet that `into` takes.
///
/// # Errors
///
/// As [`PacketView::view_with`].
pub fn view_as<'a, V: PacketView<'a>, F>(
    body: &'a [u8],
    options: &DecodeOptions,
    into: impl FnOnce(V) -> F,
) -> Result<(F, &'a [u8]), DecodeError> {
    V::view_with(body, options).map(|(view, trailing)| (into(view), trailing))
}

static UNKNOWN: Field = Field::counted("Unknown", "");

/// Checks the size of a body of unknown type.
///
/// # Errors
///
/// It is larger than [`DecodeLimits::frame`](crate::DecodeLimits::frame).
pub fn decode_unknown<'a>(
    body: &'a [u8],
    options: &DecodeOptions,
) -> Result<&'a [u8], DecodeError> {
    super::open(body, options, &UNKNOWN).map(|reader| reader.rest())
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
