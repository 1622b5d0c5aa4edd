//! Any body of any frame decodes or is refused, the same as owned frame and, where there is one, as
//! view, and what was decoded encodes to the bytes it came from.
//!
//! With padding, what the pads hold is not kept: what was decoded encodes to as many bytes, which
//! decode to the same.
//!
//! Input: one byte for the version and the padding, four for the frame type, then the body.
#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use tp_frames::{
    AnyFrame, DecodeError, DecodeOptions, EncodeOptions, Packet, PacketView, Parameters, Version,
    admin, game,
};

/// Whatever decodes encodes again.
fn check<F>(version: Version, kind: u32, body: &[u8], options: &DecodeOptions)
where
    F: AnyFrame + PartialEq + std::fmt::Debug,
{
    let Ok((frame, trailing)) = F::decode_body(version, kind, body, options) else {
        return;
    };
    let form = EncodeOptions::new(version).padded(options.padded);
    let mut again = BytesMut::new();
    frame
        .encode_body(form, &mut again)
        .expect("what was decoded can be encoded");
    again.extend_from_slice(trailing);
    if options.padded {
        assert_eq!(again.len(), body.len());
        let decoded = F::decode_body(version, kind, &again, options);
        let (same, left) = decoded.expect("decodes as before");
        assert_eq!((same, left), (frame, trailing));
    } else {
        assert_eq!(again, body);
    }
}

/// A view says what the packet says.
macro_rules! views {
    ($version:expr, $kind:expr, $body:expr, $options:expr; $($packet:ident $view:ident,)*) => {
        match $kind {
            $(<game::$packet as Packet>::TYPE => {
                let viewed = game::$view::view_with($version, $body, $options);
                let viewed = viewed.map(|(view, left)| (view.to_owned(), left));
                let owned: Result<(game::$packet, &[u8]), DecodeError> =
                    Packet::decode_with($version, $body, $options);
                assert_eq!(owned, viewed);
            })*
            _ => {}
        }
    };
}

fuzz_target!(|input: &[u8]| {
    let [version, a, b, c, d, body @ ..] = input else {
        return;
    };
    let kind = u32::from_be_bytes([*a, *b, *c, *d]);
    let padded = version / 3 % 2 == 1;
    for strict in [false, true] {
        let options = &DecodeOptions::new().strict(strict).padded(padded);
        match game::VERSIONS.get(usize::from(version % 3)) {
            Some(version) => {
                check::<game::Frame>(*version, kind, body, options);
                views!(*version, kind, body, options;
                    Message MessageView,
                    Object ObjectView,
                    ObjectDesc ObjectDescView,
                    ObjectIDs ObjectIDsView,
                    Okay OkayView,
                    OrderDesc OrderDescView,
                );
            }
            None => check::<admin::Frame>(admin::VERSION, kind, body, options),
        }
    }
    // Parameters: the body as a tail of every set, its own first bytes as the types.
    let types = body.iter().take(4).map(|byte| u32::from(byte % 13));
    macro_rules! tail {
        ($set:ty, $version:expr) => {
            let tail = Parameters::<$set>::from_bytes($version, body.to_vec());
            let decoded = tail.decode(types.clone());
            let mut again = Parameters::encode($version, &decoded.values).unwrap();
            again.extend_from_slice(decoded.leftover);
            assert_eq!(again, body);
        };
    }
    for version in game::VERSIONS {
        tail!(game::OrderParams, *version);
        tail!(game::ObjectParams, *version);
    }
    tail!(admin::CommandParams, admin::VERSION);
});
