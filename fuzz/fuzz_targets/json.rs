//! A frame as JSON is the same frame when it is read again, and the same bytes. What is read from any
//! JSON either cannot be encoded, or is what it decodes to.
//!
//! Input: a byte for the version and for what follows: a frame type (4 bytes) and the body of a
//! frame, or what one is made of; or JSON.
#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tp_frames::{AnyFrame, DecodeOptions, EncodeOptions, Version, admin, game};
use tp_fuzz::made;

fuzz_target!(|input: &[u8]| {
    let [first, rest @ ..] = input else {
        return;
    };
    let padded = first / 3 % 2 == 1;
    let version = game::VERSIONS.get(usize::from(first % 3));
    match (first / 6 % 3, version) {
        (0, Some(version)) => decoded::<game::Frame>(*version, padded, rest),
        (0, None) => decoded::<admin::Frame>(admin::VERSION, padded, rest),
        (1, Some(version)) => {
            let Some((kind, bytes)) = rest.split_first_chunk() else {
                return;
            };
            if let Some(frame) = made(*version, u32::from_be_bytes(*kind), bytes) {
                same(&frame);
            }
        }
        (_, Some(version)) => parsed::<game::Frame>(*version, padded, rest),
        (_, None) => parsed::<admin::Frame>(admin::VERSION, padded, rest),
    }
});

/// Any frame, from its body.
fn decoded<F>(version: Version, padded: bool, input: &[u8])
where
    F: AnyFrame + Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let Some((kind, body)) = input.split_first_chunk() else {
        return;
    };
    let kind = u32::from_be_bytes(*kind);
    let options = DecodeOptions::new().padded(padded);
    let Ok((frame, _)) = F::decode_body(version, kind, body, &options) else {
        return;
    };
    let again = same(&frame);
    let form = EncodeOptions::new(version).padded(padded);
    assert_eq!(encoded(&again, form), encoded(&frame, form));
    assert!(encoded(&frame, form).is_some());
}

/// The frame, by way of JSON.
fn same<F>(frame: &F) -> F
where
    F: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let json = serde_json::to_string(frame).expect("a frame is JSON");
    let again: F = serde_json::from_str(&json).expect("and JSON a frame");
    assert_eq!(again, *frame, "{json}");
    again
}

/// Any JSON.
fn parsed<F>(version: Version, padded: bool, json: &[u8])
where
    F: AnyFrame + Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let Ok(frame) = serde_json::from_slice::<F>(json) else {
        return;
    };
    let form = EncodeOptions::new(version).padded(padded);
    let Some(body) = encoded(&frame, form) else {
        return;
    };
    let options = DecodeOptions::new().padded(padded);
    let decoded = F::decode_body(version, frame.frame_type(), &body, &options);
    let (decoded, left) = decoded.expect("what is encoded can be decoded");
    assert_eq!(left, b"");
    assert_eq!(encoded(&decoded, form), Some(body), "{frame:?}");
    same(&decoded);
}

fn encoded<F: AnyFrame>(frame: &F, form: EncodeOptions) -> Option<BytesMut> {
    let mut body = BytesMut::new();
    frame.encode_body(form, &mut body).ok().map(|()| body)
}
