//! What every packet can do.

use alloc::vec::Vec;
use core::fmt;

use bytes::BytesMut;

use super::{
    DecodeError, DecodeOptions, Direction, EncodeError, EncodeErrorKind, EncodeOptions, Field,
    Header, MAX_BODY, PacketInfo, ParametersInfo, Reader, ReplyInfo, ReplySequence, Version,
    Writer,
};

/// A value that can be read off the wire.
pub trait Decode<'a>: Sized {
    /// The fewest bytes it can take, in any version.
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
    /// Exactly how many bytes it takes in an unpadded frame of that version.
    fn encoded_len(&self, version: Version) -> usize;

    /// Writes it.
    ///
    /// # Errors
    ///
    /// What [`Packet::encode_body`] says.
    fn encode_to(&self, writer: &mut Writer<'_>) -> Result<(), EncodeError>;
}

/// A packet that travels as a frame of its own.
pub trait Packet: for<'a> Decode<'a> + Encode + fmt::Debug + Send + Sync + 'static {
    /// The number in the frame's header.
    const TYPE: u32;
    /// The name in the schema.
    const NAME: &'static str;
    /// Which way it goes.
    const DIRECTION: Direction;
    /// The first version of the protocol that has it.
    const SINCE: Version;
    /// The last version of the protocol that has it; `None` if the newest one does.
    const UNTIL: Option<Version> = None;
    /// The packet as a whole, where an error means no single field.
    const SELF: &'static Field;
    /// Its fields; see [`PacketInfo::fields`].
    const FIELDS: &'static [&'static Field];
    /// What a server answers, if it is a request.
    const REPLY: Option<ReplyInfo> = None;
    /// How its parameters are read, if it has any.
    const PARAMETERS: Option<ParametersInfo> = None;
    /// The packet whose ids it lists.
    const IDS_OF: Option<&'static str> = None;
    /// All of this at once.
    const INFO: &'static PacketInfo = &PacketInfo {
        name: Self::NAME,
        r#type: Self::TYPE,
        direction: Self::DIRECTION,
        since: Self::SINCE,
        until: Self::UNTIL,
        min_size: <Self as Decode<'static>>::MIN_WIRE_SIZE,
        fields: Self::FIELDS,
        reply: Self::REPLY,
        parameters: Self::PARAMETERS,
        ids_of: Self::IDS_OF,
    };

    /// Returns `true` if that version of the protocol has this packet, or a version newer than
    /// all that are known and the newest known one has it.
    #[inline]
    #[must_use]
    fn is_in(version: Version) -> bool {
        Self::INFO.is_in(version)
    }

    /// Decodes the body of a frame of that version, tolerantly: returns the packet and the bytes
    /// behind its last field, which servers newer than this description may append.
    ///
    /// # Errors
    ///
    /// The version has no such packet, the body is cut short, a count lies, or a limit of
    /// [`DecodeOptions`] is passed.
    #[inline(always)]
    fn decode(version: Version, body: &[u8]) -> Result<(Self, &[u8]), DecodeError> {
        Self::decode_with(version, body, &DecodeOptions::default())
    }

    /// Decodes a body as `options` say.
    ///
    /// # Errors
    ///
    /// As [`decode`](Self::decode); when strict, also bytes behind the last field.
    #[inline(always)]
    fn decode_with<'a>(
        version: Version,
        body: &'a [u8],
        options: &DecodeOptions,
    ) -> Result<(Self, &'a [u8]), DecodeError> {
        let mut reader = open::<Self>(version, body, options)?;
        let packet = Self::decode_from(&mut reader)?;
        Ok((packet, reader.finish(Self::SELF, options)?))
    }

    /// Appends the body to `out`, as it is in the version that `options` name.
    ///
    /// # Errors
    ///
    /// The version has no such packet, or wants a field that is `None`; a request says what the
    /// version has no field for; a string or list is longer than the schema allows; an optional
    /// field follows an absent one; the packet holds [`Parameters`](super::Parameters) of another
    /// version or padding; or the body passes [`MAX_BODY`]. `out` is then as it was.
    #[inline(always)]
    fn encode_body(
        &self,
        options: impl Into<EncodeOptions>,
        out: &mut BytesMut,
    ) -> Result<(), EncodeError> {
        append(self, options.into(), [], out)
    }

    /// Appends the whole frame, header first, in the version that `options` name.
    ///
    /// # Errors
    ///
    /// As [`encode_body`](Self::encode_body); `out` is then as it was.
    #[inline(always)]
    fn encode_frame(
        &self,
        options: impl Into<EncodeOptions>,
        sequence: u32,
        out: &mut BytesMut,
    ) -> Result<(), EncodeError> {
        let options = options.into();
        let header = Header {
            version: options.version,
            sequence,
            r#type: Self::TYPE,
            length: 0,
        };
        append(self, options, header.to_bytes(), out)
    }

    /// The whole frame, header first, in the version that `options` name.
    ///
    /// ```
    /// use tp_frames::{Packet, game};
    ///
    /// let bytes = game::Sequence { number: 2 }.to_frame(game::TP03, 7)?;
    /// assert_eq!(bytes, b"TP03\0\0\0\x07\0\0\0\x02\0\0\0\x04\0\0\0\x02");
    /// # Ok::<(), tp_frames::EncodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`encode_body`](Self::encode_body).
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

/// So much free room is enough for most frames.
const ROOM: usize = 512;

/// Appends a header, whose last field is the length of the body and still to be told, and the body.
#[inline(always)]
fn append<P: Packet, const N: usize>(
    packet: &P,
    options: EncodeOptions,
    header: [u8; N],
    out: &mut BytesMut,
) -> Result<(), EncodeError> {
    let version = options.version;
    if !P::is_in(version) {
        let kind = EncodeErrorKind::NotInVersion;
        return Err(EncodeError::new(
            kind,
            P::SELF,
            0,
            version.protocol().into(),
        ));
    }
    // What is in the buffer only grows, up to its capacity: no difference here wraps.
    let start = out.len();
    if out.capacity().wrapping_sub(start) < ROOM {
        reserve(packet, options, N, out)?;
    }
    out.extend_from_slice(&header);
    let body = out.len();
    let request = !matches!(P::DIRECTION, Direction::ToClient);
    let written = packet.encode_to(&mut Writer::new(options, request, out));
    let length = out.len().wrapping_sub(body);
    if written.is_err() || length > MAX_BODY {
        out.truncate(start);
        return Err(written.err().unwrap_or_else(|| too_long::<P>(length)));
    }
    // What did not pass `MAX_BODY` fits 32 bits.
    if let Some(told) = out.get_mut(start..body).and_then(<[u8]>::last_chunk_mut) {
        *told = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    }
    Ok(())
}

/// Makes the room that a frame takes, all of it at once. To ask how long a frame will be takes
/// as long as to write it, so it is only asked where the buffer may have to grow.
#[cold]
fn reserve<P: Packet>(
    packet: &P,
    options: EncodeOptions,
    header: usize,
    out: &mut BytesMut,
) -> Result<(), EncodeError> {
    let length = packet.encoded_len(options.version);
    if length > MAX_BODY {
        return Err(too_long::<P>(length));
    }
    out.reserve(options.room(length).saturating_add(header));
    Ok(())
}

#[cold]
fn too_long<P: Packet>(length: usize) -> EncodeError {
    EncodeError::new(EncodeErrorKind::FrameLimit, P::SELF, length, MAX_BODY)
}

/// Starts reading a body, if the version has such a packet and it is not larger than allowed.
#[inline]
fn open<'a, P: Packet>(
    version: Version,
    body: &'a [u8],
    options: &DecodeOptions,
) -> Result<Reader<'a>, DecodeError> {
    if !P::is_in(version) {
        let nearest = match P::UNTIL {
            Some(last) if version.has(last.protocol()) => last,
            _ => P::SINCE,
        };
        return Err(DecodeError::new(
            super::DecodeErrorKind::NotInVersion,
            P::SELF,
            0,
            nearest.protocol().into(),
            version.protocol().into(),
        ));
    }
    open_body(version, body, options, P::SELF)
}

/// Starts reading a body, if it is not larger than allowed.
#[inline]
pub(crate) fn open_body<'a>(
    version: Version,
    body: &'a [u8],
    options: &DecodeOptions,
    at: &'static Field,
) -> Result<Reader<'a>, DecodeError> {
    let allowed = options.limits.frame;
    if body.len() > allowed {
        let kind = super::DecodeErrorKind::FrameLimit;
        return Err(DecodeError::new(kind, at, 0, body.len(), allowed));
    }
    Ok(Reader::new(version, body, options))
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
    #[inline(always)]
    fn view(version: Version, body: &'a [u8]) -> Result<(Self, &'a [u8]), DecodeError> {
        Self::view_with(version, body, &DecodeOptions::default())
    }

    /// Views a body as `options` say.
    ///
    /// # Errors
    ///
    /// As [`Packet::decode_with`].
    #[inline(always)]
    fn view_with(
        version: Version,
        body: &'a [u8],
        options: &DecodeOptions,
    ) -> Result<(Self, &'a [u8]), DecodeError> {
        let mut reader = open::<Self::Owned>(version, body, options)?;
        let view = Self::decode_from(&mut reader)?;
        Ok((view, reader.finish(Self::Owned::SELF, options)?))
    }
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

impl ReplyInfo {
    /// What is answered to `R`.
    #[must_use]
    pub const fn of<R: Request>() -> Self {
        Self {
            types: <R::Reply as Reply>::TYPES,
            sequence: R::SEQUENCE,
            may_stay_silent: R::MAY_STAY_SILENT,
        }
    }
}

/// A thing with an id: servers give it by its id, and list the ids of all of its kind.
///
/// ```
/// use tp_frames::{Item, Packet, game};
///
/// fn asks_with<T: Item>() -> (&'static str, &'static str) {
///     (T::Get::NAME, T::GetIds::NAME)
/// }
/// assert_eq!(asks_with::<game::Board>(), ("GetBoards", "GetBoardIDs"));
/// ```
pub trait Item: Packet {
    /// Asks for things by their ids; each is answered by one.
    type Get: Request<Reply = Self> + From<Self::ByIds>;
    /// What [`Get`](Self::Get) is built on: a list of ids.
    type ByIds;
    /// Asks for a slice of the list of ids.
    type GetIds: Request<Reply = Self::Ids> + From<Self::Slice>;
    /// What [`GetIds`](Self::GetIds) is built on.
    type Slice;
    /// The slice of the list of ids.
    type Ids: Packet + Into<Self::IdSequence>;
    /// What [`Ids`](Self::Ids) is built on.
    type IdSequence;
}

/// An answer: one packet, or one of several.
pub trait Reply: Sized {
    /// The frame types it may come as.
    const TYPES: &'static [u32];

    /// Decodes the body of a frame of type `type`; `None` if that is no type of this answer.
    ///
    /// # Errors
    ///
    /// As [`Packet::decode_with`].
    fn decode_reply(
        version: Version,
        r#type: u32,
        body: &[u8],
        options: &DecodeOptions,
    ) -> Result<Option<Self>, DecodeError>;
}

impl<P: Packet> Reply for P {
    const TYPES: &'static [u32] = &[P::TYPE];

    fn decode_reply(
        version: Version,
        r#type: u32,
        body: &[u8],
        options: &DecodeOptions,
    ) -> Result<Option<Self>, DecodeError> {
        if r#type != P::TYPE {
            return Ok(None);
        }
        P::decode_with(version, body, options).map(|(packet, _)| Some(packet))
    }
}
