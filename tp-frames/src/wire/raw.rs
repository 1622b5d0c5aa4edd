//! A frame as received, decoded when asked.

use bytes::{Buf, Bytes, BytesMut};

use super::{DecodeError, DecodeErrorKind, DecodeOptions, Header, NotTp, Packet, PacketView};

/// Header and body, undecoded; whatever its type or version, it loses nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FramingError {
    /// The peer speaks something else.
    #[error(transparent)]
    NotTp(#[from] NotTp),
    /// The header claims a body larger than allowed.
    #[error("the frame claims a body of {length} bytes where {allowed} are allowed")]
    TooLong {
        /// Bytes claimed.
        length: u32,
        /// Bytes allowed.
        allowed: usize,
    },
}

impl RawFrame {
    /// Takes the first whole frame off `received`; `None` while it is not whole yet.
    ///
    /// ```
    /// use bytes::BytesMut;
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
        let Some(start) = received.first_chunk::<{ Header::SIZE }>() else {
            return Ok(None);
        };
        let header = Header::from_bytes(start)?;
        let allowed = options.get_limits().frame;
        let length = header.length as usize;
        if length > allowed {
            return Err(FramingError::TooLong {
                length: header.length,
                allowed,
            });
        }
        if received.len().saturating_sub(Header::SIZE) < length {
            return Ok(None);
        }
        received.advance(Header::SIZE);
        Ok(Some(Self {
            header,
            body: received.split_to(length).freeze(),
            padded: options.is_padded(),
        }))
    }

    /// Decodes it as a packet.
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
}
