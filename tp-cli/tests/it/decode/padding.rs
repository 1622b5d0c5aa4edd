//! The padding filter is followed through a capture.

use bytes::BytesMut;
use tp_frames::{EncodeOptions, Packet, game};

use super::capture::Capture;
use super::decode;

/// The line of a padded frame.
fn padded(mark: &str, sequence: u32, packet: &impl Packet) -> String {
    let mut frame = BytesMut::new();
    let options = EncodeOptions::new(game::TP04).padded(true);
    packet.encode_frame(options, sequence, &mut frame).unwrap();
    let hex: String = frame.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{mark} {hex}")
}

fn okay(text: &str) -> game::Okay {
    game::Okay {
        result: text.into(),
    }
}

fn ask_for_padding() -> game::SetFilters {
    game::SetFilters {
        filters: vec![game::SetFiltersFilter::FILTER_PADDING],
    }
}

fn login() -> game::Login {
    game::Login {
        username: "ab".into(),
        password: "c".into(),
    }
}

#[test]
fn frames_behind_the_okay_are_padded_until_the_next_connection() {
    let connect = game::Connect {
        string: "odd".into(),
    };
    let capture = Capture::new(game::TP04)
        .sent(1, &connect)
        .received(1, &okay("hello"))
        .sent(2, &ask_for_padding())
        .received(2, &okay("on!"))
        .line(&padded("C>S", 3, &login()))
        .line(&padded("S>C", 3, &okay("hello")))
        .sent(1, &connect)
        .received(1, &okay("hello"));
    let run = decode(&["--strict", "--show-secrets"], &capture);
    run.assert_fine("frames 8 decoded 8 unknown 0 failed 0 trailing 0 reencoded 8");
    assert!(run.stdout.contains("password: \"c\""), "{}", run.stdout);
}

#[test]
fn a_refused_filter_changes_nothing() {
    let refused = game::Fail {
        code: game::FailCode::UNAVAILABLE_PERMANENTLY,
        result: "no".into(),
        references: Some(Vec::new()),
    };
    let capture = Capture::new(game::TP04)
        .sent(2, &ask_for_padding())
        .received(2, &refused)
        .sent(3, &login());
    decode(&["--strict"], &capture)
        .assert_fine("frames 3 decoded 3 unknown 0 failed 0 trailing 0 reencoded 3");
}
