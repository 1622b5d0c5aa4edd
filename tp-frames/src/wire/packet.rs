//! What every packet can do.

use bytes::BytesMut;

use super::{
    DecodeError, DecodeOptions, EncodeError, EncodeErrorKind, Field, Header, MAX_BODY, Reader,
    Version, Writer,
};

/// A value that can be read off the wire.
pub trait Decode<'a>: Sized {
    /// The fewest bytes it can take.
    const MIN_WIRE_SIZE: usize;

    /// Reads it where `reader` stands.
    ///
    /// # Errors
    ///
    /// What [`Packet::decode`] says.
    fn decode_from(reader: &mut Reader<'a>) -> Result<Self, DecodeError>;
}

/// A value that can be put on the wire.
pub trait Encode {
    /// Exactly how many bytes it takes.
    fn encoded_len(&self) -> usize;

    /// Writes it.
    ///
    /// # Errors
    ///
    /// What [`Packet::encode_body`] says.
    fn encode_to(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError>;
}

/// Which way a packet goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From a client to the server.
    ToServer,
    /// From the server to a client.
    ToClient,
    /// Either way.
    Either,
}

/// A packet that travels as a frame of its own.
pub trait Packet: for<'a> Decode<'a> + Encode {
    /// The number in the frame's header.
    const TYPE: u32;
    /// The name in the schema.
    const NAME: &'static str;
    /// Which way it goes.
    const DIRECTION: Direction;
    /// The protocol it belongs to, as the frame's header tells it.
    const VERSION: Version;
    /// The packet as a whole, where an error means no single field.
    const SELF: &'static Field;

    /// Decodes a body, tolerantly: gives the packet and the bytes behind its last field, which
    /// servers newer than this description may append.
    ///
    /// # Errors
    ///
    /// The body is cut short, a count lies, or a limit of [`DecodeOptions`] is passed.
    fn decode(body: &[u8]) -> Result<(Self, &[u8]), DecodeError> {
        Self::decode_with(body, &DecodeOptions::default())
    }

    /// Decodes a body as `options` say.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode); when strict, also bytes behind the last field.
    fn decode_with<'a>(
        body: &'a [u8],
        options: &DecodeOptions,
    ) -> Result<(Self, &'a [u8]), DecodeError> {
        let mut reader = open(body, options, Self::SELF)?;
        let packet = Self::decode_from(&mut reader)?;
        Ok((packet, reader.finish(Self::SELF)?))
    }

    /// Appends the body to `out`, in one reservation.
    ///
    /// # Errors
    ///
    /// A string or list is longer than the schema allows, an optional field follows an absent
    /// one, or the body passes [`MAX_BODY`]. `out` is then as it was.
    fn encode_body(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        let length = body_len(self)?;
        out.reserve(length);
        write_body(self, out.len(), length, out)
    }

    /// Appends the whole frame, header first, under this protocol's version, in one reservation.
    ///
    /// # Errors
    ///
    /// As [`encode_body`](Self::encode_body); `out` is then as it was.
    fn encode_frame(&self, sequence: u32, out: &mut BytesMut) -> Result<(), EncodeError> {
        let length = body_len(self)?;
        out.reserve(Header::SIZE.saturating_add(length));
        let start = out.len();
        let header = Header {
            version: Self::VERSION,
            sequence,
            r#type: Self::TYPE,
            // A body that passed `MAX_BODY` fits 32 bits.
            length: u32::try_from(length).unwrap_or(u32::MAX),
        };
        out.extend_from_slice(&header.to_bytes());
        write_body(self, start, length, out)
    }

    /// As [`encode_body`](Self::encode_body), with pads behind every string: what a body is once
    /// both sides agreed on the padding filter of TP04.
    ///
    /// # Errors
    ///
    /// As [`encode_body`](Self::encode_body), or the packet holds
    /// [`Parameters`](super::Parameters) in the other form.
    fn encode_body_padded(&self, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.reserve(body_len(self)?);
        write_padded(self, out)
    }

    /// As [`encode_frame`](Self::encode_frame), with pads behind every string; the length in the
    /// header counts them.
    ///
    /// # Errors
    ///
    /// As [`encode_body_padded`](Self::encode_body_padded); `out` is then as it was.
    fn encode_frame_padded(&self, sequence: u32, out: &mut BytesMut) -> Result<(), EncodeError> {
        out.reserve(Header::SIZE.saturating_add(body_len(self)?));
        super::frame::encode_frame(out, Self::VERSION, sequence, Self::TYPE, |out| {
            write_padded(self, out)
        })
    }
}

/// How long the body will be, if that is not more than allowed.
fn body_len<P: Packet>(packet: &P) -> Result<usize, EncodeError> {
    let length = packet.encoded_len();
    if length > MAX_BODY {
        let kind = EncodeErrorKind::FrameLimit;
        return Err(EncodeError::new(kind, P::SELF, length, MAX_BODY));
    }
    Ok(length)
}

/// Appends the body, of which `encoded_len` said that it has `length` bytes; if that fails, drops
/// everything from `start` on.
fn write_body<P: Packet>(
    packet: &P,
    start: usize,
    length: usize,
    out: &mut BytesMut,
) -> Result<(), EncodeError> {
    let body = out.len();
    let written = packet.encode_to(&mut Writer::new(out));
    if written.is_err() {
        out.truncate(start);
    } else {
        debug_assert_eq!(out.len().saturating_sub(body), length, "{}", P::NAME);
    }
    written
}

/// Appends the padded body; if that fails, `out` is as it was.
fn write_padded<P: Packet>(packet: &P, out: &mut BytesMut) -> Result<(), EncodeError> {
    let start = out.len();
    let mut written = packet.encode_to(&mut Writer::padded(out));
    let length = out.len().saturating_sub(start);
    if written.is_ok() && length > MAX_BODY {
        let kind = EncodeErrorKind::FrameLimit;
        written = Err(EncodeError::new(kind, P::SELF, length, MAX_BODY));
    }
    if written.is_err() {
        out.truncate(start);
    }
    written
}

/// Starts reading a body, if it is not larger than allowed.
pub(crate) fn open<'a>(
    body: &'a [u8],
    options: &DecodeOptions,
    at: &'static Field,
) -> Result<Reader<'a>, DecodeError> {
    let allowed = options.get_limits().frame;
    if body.len() > allowed {
        let kind = super::DecodeErrorKind::FrameLimit;
        return Err(DecodeError::new(kind, at, 0, body.len(), allowed));
    }
    Ok(Reader::new(body, options))
}

/// The borrowed form of a packet: fields as they stand in the receive buffer.
pub trait PacketView<'a>: Decode<'a> {
    /// The packet that owns the same values.
    type Owned: Packet;

    /// Views a body, tolerantly; everything is checked now, so that reading the view later
    /// cannot fail.
    ///
    /// # Errors
    ///
    /// As [`Packet::decode`].
    fn view(body: &'a [u8]) -> Result<(Self, &'a [u8]), DecodeError> {
        Self::view_with(body, &DecodeOptions::default())
    }

    /// Views a body as `options` say.
    ///
    /// # Errors
    ///
    /// As [`Packet::decode_with`].
    fn view_with(body: &'a [u8], options: &DecodeOptions) -> Result<(Self, &'a [u8]), DecodeError> {
        let at = <Self::Owned as Packet>::SELF;
        let mut reader = open(body, options, at)?;
        let view = Self::decode_from(&mut reader)?;
        Ok((view, reader.finish(at)?))
    }
}

/// Whether an answer is one frame or a counted group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReplySequence {
    /// Always one frame.
    Never,
    /// One frame, or a `Sequence` frame and as many as it says.
    Maybe,
    /// Always a `Sequence` frame first.
    Always,
}

/// A packet that a server answers.
///
/// `Fail` may answer any request and is not part of [`Reply`](Self::Reply).
pub trait Request: Packet {
    /// What the server answers.
    type Reply: Reply;
    /// Whether a `Sequence` frame may come first.
    const SEQUENCE: ReplySequence;
    /// Whether servers are known that do not answer at all.
    const MAY_STAY_SILENT: bool = false;
}

/// An answer: one packet, or one of several.
pub trait Reply: Sized {
    /// The frame types it may come as.
    const TYPES: &'static [u32];

    /// Decodes a body of frame type `type`; nothing if that is no type of this answer.
    ///
    /// # Errors
    ///
    /// As [`Packet::decode_with`].
    fn decode_reply(
        r#type: u32,
        body: &[u8],
        options: &DecodeOptions,
    ) -> Result<Option<Self>, DecodeError>;
}

impl<P: Packet> Reply for P {
    const TYPES: &'static [u32] = &[P::TYPE];

    fn decode_reply(
        r#type: u32,
        body: &[u8],
        options: &DecodeOptions,
    ) -> Result<Option<Self>, DecodeError> {
        if r#type != P::TYPE {
            return Ok(None);
        }
        P::decode_with(body, options).map(|(packet, _)| Some(packet))
    }
}
