//! From captured bytes to what can be shown, and back to bytes.

use std::fmt;
use std::ops::RangeInclusive;

use bytes::BytesMut;
use serde::de::value::Error;
use tp_frames::{
    DecodeError, DecodeOptions, EncodeError, Header, Packet, Version, admin, tp03, tp04,
};

use super::capture::{Captured, Direction};
use super::descriptions::Describing;
use super::node::Node;
use super::parameters::ReadParameters;
use crate::args::ProtocolChoice;

/// The frame types that only administration has.
const ADMIN_TYPES: RangeInclusive<u32> = admin::LogMessage::TYPE..=admin::CommandResult::TYPE;

/// A frame, decoded.
pub(crate) struct Decoded {
    pub(crate) protocol: &'static str,
    pub(crate) name: &'static str,
    pub(crate) unknown: bool,
    /// The fields, enumerations by name and bytes in hexadecimal.
    pub(crate) human: Node,
    /// The fields, enumerations by number and bytes as they are.
    pub(crate) machine: Node,
    pub(crate) parameters: Option<ReadParameters>,
    /// The bytes behind the last field.
    pub(crate) trailing: Vec<u8>,
    /// How what encoding gives differs from the captured bytes.
    pub(crate) difference: Option<Difference>,
}

/// How what encoding gives differs from the captured bytes.
#[derive(Debug, PartialEq)]
pub(crate) enum Difference {
    /// It gives other bytes.
    Bytes {
        first: usize,
        captured: usize,
        encoded: usize,
    },
    /// It gives none.
    Error(EncodeError),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes {
                first,
                captured,
                encoded,
            } => write!(
                f,
                "encoding gives other bytes: the first difference is at byte {first}; \
                 {captured} bytes captured, {encoded} encoded"
            ),
            Self::Error(error) => write!(f, "it does not encode again: {error}"),
        }
    }
}

/// Why a frame cannot be shown.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// The header names a protocol that is not known.
    Protocol(Version),
    /// The body is not what the frame type says.
    Body {
        protocol: &'static str,
        error: DecodeError,
    },
    /// The fields cannot be shown.
    Fields(Error),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protocol(version) => write!(
                f,
                "the header says {version}, which is not known here; \
                 --protocol reads it as one that is"
            ),
            Self::Body { protocol, error } => write!(f, "{protocol} {error}"),
            Self::Fields(error) => error.fmt(f),
        }
    }
}

/// Decodes the frames of one capture.
pub(crate) struct Reader {
    protocol: ProtocolChoice,
    options: DecodeOptions,
    /// The sequence number of a TP04 request for the padding filter that has no answer yet.
    padding_asked: Option<u32>,
    tp03: <tp03::Frame as Describing>::Descriptions,
    tp04: <tp04::Frame as Describing>::Descriptions,
    admin: <admin::Frame as Describing>::Descriptions,
}

impl Reader {
    /// Has seen no descriptions yet.
    pub(crate) fn new(protocol: ProtocolChoice, strict: bool) -> Self {
        Self {
            protocol,
            options: DecodeOptions::new().strict(strict),
            padding_asked: None,
            tp03: Default::default(),
            tp04: Default::default(),
            admin: Default::default(),
        }
    }

    /// Decodes the next frame.
    pub(crate) fn decode(&mut self, captured: &Captured) -> Result<Decoded, Unreadable> {
        if captured.direction == Direction::ToServer
            && captured.header.r#type == tp04::Connect::TYPE
        {
            // A connection begins without filters.
            self.options = self.options.padded(false);
            self.padding_asked = None;
        }
        let decoded = self.decode_unfollowed(captured);
        if captured.header.version.protocol() == 4 {
            self.follow_padding(captured);
        }
        decoded
    }

    /// The padding filter is on from the frame behind the Okay to its request.
    fn follow_padding(&mut self, captured: &Captured) {
        let Header {
            sequence, r#type, ..
        } = captured.header;
        match (captured.direction, r#type) {
            (Direction::ToServer, tp04::SetFilters::TYPE) => {
                let asked = tp04::SetFilters::decode_with(captured.body(), &self.options);
                let padding = tp04::SetFiltersFilter::FILTER_PADDING;
                if asked.is_ok_and(|(request, _)| request.filters.contains(&padding)) {
                    self.padding_asked = Some(sequence);
                }
            }
            (Direction::ToClient, tp04::Okay::TYPE) if self.padding_asked == Some(sequence) => {
                self.options = self.options.padded(true);
            }
            _ => {}
        }
    }

    fn decode_unfollowed(&mut self, captured: &Captured) -> Result<Decoded, Unreadable> {
        let Header {
            version, r#type, ..
        } = captured.header;
        let options = &self.options;
        match (self.protocol, version.protocol()) {
            (ProtocolChoice::Admin, _) => {
                decode::<admin::Frame>(captured, options, &mut self.admin)
            }
            (ProtocolChoice::Auto, 3 | 4) if ADMIN_TYPES.contains(&r#type) => {
                decode::<admin::Frame>(captured, options, &mut self.admin)
            }
            (ProtocolChoice::Tp03, _) | (ProtocolChoice::Auto, 3) => {
                decode::<tp03::Frame>(captured, options, &mut self.tp03)
            }
            (ProtocolChoice::Tp04, _) | (ProtocolChoice::Auto, 4) => {
                decode::<tp04::Frame>(captured, options, &mut self.tp04)
            }
            (ProtocolChoice::Auto, _) => Err(Unreadable::Protocol(version)),
        }
    }
}

fn decode<F: Describing>(
    captured: &Captured,
    options: &DecodeOptions,
    descriptions: &mut F::Descriptions,
) -> Result<Decoded, Unreadable> {
    let r#type = captured.header.r#type;
    let (mut frame, trailing) =
        F::decode_body(r#type, captured.body(), options).map_err(|error| Unreadable::Body {
            protocol: F::PROTOCOL,
            error,
        })?;
    frame.keep(descriptions);
    let parameters = frame
        .read_parameters(descriptions)
        .map_err(Unreadable::Fields)?;
    let fields = |frame: Node| frame.take("fields").unwrap_or(Node::Null);
    Ok(Decoded {
        protocol: F::PROTOCOL,
        name: frame.name(),
        unknown: frame.is_unknown(),
        human: fields(Node::human(&frame).map_err(Unreadable::Fields)?),
        machine: fields(Node::machine(&frame).map_err(Unreadable::Fields)?),
        difference: encode(&frame, captured.header, trailing, options).map_or_else(
            |error| Some(Difference::Error(error)),
            |encoded| difference(&captured.bytes, &encoded),
        ),
        trailing: trailing.to_vec(),
        parameters,
    })
}

/// The bytes that the decoded values travel as. The header keeps its version bytes, which may be
/// other than the protocol's own, and its sequence number.
fn encode<F: Describing>(
    frame: &F,
    captured: Header,
    trailing: &[u8],
    options: &DecodeOptions,
) -> Result<BytesMut, EncodeError> {
    let mut body = BytesMut::new();
    if options.is_padded() {
        frame.encode_body_padded(&mut body)?;
    } else {
        frame.encode_body(&mut body)?;
    }
    body.extend_from_slice(trailing);
    let header = Header {
        r#type: frame.frame_type(),
        length: u32::try_from(body.len()).unwrap_or(u32::MAX),
        ..captured
    };
    let mut encoded = BytesMut::from(&header.to_bytes()[..]);
    encoded.extend_from_slice(&body);
    Ok(encoded)
}

fn difference(captured: &[u8], encoded: &[u8]) -> Option<Difference> {
    (captured != encoded).then(|| Difference::Bytes {
        first: captured
            .iter()
            .zip(encoded)
            .take_while(|(before, after)| before == after)
            .count(),
        captured: captured.len(),
        encoded: encoded.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_found() {
        assert_eq!(difference(b"abc", b"abc"), None);
        for (encoded, first) in [("abd", 2), ("ab", 2), ("abcd", 3), ("", 0)] {
            let found = difference(b"abc", encoded.as_bytes());
            let want = Difference::Bytes {
                first,
                captured: 3,
                encoded: encoded.len(),
            };
            assert_eq!(found, Some(want), "{encoded:?}");
        }
    }

    #[test]
    fn the_header_is_encoded_from_what_was_decoded() {
        let header = Header {
            version: Version([4, 7]),
            sequence: 9,
            r#type: 99,
            length: 99,
        };
        let ping = tp04::Frame::Ping(tp04::Ping::default());
        let encoded = encode(&ping, header, b"x", &DecodeOptions::new()).unwrap();
        assert_eq!(&encoded[..], b"TP\x04\x07\0\0\0\x09\0\0\0\x1b\0\0\0\x01x");
    }
}
