//! The bindings of `dialect.xml`, and of the three versions of one protocol in which everything changes
//! that may (`versions/`): what each packet writes and reads in which version, byte by byte.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests"
)]

mod dialect;
mod every_packet;
mod fields;
mod packets;
mod parameters;

use std::fmt::Debug;

use bytes::BytesMut;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tp_dialect_tests::versions::FrameView;
use tp_frames::{
    AnyFrame, DecodeOptions, EncodeErrorKind, EncodeOptions, Packet, ParameterError, Version,
};

/// What is changed in a value, perhaps to what another has, and the field that is refused then.
type Change<T, From = T> = (fn(&mut T, From), &'static str);

/// A string on the wire.
fn string(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap();
    [&length.to_be_bytes(), text.as_bytes()].concat()
}

/// An integer of 32 bits on the wire.
fn int(number: u32) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}

/// An integer of 64 bits on the wire.
fn long(number: u64) -> Vec<u8> {
    number.to_be_bytes().to_vec()
}

fn strict() -> DecodeOptions {
    DecodeOptions::new().strict(true)
}

/// A packet of the three versions is these bytes in that version, and these bytes are the packet.
fn is<P>(version: Version, packet: &P, bytes: &[Vec<u8>])
where
    P: Packet + PartialEq + Debug + Serialize + DeserializeOwned,
{
    assert_eq!(body(version, packet), bytes.concat(), "{version}");
    round_trip(version, packet, |body| {
        let (view, _) = FrameView::view_body(version, P::TYPE, body, &strict()).unwrap();
        view.to_owned()
    });
    round_trip_padded(version, packet);
}

/// What a packet is written as is the packet: as itself, as a frame, as a view that becomes a frame,
/// and in JSON.
fn round_trip<F, P>(version: Version, packet: &P, viewed: impl Fn(&[u8]) -> F)
where
    F: AnyFrame + PartialEq + Debug,
    P: Packet + PartialEq + Debug + Serialize + DeserializeOwned,
{
    let bytes = body(version, packet);
    let (back, trailing) = P::decode_with(version, &bytes, &strict()).unwrap();
    assert_eq!((&back, trailing), (packet, &[][..]), "{version}");
    let (frame, _) = F::decode_body(version, P::TYPE, &bytes, &strict()).unwrap();
    assert_eq!(frame.name(), P::NAME);
    assert_eq!(viewed(&bytes), frame);
    let mut again = BytesMut::new();
    frame.encode_body(version, &mut again).unwrap();
    assert_eq!(again, bytes, "{version}");
    for end in 0..bytes.len() {
        // Whatever is cut off, nothing panics and nothing whole comes out.
        if let Ok((short, _)) = P::decode(version, &bytes[..end]) {
            assert_ne!(&short, packet);
        }
    }
    let json = serde_json::to_string(packet).unwrap();
    assert_eq!(&serde_json::from_str::<P>(&json).unwrap(), packet, "{json}");
}

/// So is what it is written as with pads.
fn round_trip_padded(version: Version, packet: &(impl Packet + PartialEq)) {
    let padded = EncodeOptions::new(version).padded(true);
    let mut out = BytesMut::new();
    packet.encode_body(padded, &mut out).unwrap();
    let (back, _) = Packet::decode_with(version, &out, &strict().padded(true)).unwrap();
    assert_eq!(packet, &back, "{version}, padded");
}

/// A packet's bytes in that version.
fn body(version: Version, packet: &impl Packet) -> Vec<u8> {
    let mut out = BytesMut::new();
    packet.encode_body(version, &mut out).unwrap();
    assert_eq!(packet.encoded_len(version), out.len());
    out.to_vec()
}

/// What a version refuses to write, and where.
fn refused(version: Version, packet: &impl Packet) -> (EncodeErrorKind, &'static str) {
    let mut out = BytesMut::from(&b"before"[..]);
    let error = packet.encode_frame(version, 1, &mut out).unwrap_err();
    assert_eq!(out, b"before"[..]);
    (error.kind(), error.field())
}

/// What stops the reading of parameters: a type that the version does not have.
fn unknown_type(index: usize, r#type: u32) -> ParameterError {
    ParameterError::UnknownType { index, r#type }
}
