//! Properties of every packet in every version: what was read is written as it was.

use bytes::BytesMut;
use proptest::prelude::*;
use tp_dialect_tests::versions::{Frame, FrameView, Knobs, VERSIONS};
use tp_frames::{AnyFrame, DecodeOptions, EncodeOptions, Parameters};

/// Bytes among which counts and types that fit are likely.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let zeros = prop::collection::vec(Just(0), 3);
    let count = (zeros, 0_u8..6).prop_map(|(mut zeros, count)| {
        zeros.push(count);
        zeros
    });
    let piece = prop_oneof![
        4 => count,
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn what_was_read_is_written_as_it_was(body in bodies(), number in 0_u32..25) {
        for version in VERSIONS {
            let options = DecodeOptions::default();
            let decoded = Frame::decode_body(*version, number, &body, &options);
            let viewed = FrameView::view_body(*version, number, &body, &options);
            prop_assert_eq!(viewed.map(|(view, left)| (view.to_owned(), left)), decoded.clone());
            let Ok((frame, left)) = decoded else { continue };
            let mut again = BytesMut::new();
            frame.encode_body(*version, &mut again).unwrap();
            again.extend_from_slice(left);
            prop_assert_eq!(&again[..], &body, "{} {:?}", version, frame);
            let json = serde_json::to_string(&frame).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Frame>(&json).unwrap(), &frame);

            let padded = EncodeOptions::new(*version).padded(true);
            let mut again = BytesMut::new();
            if frame.encode_body(padded, &mut again).is_ok() {
                let options = DecodeOptions::new().strict(true).padded(true);
                let (back, _) = Frame::decode_body(*version, number, &again, &options).unwrap();
                prop_assert_eq!(back, frame);
            }
        }
    }

    #[test]
    fn parameters_are_written_as_they_were(
        body in bodies(),
        types in prop::collection::vec(0_u32..7, 0..4),
    ) {
        for version in VERSIONS {
            let tail = Parameters::<Knobs>::from_bytes(*version, body.clone());
            let decoded = tail.decode(types.iter().copied());
            let mut again = Parameters::encode(*version, &decoded.values).unwrap();
            again.extend_from_slice(decoded.leftover);
            prop_assert_eq!(&again, &body);
        }
    }
}
