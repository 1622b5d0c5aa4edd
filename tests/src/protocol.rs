//! Every version of every protocol behind one face, so that one test covers them all.

use bytes::BytesMut;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt::Debug;
use tp_frames::{
    AnyFrame, DecodeError, DecodeOptions, EncodeError, EncodeOptions, Packet, PacketInfo,
    PacketView, ParameterSet, Parameters, RawFrame, Version, admin, game,
};

use crate::json::decoded;
use crate::resolve::Resolve;
use crate::to_hex;

/// The enum of all frames of a protocol, with all that tests ask of it.
pub trait Frames: AnyFrame + Resolve + Serialize + DeserializeOwned + PartialEq + Debug {
    /// Views a body and copies the view; `None` if the packet has no view.
    fn view<'a>(
        version: Version,
        r#type: u32,
        body: &'a [u8],
        options: &DecodeOptions,
    ) -> Option<Viewed<'a, Self>>;

    /// Views a body and shows it, without copying; `None` if the packet has no view.
    fn look(version: Version, r#type: u32, body: &[u8], options: &DecodeOptions) -> Option<Looked>;

    /// What a tail of parameters of set `set` holds, as JSON; nothing if there is no such set.
    fn parameters(version: Version, set: &str, types: &[u32], tail: &[u8]) -> Option<Value>;

    /// The tail that holds these values.
    fn parameters_tail(version: Version, set: &str, values: &[Value]) -> Option<Vec<u8>>;
}

/// What a body holds, and what follows.
pub type Viewed<'a, F> = Result<(F, &'a [u8]), DecodeError>;

/// Whether a body was read.
pub type Looked = Result<(), DecodeError>;

macro_rules! frames {
    ($($protocol:ident: $($set:ident)*; $($packet:ident as $view:ident)*;)*) => {$(
        impl Frames for $protocol::Frame {
            #[allow(unused_variables, reason = "there may be no view")]
            fn view<'a>(
                version: Version,
                r#type: u32,
                body: &'a [u8],
                options: &DecodeOptions,
            ) -> Option<Viewed<'a, Self>> {
                $(
                    if r#type == $protocol::$packet::TYPE && $protocol::$packet::is_in(version) {
                        let viewed = $protocol::$view::view_with(version, body, options);
                        return Some(viewed.map(|(view, trailing)| {
                            (Self::$packet(view.to_owned()), trailing)
                        }));
                    }
                )*
                None
            }

            #[allow(unused_variables, reason = "there may be no view")]
            fn look(
                version: Version,
                r#type: u32,
                body: &[u8],
                options: &DecodeOptions,
            ) -> Option<Looked> {
                $(
                    if r#type == $protocol::$packet::TYPE && $protocol::$packet::is_in(version) {
                        let viewed = $protocol::$view::view_with(version, body, options);
                        return Some(viewed.map(|(view, _)| show(&view)));
                    }
                )*
                None
            }

            fn parameters(
                version: Version,
                set: &str,
                types: &[u32],
                tail: &[u8],
            ) -> Option<Value> {
                match set {
                    $(stringify!($set) => {
                        Some(decode_tail::<$protocol::$set>(version, types, tail))
                    })*
                    _ => None,
                }
            }

            fn parameters_tail(version: Version, set: &str, values: &[Value]) -> Option<Vec<u8>> {
                match set {
                    $(stringify!($set) => Some(encode_tail::<$protocol::$set>(version, values)),)*
                    _ => None,
                }
            }
        }
    )*};
}

frames! {
    game: OrderParams ObjectParams;
        Okay as OkayView
        Object as ObjectView
        ObjectDesc as ObjectDescView
        ObjectIDs as ObjectIDsView
        OrderDesc as OrderDescView
        Message as MessageView;
    admin: CommandParams;;
}

/// Reads all of a view.
fn show(view: &impl Debug) {
    struct Nowhere;
    impl std::fmt::Write for Nowhere {
        fn write_str(&mut self, _: &str) -> std::fmt::Result {
            Ok(())
        }
    }
    std::fmt::Write::write_fmt(&mut Nowhere, format_args!("{view:?}")).unwrap();
}

fn decode_tail<S>(version: Version, types: &[u32], tail: &[u8]) -> Value
where
    S: ParameterSet + Serialize,
{
    let tail = Parameters::<S>::from_bytes(version, tail.to_vec());
    decoded(&tail.decode(types.iter().copied()))
}

fn encode_tail<S>(version: Version, values: &[Value]) -> Vec<u8>
where
    S: ParameterSet + DeserializeOwned,
{
    let values: Vec<S> = values
        .iter()
        .map(|value| serde_json::from_value(value.clone()).unwrap())
        .collect();
    Parameters::encode(version, &values).unwrap()
}

/// A decoded frame.
#[derive(Debug)]
pub struct Decoded {
    /// Its JSON form.
    pub frame: Value,
    /// What followed the last field.
    pub trailing: Vec<u8>,
}

/// A version of a protocol, as a type.
pub trait ProtocolVersion {
    /// Any frame of the protocol.
    type Frame: Frames;
    /// What headers say.
    const VERSION: Version;
}

macro_rules! versions {
    ($($name:ident $protocol:ident::$version:ident: $about:literal;)*) => {$(
        #[doc = $about]
        #[derive(Debug)]
        pub enum $name {}

        impl ProtocolVersion for $name {
            type Frame = $protocol::Frame;
            const VERSION: Version = $protocol::$version;
        }
    )*};
}

versions! {
    Tp03 game::TP03: "The version before the current one.";
    Tp04 game::TP04: "The current version.";
    Admin admin::VERSION: "The one version of administration.";
}

/// Takes a body of a type.
type OfBody<T> = fn(u32, &[u8], &DecodeOptions) -> T;

/// One version of one protocol, its frames as JSON.
pub struct Protocol {
    /// What its vectors call it.
    pub name: &'static str,
    /// Its schema, at the root of the repository.
    pub schema: &'static str,
    /// What its headers say.
    pub version: Version,
    /// The packets of all its versions.
    table: &'static [&'static PacketInfo],
    /// Decodes a body as owned frame and, where there is one, as view, and panics if the two
    /// disagree or the frame does not encode to the bytes it came from.
    pub check: OfBody<Result<usize, DecodeError>>,
    /// The same, and gives the frame.
    pub decode: OfBody<Result<Decoded, DecodeError>>,
    /// Decodes a frame in the version that its header names.
    pub receive: fn(&RawFrame, &DecodeOptions) -> Result<Decoded, DecodeError>,
    /// Decodes as owned frame and drops it.
    pub decode_owned: OfBody<Result<(), DecodeError>>,
    /// [`Frames::look`].
    pub look: OfBody<Option<Looked>>,
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
}

/// TP03, TP04 and admin.
pub static PROTOCOLS: [Protocol; 3] = [
    Protocol::of::<Tp03>("tp03", "protocol3.xml", game::PACKETS),
    Protocol::of::<Tp04>("tp04", "protocol.xml", game::PACKETS),
    Protocol::of::<Admin>("admin", "admin.xml", admin::PACKETS),
];

impl Protocol {
    const fn of<V: ProtocolVersion>(
        name: &'static str,
        schema: &'static str,
        table: &'static [&'static PacketInfo],
    ) -> Self {
        Self {
            name,
            schema,
            version: V::VERSION,
            table,
            check: |r#type, body, options| {
                checked::<V>(r#type, body, options).map(|(_, trailing)| trailing.len())
            },
            decode: |r#type, body, options| checked::<V>(r#type, body, options).map(shown),
            receive: |raw, options| V::Frame::decode(raw, options).map(shown),
            decode_owned: |r#type, body, options| {
                V::Frame::decode_body(V::VERSION, r#type, body, options).map(|_| ())
            },
            look: |r#type, body, options| V::Frame::look(V::VERSION, r#type, body, options),
            encode: |frame, sequence| {
                encode(frame, |frame: &V::Frame, out| {
                    frame.encode_frame(V::VERSION, sequence, out)
                })
            },
            encode_padded: |frame, sequence| {
                let padded = EncodeOptions::new(V::VERSION).padded(true);
                encode(frame, |frame: &V::Frame, out| {
                    frame.encode_frame(padded, sequence, out)
                })
            },
            parameters: |set, types, tail| V::Frame::parameters(V::VERSION, set, types, tail),
            parameters_tail: |set, values| V::Frame::parameters_tail(V::VERSION, set, values),
            resolve: resolve::<V::Frame>,
        }
    }

    /// The protocol of that name, in letters of either case.
    ///
    /// # Panics
    ///
    /// There is none.
    #[must_use]
    pub fn named(name: &str) -> &'static Self {
        let mut all = PROTOCOLS.iter();
        all.find(|one| one.name.eq_ignore_ascii_case(name)).unwrap()
    }

    /// Every packet that travels.
    pub fn packets(&self) -> impl Iterator<Item = &'static PacketInfo> + use<> {
        let (table, version) = (self.table, self.version);
        let packets = table.iter().copied();
        packets.filter(move |packet| packet.is_in(version))
    }

    /// The packet of that name.
    ///
    /// # Panics
    ///
    /// There is none.
    #[must_use]
    pub fn packet(&self, name: &str) -> &'static PacketInfo {
        self.packets().find(|packet| packet.name == name).unwrap()
    }

    /// The fewest bytes of a packet's body. They are all zeros: every count is none, and what is
    /// optional is not there.
    ///
    /// # Panics
    ///
    /// No number of zeros is such a packet.
    #[must_use]
    pub fn least(&self, packet: &PacketInfo) -> usize {
        let (zeros, options) = ([0; 1024], DecodeOptions::default());
        let decodes = |length| (self.decode_owned)(packet.r#type, &zeros[..length], &options);
        (0..zeros.len())
            .find(|length| decodes(*length).is_ok())
            .unwrap()
    }

    /// The type of the description that a received frame is: its name, and its id.
    #[must_use]
    pub fn describes(&self, raw: &RawFrame) -> Option<(&'static str, u32)> {
        let name = self.packet_of(raw)?.name;
        let mut needed = self.packets().filter_map(|packet| packet.parameters);
        needed.find(|it| it.description_in(self.version) == Some(name))?;
        Some((name, self.number(raw, "id")))
    }

    /// The description that a received frame needs.
    #[must_use]
    pub fn needs(&self, raw: &RawFrame) -> Option<(&'static str, u32)> {
        let parameters = self.packet_of(raw)?.parameters?;
        let description = parameters.description_in(self.version)?;
        Some((description, self.number(raw, parameters.typefield)))
    }

    fn packet_of(&self, raw: &RawFrame) -> Option<&'static PacketInfo> {
        self.packets()
            .find(|packet| packet.r#type == raw.header.r#type)
    }

    fn number(&self, raw: &RawFrame, field: &str) -> u32 {
        let decoded = (self.receive)(raw, &DecodeOptions::default()).unwrap();
        let number = decoded.frame["fields"][field].as_u64().unwrap();
        number.try_into().unwrap()
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

fn shown<F: Frames>((frame, trailing): (F, &[u8])) -> Decoded {
    Decoded {
        frame: serde_json::to_value(&frame).unwrap(),
        trailing: trailing.to_vec(),
    }
}

fn checked<'a, V: ProtocolVersion>(
    r#type: u32,
    body: &'a [u8],
    options: &DecodeOptions,
) -> Result<(V::Frame, &'a [u8]), DecodeError> {
    let owned = V::Frame::decode_body(V::VERSION, r#type, body, options);
    // Views take no memory, so only they can come out of too little of it.
    if options.limits.memory >= DecodeOptions::default().limits.memory
        && let Some(viewed) = V::Frame::view(V::VERSION, r#type, body, options)
    {
        assert_eq!(owned, viewed, "view of {}", to_hex(body));
    }
    let (frame, trailing) = owned?;
    let mut again = BytesMut::new();
    let form = EncodeOptions::new(V::VERSION).padded(options.padded);
    if let Err(error) = frame.encode_body(form, &mut again) {
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
