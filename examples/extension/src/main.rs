//! A private extension of the protocol: one frame there and back.

use std::error::Error;

use bytes::BytesMut;
use tp_frames::{AnyFrame, DecodeOptions, Packet, RawFrame};

// Made by `build.rs` from `extension.xml`.
include!(concat!(env!("OUT_DIR"), "/extension/mod.rs"));

use extension::{Frame, Marks, MarksMark, MarksMarkKind, VERSION};

fn main() -> Result<(), Box<dyn Error>> {
    let marks = Marks {
        turn: 12,
        marks: vec![MarksMark {
            id: 1,
            kind: MarksMarkKind::DANGER,
            label: "Pirates seen here".into(),
        }],
    };
    let mut wire = BytesMut::new();
    marks.encode_frame(VERSION, 1, &mut wire)?;
    println!("{} bytes on the wire", wire.len());

    let options = DecodeOptions::default();
    let raw = RawFrame::take(&mut wire, &options)?.ok_or("the frame is not whole")?;
    let (frame, _) = Frame::decode(&raw, &options)?;
    println!("{frame:#?}");
    assert_eq!(frame, Frame::Marks(marks));
    Ok(())
}
