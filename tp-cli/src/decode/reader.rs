//! From captured bytes to what can be shown, and back to bytes.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use bytes::BytesMut;
use serde::de::value::Error;
use tp_frames::{
    DecodeError, DecodeOptions, EncodeError, EncodeOptions, Header, Packet, Version, admin, game,
};

use super::args::ProtocolChoice;
use super::capture::{Captured, Direction};
use super::descriptions::{Describing, Room};
use super::node::Node;
use super::parameters::ReadParameters;

/// The frame types that only administration has.
const ADMIN_TYPES: RangeInclusive<u32> = admin::LogMessage::TYPE..=admin::CommandResult::TYPE;

/// A frame, decoded.
pub(crate) struct Decoded {
    /// A version of the game's protocol, or `admin`.
    pub(crate) protocol: String,
    pub(crate) name: &'static str,
    pub(crate) unknown: bool,
    /// The fields, enumerations by name and bytes in hexadecimal.
    pub(crate) human: Node,
    /// The fields, enumerations by number and bytes as they are.
    pub(crate) machine: Node,
    pub(crate) parameters: Option<ReadParameters>,
    /// The bytes behind the last field.
    pub(crate) trailing: Vec<u8>,
    /// Whether bytes behind the last field are not to be shown as they are.
    pub(crate) bytes_are_secret: bool,
    /// How what encoding gives differs from the captured bytes.
    pub(crate) difference: Option<Difference>,
}

/// How what encoding gives differs from the captured bytes.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum Difference {
    /// It gives other bytes.
    #[error(
        "encoding gives other bytes: the first difference is at byte {first}; \
         {captured} bytes captured, {encoded} encoded"
    )]
    Bytes {
        first: usize,
        captured: usize,
        encoded: usize,
    },
    /// It gives none.
    #[error("it does not encode again: {0}")]
    Error(EncodeError),
}

/// Why a frame cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    /// The header names a protocol that is not known.
    #[error("the header says {0}, which is not known here; --protocol reads it as one that is")]
    Protocol(Version),
    /// The body is not what the frame type says.
    #[error("{protocol} {error}")]
    Body {
        protocol: String,
        error: DecodeError,
    },
    /// The fields cannot be shown.
    #[error(transparent)]
    Fields(#[from] Error),
}

/// Decodes the frames of one connection, or of one text capture.
pub(crate) struct Reader {
    protocol: ProtocolChoice,
    options: DecodeOptions,
    /// The sequence number of a request for the padding filter that has no answer yet.
    padding_asked: Option<u32>,
    /// By the version's number: one does not describe the other.
    game: HashMap<u8, <game::Frame as Describing>::Descriptions>,
    admin: <admin::Frame as Describing>::Descriptions,
    room: Room,
}

impl Reader {
    /// Has seen no descriptions yet, and keeps those that there is room for.
    pub(crate) fn new(protocol: ProtocolChoice, strict: bool, room: &Room) -> Self {
        Self {
            protocol,
            options: DecodeOptions::new().strict(strict),
            padding_asked: None,
            game: HashMap::new(),
            admin: room.clone().into(),
            room: room.clone(),
        }
    }

    /// Decodes the next frame.
    pub(crate) fn decode(&mut self, captured: &Captured) -> Result<Decoded, Unreadable> {
        if captured.direction == Direction::ToServer
            && captured.header.r#type == game::Connect::TYPE
        {
            // A connection begins without filters.
            self.options = self.options.padded(false);
            self.padding_asked = None;
        }
        let decoded = self.decode_unfollowed(captured);
        if game::SetFilters::is_in(captured.header.version) {
            self.follow_padding(captured);
        }
        decoded
    }

    /// The padding filter is on from the frame behind the Okay to its request.
    fn follow_padding(&mut self, captured: &Captured) {
        let Header {
            version,
            sequence,
            r#type,
            ..
        } = captured.header;
        match (captured.direction, r#type) {
            (Direction::ToServer, game::SetFilters::TYPE) => {
                let asked = game::SetFilters::decode_with(version, captured.body(), &self.options);
                let padding = game::SetFiltersFilter::FILTER_PADDING;
                if asked.is_ok_and(|(request, _)| request.filters.contains(&padding)) {
                    self.padding_asked = Some(sequence);
                }
            }
            (Direction::ToClient, game::Okay::TYPE) if self.padding_asked == Some(sequence) => {
                self.options = self.options.padded(true);
            }
            _ => {}
        }
    }

    fn decode_unfollowed(&mut self, captured: &Captured) -> Result<Decoded, Unreadable> {
        let Header {
            version, r#type, ..
        } = captured.header;
        let known = game::VERSIONS
            .iter()
            .find(|known| known.protocol() == version.protocol());
        match (self.protocol, known) {
            (ProtocolChoice::Admin, _) => self.decode_admin(captured),
            (ProtocolChoice::Auto, Some(_)) if ADMIN_TYPES.contains(&r#type) => {
                self.decode_admin(captured)
            }
            (ProtocolChoice::Tp03, _) => self.decode_game(captured, game::TP03),
            (ProtocolChoice::Tp04, _) => self.decode_game(captured, game::TP04),
            (ProtocolChoice::Auto, Some(known)) => self.decode_game(captured, *known),
            (ProtocolChoice::Auto, None) => Err(Unreadable::Protocol(version)),
        }
    }

    fn decode_admin(&mut self, captured: &Captured) -> Result<Decoded, Unreadable> {
        let options = &self.options;
        let descriptions = &mut self.admin;
        decode::<admin::Frame>("admin", admin::VERSION, captured, options, descriptions)
    }

    fn decode_game(
        &mut self,
        captured: &Captured,
        version: Version,
    ) -> Result<Decoded, Unreadable> {
        let descriptions = self.game.entry(version.protocol());
        let descriptions = descriptions.or_insert_with(|| self.room.clone().into());
        let protocol = version.to_string();
        decode::<game::Frame>(&protocol, version, captured, &self.options, descriptions)
    }
}

fn decode<F: Describing>(
    protocol: &str,
    version: Version,
    captured: &Captured,
    options: &DecodeOptions,
    descriptions: &mut F::Descriptions,
) -> Result<Decoded, Unreadable> {
    let r#type = captured.header.r#type;
    let decoded = F::decode_body(version, r#type, captured.body(), options);
    let (mut frame, trailing) = decoded.map_err(|error| Unreadable::Body {
        protocol: protocol.to_owned(),
        error,
    })?;
    frame.keep(captured.body().len(), descriptions);
    let form = EncodeOptions::new(version).padded(options.padded);
    let parameters = frame.read_parameters(descriptions, form)?;
    let fields = |frame: Node| frame.take("fields").unwrap_or(Node::Null);
    Ok(Decoded {
        protocol: protocol.to_owned(),
        name: frame.name(),
        unknown: frame.is_unknown(),
        human: fields(Node::human(&frame)?),
        machine: fields(Node::machine(&frame)?),
        difference: encode(&frame, captured.header, trailing, form).map_or_else(
            |error| Some(Difference::Error(error)),
            |encoded| difference(&captured.bytes, &encoded),
        ),
        trailing: trailing.to_vec(),
        bytes_are_secret: false,
        parameters,
    })
}

/// The bytes that the decoded values travel as. The header keeps its version bytes, which may be
/// other than the protocol's own, and its sequence number.
fn encode<F: Describing>(
    frame: &F,
    captured: Header,
    trailing: &[u8],
    form: EncodeOptions,
) -> Result<BytesMut, EncodeError> {
    let mut body = BytesMut::new();
    frame.encode_body(form, &mut body)?;
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
            version: Version::from_bytes([4, 7]),
            sequence: 9,
            r#type: 99,
            length: 99,
        };
        let ping = game::Frame::Ping(game::Ping::default());
        let encoded = encode(&ping, header, b"x", game::TP04.into()).unwrap();
        assert_eq!(&encoded[..], b"TP\x04\x07\0\0\0\x09\0\0\0\x1b\0\0\0\x01x");
    }
}
