use bytes::BytesMut;
use tp_frames::{AnyFrame, DecodeOptions, RawFrame, game};

/// Lists the frames in one direction of a captured connection.
pub fn decode_capture(captured: &[u8]) -> Result<Vec<&'static str>, Box<dyn std::error::Error>> {
    let options = DecodeOptions::default();
    let mut bytes = BytesMut::from(captured);
    let mut names = Vec::new();
    while let Some(raw) = RawFrame::take(&mut bytes, &options)? {
        let (frame, rest) = game::Frame::decode(&raw, &options)?;
        println!(
            "{} {frame:?}, and {} bytes more",
            raw.header.sequence,
            rest.len()
        );
        names.push(frame.name());
    }
    Ok(names)
}
