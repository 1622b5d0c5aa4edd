//! A frame as received, decoded when asked.

use alloc::vec::Vec;
use core::fmt;

use bytes::{Buf, Bytes, BytesMut};

use super::{
    DecodeError, DecodeErrorKind, DecodeOptions, Field, Header, NotTp, Packet, PacketView,
};

/// Header and body, undecoded; whatever its type or version, it loses nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct RawFrame {
    /// The header; `length` is the body's.
    pub header: Header,
    /// The body, sharing the receive buffer.
    pub body: Bytes,
    /// Whether the strings in the body are padded. This, not the options, decides how the frame
    /// is decoded: a connection may have changed since it came.
    pub padded: bool,
}

/// Why bytes cannot be split into frames. The connection is lost: nobody knows where the next
/// frame starts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FramingError {
    /// The peer speaks something else.
    NotTp(NotTp),
    /// The header claims a body larger than allowed.
    TooLong {
        /// Bytes claimed.
        length: u32,
        /// Bytes allowed.
        allowed: usize,
    },
}

impl fmt::Display for FramingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTp(error) => error.fmt(f),
            Self::TooLong { length, allowed } => write!(
                f,
                "the frame claims a body of {length} bytes where {allowed} are allowed"
            ),
        }
    }
}

impl core::error::Error for FramingError {}

impl From<NotTp> for FramingError {
    fn from(error: NotTp) -> Self {
        Self::NotTp(error)
    }
}

/// So that one `?` takes what splitting bytes into frames says and what decoding them says.
impl From<FramingError> for DecodeError {
    fn from(error: FramingError) -> Self {
        static FRAME: Field = Field::packet_itself("frame");
        match error {
            FramingError::NotTp(NotTp { start }) => {
                let [a, b, c, d, ..] = start;
                let start = u32::from_be_bytes([a, b, c, d]) as usize;
                Self::new(DecodeErrorKind::NotTp, &FRAME, 0, 0, start)
            }
            FramingError::TooLong { length, allowed } => {
                let kind = DecodeErrorKind::FrameLimit;
                Self::new(kind, &FRAME, 0, length as usize, allowed)
            }
        }
    }
}

impl From<NotTp> for DecodeError {
    fn from(error: NotTp) -> Self {
        FramingError::from(error).into()
    }
}

impl fmt::Debug for RawFrame {
    /// Of the body only how long it is: it may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawFrame")
            .field("header", &self.header)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("padded", &self.padded)
            .finish()
    }
}

/// The header and the body of the first frame, where they are, and the bytes behind it; `None` if it
/// is not whole.
///
/// # Errors
///
/// As [`RawFrame::take`].
#[inline]
#[allow(clippy::type_complexity, reason = "three parts that need no name")]
pub fn split_frame<'a>(
    received: &'a [u8],
    options: &DecodeOptions,
) -> Result<Option<(Header, &'a [u8], &'a [u8])>, FramingError> {
    let Some((start, after)) = received.split_first_chunk::<{ Header::SIZE }>() else {
        return Ok(None);
    };
    let header = Header::from_bytes(start)?;
    let allowed = options.limits.frame;
    let length = header.length as usize;
    if length > allowed {
        return Err(FramingError::TooLong {
            length: header.length,
            allowed,
        });
    }
    let split = after.split_at_checked(length);
    Ok(split.map(|(body, rest)| (header, body, rest)))
}

impl RawFrame {
    /// Takes the first whole frame off `received`; `None` while it is not whole yet.
    ///
    /// ```
    /// use tp_frames::bytes::BytesMut;
    /// use tp_frames::{DecodeOptions, Packet, RawFrame, game};
    ///
    /// let mut wire = BytesMut::new();
    /// game::Sequence { number: 2 }.encode_frame(game::TP04, 7, &mut wire)?;
    /// let half = &wire.split_to(10)[..];
    ///
    /// let mut received = BytesMut::from(half);
    /// assert_eq!(RawFrame::take(&mut received, &DecodeOptions::default())?, None);
    /// received.unsplit(wire);
    /// let raw = RawFrame::take(&mut received, &DecodeOptions::default())?.expect("whole now");
    /// assert_eq!((raw.header.sequence, raw.header.r#type), (7, game::Sequence::TYPE));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The bytes are no frame, or one larger than
    /// [`DecodeLimits::frame`](crate::DecodeLimits::frame).
    pub fn take(
        received: &mut BytesMut,
        options: &DecodeOptions,
    ) -> Result<Option<Self>, FramingError> {
        let Some((header, ..)) = split_frame(received, options)? else {
            return Ok(None);
        };
        received.advance(Header::SIZE);
        Ok(Some(Self {
            header,
            body: received.split_to(header.length as usize).freeze(),
            padded: options.padded,
        }))
    }

    /// The first whole frame of `received`, copied, and the bytes behind it; `None` if it is not
    /// whole.
    ///
    /// ```
    /// use tp_frames::{AnyFrame, DecodeOptions, RawFrame, game};
    ///
    /// let file = *b"TP03\0\0\0\x07\0\0\0\x02\0\0\0\x04\0\0\0\x02";
    /// let (mut rest, options) = (&file[..], DecodeOptions::default());
    /// while let Some((raw, behind)) = RawFrame::split(rest, &options)? {
    ///     let (frame, _) = game::Frame::decode(&raw, &options)?;
    ///     println!("{} {frame:?}", raw.header.sequence);
    ///     rest = behind;
    /// }
    /// assert!(rest.is_empty());
    /// # Ok::<(), tp_frames::DecodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`take`](Self::take).
    pub fn split<'a>(
        received: &'a [u8],
        options: &DecodeOptions,
    ) -> Result<Option<(Self, &'a [u8])>, FramingError> {
        let split = split_frame(received, options)?;
        Ok(split.map(|(header, body, rest)| {
            let frame = Self {
                header,
                body: Bytes::copy_from_slice(body),
                padded: options.padded,
            };
            (frame, rest)
        }))
    }

    /// Decodes it as a packet, and returns the bytes behind its last field.
    ///
    /// ```
    /// use tp_frames::{DecodeErrorKind, DecodeOptions, Packet, RawFrame, game};
    ///
    /// let options = DecodeOptions::default();
    /// let bytes = game::Sequence { number: 2 }.to_frame(game::TP04, 7)?;
    /// let (raw, _) = RawFrame::split(&bytes, &options)?.expect("it is whole");
    /// let (sequence, _) = raw.decode::<game::Sequence>(&options)?;
    /// assert_eq!(sequence.number, 2);
    /// let error = raw.decode::<game::Okay>(&options).unwrap_err();
    /// assert_eq!(error.kind(), DecodeErrorKind::Type);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// It is of another type, or as [`Packet::decode_with`].
    pub fn decode<P: Packet>(&self, options: &DecodeOptions) -> Result<(P, &[u8]), DecodeError> {
        self.check_type::<P>()?;
        P::decode_with(
            self.header.version,
            &self.body,
            &options.padded(self.padded),
        )
    }

    /// Views it as a packet, without copying.
    ///
    /// # Errors
    ///
    /// It is of another type, or as [`PacketView::view_with`].
    pub fn view<'a, V: PacketView<'a>>(
        &'a self,
        options: &DecodeOptions,
    ) -> Result<(V, &'a [u8]), DecodeError> {
        self.check_type::<V::Owned>()?;
        V::view_with(
            self.header.version,
            &self.body,
            &options.padded(self.padded),
        )
    }

    fn check_type<P: Packet>(&self) -> Result<(), DecodeError> {
        let (wanted, got) = (P::TYPE, self.header.r#type);
        if wanted != got {
            let kind = DecodeErrorKind::Type;
            return Err(DecodeError::new(
                kind,
                P::SELF,
                0,
                wanted as usize,
                got as usize,
            ));
        }
        Ok(())
    }

    /// Appends header and body to `out`, as they were.
    pub fn encode(&self, out: &mut BytesMut) {
        out.extend_from_slice(&self.header.to_bytes());
        out.extend_from_slice(&self.body);
    }

    /// Header and body, as they were.
    #[must_use]
    pub fn to_frame(&self) -> Vec<u8> {
        let mut out = BytesMut::with_capacity(Header::SIZE.saturating_add(self.body.len()));
        self.encode(&mut out);
        out.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::game;
    use alloc::string::ToString;

    #[test]
    fn one_question_mark_takes_what_framing_and_decoding_say() {
        fn read(bytes: &[u8]) -> Result<Option<game::Okay>, DecodeError> {
            let options = DecodeOptions::default();
            let Some((raw, _)) = RawFrame::split(bytes, &options)? else {
                return Ok(None);
            };
            Ok(Some(raw.decode(&options)?.0))
        }
        for (bytes, kind, text) in [
            (
                b"HTTP/1.1 400 Bad Request".as_slice(),
                DecodeErrorKind::NotTp,
                r#"not a Thousand Parsec frame, it starts with "HTTP""#,
            ),
            (
                b"TP03\0\0\0\x01\0\0\0\0\xff\xff\xff\xff",
                DecodeErrorKind::FrameLimit,
                "a body of 4294967295 bytes where 1048576 are allowed",
            ),
            (
                b"TP03\0\0\0\x01\0\0\0\0\0\0\0\0",
                DecodeErrorKind::Truncated,
                "the frame ends too early",
            ),
        ] {
            let error = read(bytes).unwrap_err();
            assert_eq!(error.kind(), kind);
            assert!(error.to_string().contains(text), "{error}");
        }
        assert_eq!(read(b"TP03\0\0\0\x01\0\0\0\0\0\0\0\x04\0\0\0"), Ok(None));
    }
}
