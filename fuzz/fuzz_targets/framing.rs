//! A stream comes apart into the same frames however it arrives, and into the same bytes again.
//!
//! Input: one byte for the size of the pieces, then the stream.
#![no_main]

use bytes::BytesMut;
use libfuzzer_sys::fuzz_target;
use tp_frames::{DecodeOptions, FramingError, RawFrame};

type Taken = (Vec<RawFrame>, Option<FramingError>, Vec<u8>);

/// The frames, the error that ended the stream if one did, and what was left.
fn take_all<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Taken {
    let mut received = BytesMut::new();
    let mut frames = Vec::new();
    let mut error = None;
    for piece in pieces {
        received.extend_from_slice(piece);
        while error.is_none() {
            match RawFrame::take(&mut received, &DecodeOptions::default()) {
                Ok(Some(raw)) => frames.push(raw),
                Ok(None) => break,
                Err(wrong) => error = Some(wrong),
            }
        }
    }
    (frames, error, received.to_vec())
}

fuzz_target!(|input: &[u8]| {
    let [size, stream @ ..] = input else {
        return;
    };
    let whole = take_all(std::iter::once(stream));
    let pieces = take_all(stream.chunks(usize::from(*size).max(1)));
    assert_eq!(whole, pieces);
    let (frames, _, left) = whole;
    let mut again = BytesMut::new();
    for raw in &frames {
        assert_eq!(raw.header.length as usize, raw.body.len());
        raw.encode(&mut again);
    }
    again.extend_from_slice(&left);
    assert_eq!(again, stream);
});
