//! the three protocols behind one interface, so that one test covers them all.

use bytes::BytesMut;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt::Debug;
use tp_frames::{
    AnyFrame, DecodeError, DecodeOptions, DecodedParameters, EncodeError, ParameterError,
    ParameterSet, Parameters, RawFrame, Version, admin, tp03, tp04,
};

use crate::packets::{self, PacketKind};
use crate::resolve::Resolve;
use crate::to_hex;

/// The enum of all frames of a protocol, with all that tests ask of it.
pub trait Frames: AnyFrame + Resolve + Serialize + DeserializeOwned + PartialEq + Debug {
    /// Views a body and copies the view.
    ///
    /// # Errors
    ///
    /// As [`AnyFrame::decode_body`].
    fn view<'a>(
        r#type: u32,
        body: &'a [u8],
        options: &DecodeOptions,
    ) -> Result<(Self, &'a [u8]), DecodeError>;

    /// Views a body and shows it, without copying.
    ///
    /// # Errors
    ///
    /// As [`AnyFrame::decode_body`].
    fn look(r#type: u32, body: &[u8], options: &DecodeOptions) -> Result<(), DecodeError>;

    /// What a tail of parameters of set `set` holds, as JSON; nothing if there is no such set.
    fn parameters(set: &str, types: &[u32], tail: &[u8]) -> Option<Value>;

    /// The tail that holds these values.
    fn parameters_tail(set: &str, values: &[Value]) -> Option<Vec<u8>>;
}

macro_rules! frames {
    ($($protocol:ident: $($set:ident)*;)*) => {$(
        impl Frames for $protocol::Frame {
            fn view<'a>(
                r#type: u32,
                body: &'a [u8],
                options: &DecodeOptions,
            ) -> Result<(Self, &'a [u8]), DecodeError> {
                let (view, trailing) = $protocol::FrameView::view_body(r#type, body, options)?;
                Ok((view.to_owned(), trailing))
            }

            fn look(
                r#type: u32,
                body: &[u8],
                options: &DecodeOptions,
            ) -> Result<(), DecodeError> {
                struct Nowhere;
                impl std::fmt::Write for Nowhere {
                    fn write_str(&mut self, _: &str) -> std::fmt::Result {
                        Ok(())
                    }
                }
                let (view, _) = $protocol::FrameView::view_body(r#type, body, options)?;
                std::fmt::Write::write_fmt(&mut Nowhere, format_args!("{view:?}")).unwrap();
                Ok(())
            }

            fn parameters(set: &str, types: &[u32], tail: &[u8]) -> Option<Value> {
                match set {
                    $(stringify!($set) => Some(decode_tail::<$protocol::$set>(types, tail)),)*
                    _ => None,
                }
            }

            fn parameters_tail(set: &str, values: &[Value]) -> Option<Vec<u8>> {
                match set {
                    $(stringify!($set) => Some(encode_tail::<$protocol::$set>(values)),)*
                    _ => None,
                }
            }
        }
    )*};
}

frames! {
    tp03: OrderParams ObjectParams;
    tp04: OrderParams ObjectParams;
    admin: CommandParams;
}

fn decode_tail<S>(types: &[u32], tail: &[u8]) -> Value
where
    S: ParameterSet + Serialize,
{
    let tail = Parameters::<S>::from_bytes(tail.to_vec());
    decoded(&tail.decode(types.iter().copied()))
}

fn encode_tail<S>(values: &[Value]) -> Vec<u8>
where
    S: ParameterSet + DeserializeOwned,
{
    let values: Vec<S> = values
        .iter()
        .map(|value| serde_json::from_value(value.clone()).unwrap())
        .collect();
    Parameters::encode(&values).unwrap().as_bytes().to_vec()
}

/// Decoded parameters in the form of the vectors.
pub fn decoded<S: Serialize>(parameters: &DecodedParameters<'_, S>) -> Value {
    json!({
        "values": parameters.values,
        "leftover": to_hex(parameters.leftover),
        "stopped": parameters.stopped.as_ref().map(stopped),
    })
}

fn stopped(stopped: &ParameterError) -> Value {
    match stopped {
        ParameterError::WrongDescription { wanted, got } => {
            json!({ "kind": "WrongDescription", "wanted": wanted, "got": got })
        }
        ParameterError::UnknownType { index, r#type } => {
            json!({ "kind": "UnknownType", "index": index, "type": r#type })
        }
        ParameterError::Malformed {
            index,
            r#type,
            source,
        } => json!({
            "kind": "Malformed", "index": index, "type": r#type, "error": error(source),
        }),
        other => panic!("the vectors know no {other:?}"),
    }
}

/// A decode error in the form of the vectors.
#[must_use]
pub fn error(error: &DecodeError) -> Value {
    json!({
        "kind": format!("{:?}", error.kind()),
        "packet": error.packet(),
        "field": error.field(),
        "offset": error.offset(),
        "wanted": error.wanted(),
        "got": error.got(),
    })
}

/// A decoded frame.
#[derive(Debug)]
pub struct Decoded {
    /// Its JSON form.
    pub frame: Value,
    /// What followed the last field.
    pub trailing: Vec<u8>,
}

/// One protocol, its frames as JSON.
pub struct Protocol {
    /// Name of its module.
    pub name: &'static str,
    /// Its schema, at the root of the repository.
    pub schema: &'static str,
    /// What its headers say.
    pub version: Version,
    /// Every packet that travels.
    pub packets: &'static [PacketKind],
    /// Decodes a body as owned frame and as view, and panics if the two disagree or the frame
    /// does not encode to the bytes it came from.
    pub check: fn(u32, &[u8], &DecodeOptions) -> Result<usize, DecodeError>,
    /// The same, and gives the frame.
    pub decode: fn(u32, &[u8], &DecodeOptions) -> Result<Decoded, DecodeError>,
    /// Decodes as owned frame and drops it.
    pub decode_owned: fn(u32, &[u8], &DecodeOptions) -> Result<(), DecodeError>,
    /// Views a body and reads all of it.
    pub look: fn(u32, &[u8], &DecodeOptions) -> Result<(), DecodeError>,
    /// The whole frame that a JSON value says.
    pub encode: fn(&Value, u32) -> Result<Vec<u8>, String>,
    /// The same with pads behind the strings.
    pub encode_padded: fn(&Value, u32) -> Result<Vec<u8>, String>,
    /// [`Frames::parameters`].
    pub parameters: fn(&str, &[u32], &[u8]) -> Option<Value>,
    /// [`Frames::parameters_tail`].
    pub parameters_tail: fn(&str, &[Value]) -> Option<Vec<u8>>,
    /// What the parameters of a received frame hold by a description frame.
    pub resolve: fn(&RawFrame, Option<&RawFrame>) -> Option<Value>,
    /// [`Resolve::describes`] of a received frame.
    pub describes: fn(&RawFrame) -> Option<(&'static str, u32)>,
    /// [`Resolve::needs`] of a received frame.
    pub needs: fn(&RawFrame) -> Option<(&'static str, u32)>,
}

/// TP03, TP04 and admin.
pub static PROTOCOLS: [Protocol; 3] = [
    Protocol::of::<tp03::Frame>("tp03", "protocol3.xml", packets::TP03),
    Protocol::of::<tp04::Frame>("tp04", "protocol.xml", packets::TP04),
    Protocol::of::<admin::Frame>("admin", "admin.xml", packets::ADMIN),
];

impl Protocol {
    const fn of<F: Frames>(
        name: &'static str,
        schema: &'static str,
        packets: &'static [PacketKind],
    ) -> Self {
        Self {
            name,
            schema,
            version: F::VERSION,
            packets,
            check: |r#type, body, options| {
                checked::<F>(r#type, body, options).map(|(_, trailing)| trailing.len())
            },
            decode: |r#type, body, options| {
                let (frame, trailing) = checked::<F>(r#type, body, options)?;
                let frame = serde_json::to_value(&frame).unwrap();
                Ok(Decoded {
                    frame,
                    trailing: trailing.to_vec(),
                })
            },
            decode_owned: |r#type, body, options| F::decode_body(r#type, body, options).map(|_| ()),
            look: F::look,
            encode: |frame, sequence| {
                encode(frame, |frame: &F, out| frame.encode_frame(sequence, out))
            },
            encode_padded: |frame, sequence| {
                encode(frame, |frame: &F, out| {
                    frame.encode_frame_padded(sequence, out)
                })
            },
            parameters: F::parameters,
            parameters_tail: F::parameters_tail,
            resolve: resolve::<F>,
            describes: |raw| decode::<F>(raw).describes(),
            needs: |raw| decode::<F>(raw).needs(),
        }
    }

    /// The protocol of that name.
    ///
    /// # Panics
    ///
    /// There is none.
    #[must_use]
    pub fn named(name: &str) -> &'static Self {
        PROTOCOLS
            .iter()
            .find(|protocol| protocol.name == name)
            .unwrap()
    }

    /// The packet of that name.
    ///
    /// # Panics
    ///
    /// There is none.
    #[must_use]
    pub fn packet(&self, name: &str) -> &'static PacketKind {
        self.packets
            .iter()
            .find(|packet| packet.name == name)
            .unwrap()
    }

    /// Whether a frame type is one of this protocol's, as its enum of all frames sees it.
    #[must_use]
    pub fn knows(&self, r#type: u32) -> bool {
        match (self.decode)(r#type, &[], &DecodeOptions::default()) {
            Ok(decoded) => decoded.frame["name"] != "Unknown",
            Err(_) => true,
        }
    }
}

fn checked<'a, F: Frames>(
    r#type: u32,
    body: &'a [u8],
    options: &DecodeOptions,
) -> Result<(F, &'a [u8]), DecodeError> {
    let owned = F::decode_body(r#type, body, options);
    let viewed = F::view(r#type, body, options);
    // Views take no memory, so only they can come out of too little of it.
    if options.get_limits().memory >= DecodeOptions::default().get_limits().memory {
        assert_eq!(owned, viewed, "view of {}", to_hex(body));
    }
    let (frame, trailing) = owned?;
    let mut again = BytesMut::new();
    let encoded = match options.is_padded() {
        true => frame.encode_body_padded(&mut again),
        false => frame.encode_body(&mut again),
    };
    if let Err(error) = encoded {
        panic!("{frame:?} from {} does not encode: {error}", to_hex(body));
    }
    again.extend_from_slice(trailing);
    assert_eq!(to_hex(&again), to_hex(body), "{frame:?} encodes otherwise");
    Ok((frame, trailing))
}

fn encode<F: Frames>(
    frame: &Value,
    encode: impl Fn(&F, &mut BytesMut) -> Result<(), EncodeError>,
) -> Result<Vec<u8>, String> {
    let frame: F = serde_json::from_value(frame.clone()).map_err(|error| error.to_string())?;
    let mut out = BytesMut::from(&b"before"[..]);
    let encoded = encode(&frame, &mut out);
    let (before, made) = out.split_at(6);
    assert_eq!(before, b"before", "encoding appends");
    match encoded {
        Ok(()) => Ok(made.to_vec()),
        Err(error) => {
            assert!(
                made.is_empty(),
                "a failed encode leaves the buffer as it was"
            );
            Err(format!(
                "{:?} {}.{}",
                error.kind(),
                error.packet(),
                error.field()
            ))
        }
    }
}

fn resolve<F: Frames>(raw: &RawFrame, description: Option<&RawFrame>) -> Option<Value> {
    decode::<F>(raw).resolve(description.map(decode::<F>).as_ref())
}

fn decode<F: Frames>(raw: &RawFrame) -> F {
    F::decode(raw, &DecodeOptions::default()).unwrap().0
}
