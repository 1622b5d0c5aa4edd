//! How the network cuts the stream.

use std::time::Duration;

use bytes::BytesMut;
use tp_frames::Header;

use crate::scenario::{End, Group, scenario};
use tp_tests::proxy::actions::Scripted as _;
use tp_tests::proxy::script::{Event, Script, encoded};

const STREAM: &str = "protocol documentation: frames travel over a stream of bytes";

/// A pause that lets a client see what has come so far.
const BREATH: Duration = Duration::from_millis(1);

/// So many frames are sent with pauses, and so many bytes of each.
const FRAMES: u32 = 12;
const BREATHS: usize = 20;

/// So many bytes of a frame are sent one by one.
const BYTES: usize = 200;

pub(super) fn group() -> Group {
    Group {
        number: 1,
        name: "Pieces",
        about: "Frames travel over a stream of bytes: how the network cuts it means nothing.",
        scenarios: vec![
            scenario("1.1", "byte-by-byte")
                .does("Every byte comes alone.")
                .ends(End::Answers, STREAM)
                .script(|| cut(|whole| (1..whole).collect())),
            scenario("1.2", "split-header")
                .does("Every frame is cut inside its header.")
                .ends(End::Answers, STREAM)
                .script(|| cut(|_| vec![7])),
            scenario("1.3", "split-behind-header")
                .does("Every frame is cut between header and body.")
                .ends(End::Answers, STREAM)
                .script(|| cut(|_| vec![Header::SIZE])),
            scenario("1.4", "split-body")
                .does("Every frame is cut before its last byte.")
                .ends(End::Answers, STREAM)
                .script(|| cut(|whole| vec![whole.saturating_sub(1)])),
            scenario("1.5", "glued")
                .does("Frames come several at a time, in one write.")
                .ends(End::Answers, STREAM)
                .script(|| glued(false)),
            scenario("1.6", "glued-and-split")
                .does("A frame comes with the start of the next.")
                .ends(End::Answers, STREAM)
                .script(|| glued(true)),
            scenario("1.7", "late")
                .does("Every frame comes 50 ms late.")
                .ends(End::Answers, "protocol documentation: connections")
                .replies(|reply, flow| {
                    flow.pause(Duration::from_millis(50));
                    flow.send(&reply);
                }),
            scenario("1.8", "stalls-inside")
                .does("Every frame stalls for 100 ms in the middle.")
                .ends(End::Answers, STREAM)
                .replies(|reply, flow| {
                    let mut bytes = encoded(&reply);
                    let start = bytes.split_to(bytes.len() / 2);
                    flow.bytes(start);
                    flow.pause(Duration::from_millis(100));
                    flow.bytes(bytes);
                }),
            scenario("1.9", "byte-by-byte-greeting")
                .does("The answer to Connect comes byte by byte.")
                .ends(End::Answers, STREAM)
                .early()
                .script(|| cut(|whole| (1..whole).collect())),
        ],
    }
}

/// Each frame in pieces, cut at these offsets.
fn cut(offsets: fn(usize) -> Vec<usize>) -> Script {
    let mut frames = 0_u32;
    Box::new(move |event, flow| match event {
        Event::Reply(reply) => {
            flow.misbehave();
            frames = frames.saturating_add(1);
            // Byte by byte, all of them with a pause would take for ever.
            let breathes = frames <= FRAMES;
            let mut bytes = encoded(&reply);
            let mut sent = 0_usize;
            for offset in offsets(bytes.len().min(BYTES)) {
                let length = offset.saturating_sub(sent).min(bytes.len());
                flow.bytes(bytes.split_to(length));
                if breathes && offset < BREATHS {
                    flow.pause(BREATH);
                }
                sent = offset;
            }
            flow.bytes(bytes);
        }
        event => flow.pass(event),
    })
}

/// Frames are kept until nothing has happened for a while; then all come at once, perhaps without
/// the end of the last, which comes a little later.
fn glued(split: bool) -> Script {
    let mut kept = BytesMut::new();
    Box::new(move |event, flow| match event {
        Event::Reply(reply) => {
            flow.misbehave();
            kept.extend_from_slice(&encoded(&reply));
        }
        Event::Quiet if !kept.is_empty() => {
            let mut whole = kept.split();
            if split {
                let end = whole.split_off(whole.len().saturating_sub(5));
                flow.bytes(whole);
                flow.pause(Duration::from_millis(20));
                flow.bytes(end);
            } else {
                flow.bytes(whole);
            }
        }
        event => flow.pass(event),
    })
}
