//! What can go wrong between bytes and values, and where.

use alloc::boxed::Box;
use core::fmt;

use super::Version;

/// What a field is on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldKind {
    /// The packet as a whole.
    Packet,
    /// An unsigned integer of so many bytes.
    Unsigned(u32),
    /// A signed integer of so many bytes.
    Signed(u32),
    /// An unsigned integer of so many bytes, but all bits one mean −1.
    Semisigned(u32),
    /// An integer of so many bytes with named values.
    Enumeration(u32),
    /// So many raw bytes; the fewest, where versions differ.
    RawBytes(u32),
    /// Fields under one name, together so many bytes; 0 if that varies.
    Group(u32),
    /// A count of 32 bits and as many bytes.
    String,
    /// A count of 32 bits and as many entries.
    List,
    /// The rest of the body.
    Parameters,
}

/// One field of one packet or parameter: what tables list, and the place an error points at.
///
/// Generated code holds one `static` of these per field.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    packet: &'static str,
    name: &'static str,
    kind: FieldKind,
    max: u32,
    since: u8,
    until: u8,
    secret: bool,
}

impl Field {
    const fn new(packet: &'static str, name: &'static str, kind: FieldKind) -> Self {
        Self {
            packet,
            name,
            kind,
            max: u32::MAX,
            since: 0,
            until: u8::MAX,
            secret: false,
        }
    }

    /// An unsigned integer of `size` bytes.
    #[must_use]
    pub const fn unsigned(packet: &'static str, name: &'static str, size: u32) -> Self {
        Self::new(packet, name, FieldKind::Unsigned(size))
    }

    /// A signed integer of `size` bytes.
    #[must_use]
    pub const fn signed(packet: &'static str, name: &'static str, size: u32) -> Self {
        Self::new(packet, name, FieldKind::Signed(size))
    }

    /// A semisigned integer of `size` bytes.
    #[must_use]
    pub const fn semisigned(packet: &'static str, name: &'static str, size: u32) -> Self {
        Self::new(packet, name, FieldKind::Semisigned(size))
    }

    /// An enumeration of `size` bytes.
    #[must_use]
    pub const fn enumeration(packet: &'static str, name: &'static str, size: u32) -> Self {
        Self::new(packet, name, FieldKind::Enumeration(size))
    }

    /// `size` raw bytes, or more in some versions.
    #[must_use]
    pub const fn raw_bytes(packet: &'static str, name: &'static str, size: u32) -> Self {
        Self::new(packet, name, FieldKind::RawBytes(size))
    }

    /// A group of `size` bytes; 0 if that varies.
    #[must_use]
    pub const fn group(packet: &'static str, name: &'static str, size: u32) -> Self {
        Self::new(packet, name, FieldKind::Group(size))
    }

    /// A string, bounded only by [`DecodeLimits`](crate::DecodeLimits).
    #[must_use]
    pub const fn string(packet: &'static str, name: &'static str) -> Self {
        Self::new(packet, name, FieldKind::String)
    }

    /// A list, bounded only by [`DecodeLimits`](crate::DecodeLimits).
    #[must_use]
    pub const fn list(packet: &'static str, name: &'static str) -> Self {
        Self::new(packet, name, FieldKind::List)
    }

    /// The parameters at the end of a packet.
    #[must_use]
    pub const fn parameters(packet: &'static str, name: &'static str) -> Self {
        Self::new(packet, name, FieldKind::Parameters)
    }

    /// The packet as a whole.
    #[must_use]
    pub const fn packet_itself(packet: &'static str) -> Self {
        Self::new(packet, "", FieldKind::Packet)
    }

    /// The same field, which is not in versions before `number`.
    #[must_use]
    pub const fn since(self, number: u8) -> Self {
        Self {
            since: number,
            ..self
        }
    }

    /// The same field, which is not in versions after `number`.
    #[must_use]
    pub const fn until(self, number: u8) -> Self {
        Self {
            until: number,
            ..self
        }
    }

    /// The same with the schema's own bound: at most `max` bytes of a string, entries of a list.
    #[must_use]
    pub const fn max(self, max: u32) -> Self {
        Self { max, ..self }
    }

    /// The same field, which the schema calls secret, or something in it.
    #[must_use]
    pub const fn secret(self) -> Self {
        Self {
            secret: true,
            ..self
        }
    }

    /// Schema name of the packet or parameter.
    #[must_use]
    pub const fn packet(&self) -> &'static str {
        self.packet
    }

    /// Schema name of the field, with the names of the lists and groups around it: `pos.x`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it is on the wire.
    #[must_use]
    pub const fn kind(&self) -> FieldKind {
        self.kind
    }

    /// Returns `true` if that version of its packet has it.
    #[must_use]
    pub const fn is_in(&self, version: Version) -> bool {
        version.has(self.since) && version.protocol() <= self.until
    }

    /// Returns `true` if the schema calls it secret, or something in a list or group that it is: a
    /// password, a key. Programs that show fields show `[secret]` in its place, as [`Debug`] does.
    ///
    /// ```
    /// use tp_frames::{Packet, game};
    ///
    /// let fields = game::Login::FIELDS.iter().filter(|field| field.is_secret());
    /// let secret: Vec<_> = fields.map(|field| field.name()).collect();
    /// assert_eq!(secret, ["password"]);
    /// ```
    #[must_use]
    pub const fn is_secret(&self) -> bool {
        self.secret
    }

    /// How many bytes it takes whatever it holds; 0 if that varies.
    pub(crate) const fn size(&self) -> u32 {
        match self.kind {
            FieldKind::Unsigned(size)
            | FieldKind::Signed(size)
            | FieldKind::Semisigned(size)
            | FieldKind::Enumeration(size)
            | FieldKind::RawBytes(size)
            | FieldKind::Group(size) => size,
            _ => 0,
        }
    }

    pub(crate) const fn bound(&self) -> u32 {
        self.max
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.packet, self.name)
    }
}

/// What was wrong with the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The body ends inside the field: `wanted` bytes, `got` are left.
    Truncated,
    /// A list claims more entries than the rest of the body could hold: its smallest entries
    /// would take `wanted` bytes, `got` are left.
    Count,
    /// A string has `wanted` bytes, `got` are allowed
    /// ([`DecodeLimits::string`](crate::DecodeLimits::string), or `max` in the schema).
    StringLimit,
    /// A list has `wanted` entries, `got` are allowed
    /// ([`DecodeLimits::list`](crate::DecodeLimits::list), or `max` in the schema).
    ListLimit,
    /// The decoded values would take `wanted` bytes more, `got` are left of
    /// [`DecodeLimits::memory`](crate::DecodeLimits::memory).
    MemoryLimit,
    /// The body has `wanted` bytes, `got` are allowed
    /// ([`DecodeLimits::frame`](crate::DecodeLimits::frame)).
    FrameLimit,
    /// Strict decoding: `got` bytes are left behind the last field.
    Trailing,
    /// The frame is of type `got`, the packet asked for of type `wanted`.
    Type,
    /// The bytes are no frame: they start with the four that `got` is made of
    /// ([`FramingError::NotTp`](crate::FramingError::NotTp) shows more).
    NotTp,
    /// Version `got` of the protocol has no such packet; version `wanted` is the nearest that has
    /// it.
    NotInVersion,
}

/// Why bytes are not the packet they should be.
///
/// Says what, in which field of which packet, at which byte of the body, and by how much.
///
/// ```
/// use tp_frames::{DecodeErrorKind, Packet, game};
///
/// // The text claims five bytes, and there are two.
/// let error = game::Okay::decode(game::TP04, b"\0\0\0\x05he").unwrap_err();
/// assert_eq!(error.kind(), DecodeErrorKind::Truncated);
/// assert_eq!((error.packet(), error.field(), error.offset()), ("Okay", "result", 4));
/// assert_eq!((error.wanted(), error.got()), (5, 2));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Mismatch>);

/// What a [`DecodeError`] says, apart from it so that what may fail returns in registers.
#[derive(Clone, PartialEq, Eq)]
struct Mismatch {
    field: &'static Field,
    offset: u32,
    wanted: u32,
    got: u32,
    kind: DecodeErrorKind,
}

/// Lengths in errors are for people: past 4 GiB they say 4 GiB.
fn clamp(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl DecodeError {
    #[cold]
    pub(crate) fn new(
        kind: DecodeErrorKind,
        field: &'static Field,
        offset: usize,
        wanted: usize,
        got: usize,
    ) -> Self {
        Self(Box::new(Mismatch {
            field,
            offset: clamp(offset),
            wanted: clamp(wanted),
            got: clamp(got),
            kind,
        }))
    }

    /// What was wrong.
    #[must_use]
    pub fn kind(&self) -> DecodeErrorKind {
        self.0.kind
    }

    /// Schema name of the packet or parameter. A record in a list is named after the packet that
    /// declares it, which may be a base of the one decoded.
    #[must_use]
    pub fn packet(&self) -> &'static str {
        self.0.field.packet
    }

    /// Schema name of the field, empty where the packet as a whole is meant.
    #[must_use]
    pub fn field(&self) -> &'static str {
        self.0.field.name
    }

    /// Byte of the body at which the amount asked for starts: the field, or behind the count of
    /// a string or list its text or entries. In parameters, the byte of their tail.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.0.offset as usize
    }

    /// The amount asked for; see [`DecodeErrorKind`].
    #[must_use]
    pub fn wanted(&self) -> usize {
        self.0.wanted as usize
    }

    /// The amount there was; see [`DecodeErrorKind`].
    #[must_use]
    pub fn got(&self) -> usize {
        self.0.got as usize
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mismatch {
            field,
            offset,
            wanted,
            got,
            kind,
        } = &*self.0;
        f.debug_struct("DecodeError")
            .field("field", field)
            .field("offset", offset)
            .field("wanted", wanted)
            .field("got", got)
            .field("kind", kind)
            .finish()
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mismatch {
            field,
            offset,
            wanted,
            got,
            kind,
        } = &*self.0;
        if field.name.is_empty() {
            f.write_str(field.packet)?;
        } else {
            write!(f, "{field}")?;
        }
        write!(f, " at byte {offset}: ")?;
        match kind {
            DecodeErrorKind::Truncated => {
                write!(
                    f,
                    "the frame ends too early, {wanted} bytes wanted and {got} left"
                )
            }
            DecodeErrorKind::Count => write!(
                f,
                "the list claims more entries than fit, at least {wanted} bytes and {got} left"
            ),
            DecodeErrorKind::StringLimit => {
                write!(f, "a string of {wanted} bytes where {got} are allowed")
            }
            DecodeErrorKind::ListLimit => {
                write!(f, "a list of {wanted} entries where {got} are allowed")
            }
            DecodeErrorKind::MemoryLimit => {
                write!(
                    f,
                    "decoding takes {wanted} bytes of memory where {got} are left"
                )
            }
            DecodeErrorKind::FrameLimit => {
                write!(f, "a body of {wanted} bytes where {got} are allowed")
            }
            DecodeErrorKind::Trailing => write!(f, "{got} bytes follow the last field"),
            DecodeErrorKind::NotTp => write!(
                f,
                "not a Thousand Parsec frame, it starts with \"{}\"",
                got.to_be_bytes().escape_ascii()
            ),
            DecodeErrorKind::Type => write!(f, "a frame of type {got} where {wanted} is expected"),
            DecodeErrorKind::NotInVersion => write!(
                f,
                "version {got} of the protocol has no such packet, version {wanted} has"
            ),
        }
    }
}

impl core::error::Error for DecodeError {}

/// What about the values does not fit the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// The string has more bytes than the schema's `max`, or than 32 bits can count.
    StringLimit,
    /// The list has more entries than the schema's `max`, or than 32 bits can count.
    ListLimit,
    /// The body would be larger than [`MAX_BODY`](crate::MAX_BODY) bytes.
    FrameLimit,
    /// The optional field is there although one before it is not: the peer could not tell which
    /// of the two it is.
    Gap,
    /// The parameters are bytes that came padded and the frame is not to be, or the other way
    /// round; only their description could tell where the strings in them end.
    Padding,
    /// The version of the protocol has no such packet, or no such field and the value matters: a
    /// request that left it out would mean something else. Or the parameters are bytes of another
    /// version.
    NotInVersion,
    /// The version of the protocol wants this field, and it is `None`.
    Missing,
}

/// Why values cannot become a frame.
#[derive(Clone, PartialEq, Eq)]
pub struct EncodeError(Box<Misfit>);

/// What an [`EncodeError`] says, apart from it so that what may fail returns in registers.
#[derive(Clone, PartialEq, Eq)]
struct Misfit {
    field: &'static Field,
    length: u32,
    allowed: u32,
    kind: EncodeErrorKind,
}

impl EncodeError {
    #[cold]
    pub(crate) fn new(
        kind: EncodeErrorKind,
        field: &'static Field,
        length: usize,
        allowed: usize,
    ) -> Self {
        Self(Box::new(Misfit {
            field,
            length: clamp(length),
            allowed: clamp(allowed),
            kind,
        }))
    }

    /// What does not fit.
    #[must_use]
    pub fn kind(&self) -> EncodeErrorKind {
        self.0.kind
    }

    /// Schema name of the packet or parameter.
    #[must_use]
    pub fn packet(&self) -> &'static str {
        self.0.field.packet
    }

    /// Schema name of the field, empty where the packet as a whole is meant.
    #[must_use]
    pub fn field(&self) -> &'static str {
        self.0.field.name
    }
}

impl fmt::Debug for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Misfit {
            field,
            length,
            allowed,
            kind,
        } = &*self.0;
        f.debug_struct("EncodeError")
            .field("field", field)
            .field("length", length)
            .field("allowed", allowed)
            .field("kind", kind)
            .finish()
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Misfit {
            field,
            length,
            allowed,
            kind,
        } = &*self.0;
        match kind {
            EncodeErrorKind::StringLimit => {
                write!(
                    f,
                    "{field}: a string of {length} bytes where {allowed} are allowed"
                )
            }
            EncodeErrorKind::ListLimit => {
                write!(
                    f,
                    "{field}: a list of {length} entries where {allowed} are allowed"
                )
            }
            EncodeErrorKind::FrameLimit => {
                write!(
                    f,
                    "{}: a body of {length} bytes where {allowed} are allowed",
                    field.packet
                )
            }
            EncodeErrorKind::Gap => {
                write!(
                    f,
                    "{field}: set although an optional field before it is not"
                )
            }
            EncodeErrorKind::Padding => {
                write!(
                    f,
                    "{field}: the bytes of the parameters and the frame are not padded alike"
                )
            }
            EncodeErrorKind::NotInVersion if field.name.is_empty() => {
                write!(
                    f,
                    "{}: version {allowed} of the protocol does not have it",
                    field.packet
                )
            }
            EncodeErrorKind::NotInVersion => {
                write!(
                    f,
                    "{field}: version {allowed} of the protocol cannot say this"
                )
            }
            EncodeErrorKind::Missing => {
                write!(
                    f,
                    "{field}: version {allowed} of the protocol wants this field"
                )
            }
        }
    }
}

impl core::error::Error for EncodeError {}
