use tp_frames::{AnyFrame, DecodeError, DecodeOptions, RawFrame, game};

/// Lists the frames of one direction of a captured connection.
pub fn decode_capture(mut captured: &[u8]) -> Result<Vec<&'static str>, DecodeError> {
    let options = DecodeOptions::default();
    let mut names = Vec::new();
    while let Some((raw, rest)) = RawFrame::split(captured, &options)? {
        let (frame, _trailing) = game::Frame::decode(&raw, &options)?;
        println!("{} {frame:?}", raw.header.sequence);
        names.push(frame.name());
        captured = rest;
    }
    Ok(names)
}
