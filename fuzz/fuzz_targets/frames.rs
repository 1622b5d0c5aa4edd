//! Any body of any frame decodes or is refused, the same as owned frame and as view, and what was
//! decoded encodes to the bytes it came from.
//!
//! With padding, what the pads hold is not kept: what was decoded encodes to as many bytes, which
//! decode to the same.
//!
//! Input: one byte for the protocol and the padding, four for the frame type, then the body.
#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use tp_frames::{AnyFrame, DecodeError, DecodeOptions, admin, tp03, tp04};

fn check<'a, F: AnyFrame + PartialEq + std::fmt::Debug>(
    kind: u32,
    body: &'a [u8],
    options: &DecodeOptions,
    owned: Result<(F, &'a [u8]), DecodeError>,
    viewed: Result<(F, &'a [u8]), DecodeError>,
) {
    assert_eq!(owned, viewed);
    let Ok((frame, trailing)) = owned else {
        return;
    };
    let mut again = BytesMut::new();
    if options.is_padded() {
        frame.encode_body_padded(&mut again)
    } else {
        frame.encode_body(&mut again)
    }
    .expect("what was decoded can be encoded");
    again.extend_from_slice(trailing);
    if options.is_padded() {
        assert_eq!(again.len(), body.len());
        let (same, left) = F::decode_body(kind, &again, options).expect("decodes as before");
        assert_eq!((same, left), (frame, trailing));
    } else {
        assert_eq!(again, body);
    }
}

macro_rules! both {
    ($protocol:ident, $kind:expr, $body:expr, $options:expr) => {
        check(
            $kind,
            $body,
            $options,
            $protocol::Frame::decode_body($kind, $body, $options),
            $protocol::FrameView::view_body($kind, $body, $options)
                .map(|(view, trailing)| (view.to_owned(), trailing)),
        )
    };
}

fuzz_target!(|input: &[u8]| {
    let [protocol, a, b, c, d, body @ ..] = input else {
        return;
    };
    let kind = u32::from_be_bytes([*a, *b, *c, *d]);
    let padded = protocol / 3 % 2 == 1;
    for strict in [false, true] {
        let options = &DecodeOptions::new().strict(strict).padded(padded);
        match protocol % 3 {
            0 => both!(tp03, kind, body, options),
            1 => both!(tp04, kind, body, options),
            _ => both!(admin, kind, body, options),
        }
    }
    // Parameters: the body as a tail of every set, its own first bytes as the types.
    let types = body.iter().take(4).map(|byte| u32::from(byte % 13));
    macro_rules! tail {
        ($set:ty) => {
            let tail = tp_frames::Parameters::<$set>::from_bytes(body.to_vec());
            let decoded = tail.decode(types.clone());
            let mut again = tp_frames::Parameters::encode(&decoded.values)
                .unwrap()
                .as_bytes()
                .to_vec();
            again.extend_from_slice(decoded.leftover);
            assert_eq!(again, body);
        };
    }
    tail!(tp03::OrderParams);
    tail!(tp03::ObjectParams);
    tail!(tp04::OrderParams);
    tail!(tp04::ObjectParams);
    tail!(admin::CommandParams);
});
