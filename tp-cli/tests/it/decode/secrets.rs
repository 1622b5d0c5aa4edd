//! Passwords and keys, which are shown only if that is asked for.

use serde_json::{Value, json};
use tp_frames::{Direction, admin, game};

use super::capture::Capture;
use super::decode;
use crate::secret_frames::{MARKER, SecretFrame, assert_hidden, secret_frames, shown};

/// Each form of a frame, none of which goes wrong but the last.
fn forms(frame: &SecretFrame) -> [Vec<u8>; 3] {
    [frame.whole(1), frame.trailed(2), frame.cut(3)]
}

/// All of them, and how many there are.
fn capture() -> (Capture, usize) {
    let frames = secret_frames();
    let mut capture = Capture::new(game::TP04);
    for frame in &frames {
        let way = match frame.packet.direction {
            Direction::ToClient => "S>C",
            _ => "C>S",
        };
        for bytes in forms(frame) {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            capture = capture.line(&format!("{way} {digits}"));
        }
    }
    (capture, frames.len())
}

#[test]
fn they_are_in_nothing_that_is_printed_unless_that_is_asked_for() {
    let (capture, count) = capture();
    assert!(count >= 7, "{count}");
    for format in ["text", "json"] {
        for protocol in ["auto", "tp03", "tp04", "admin"] {
            let options = ["--format", format, "--protocol", protocol];
            let about = format!("{format} {protocol}");
            let hidden = decode(&options, &capture);
            assert_hidden(&hidden.stdout, &about);
            assert_hidden(&hidden.stderr, &about);
            let all = decode(&[&options[..], &["--show-secrets"]].concat(), &capture);
            assert_hidden(&all.stderr, &about);
            assert_eq!(hidden.summary(), all.summary(), "{about}");
            if protocol == "auto" {
                // In the first frame once, in the second twice.
                assert_eq!(shown(&all.stdout), count * 3, "{about}: {}", all.stdout);
            } else {
                // Of another protocol not all can be read, but bytes are shown.
                assert!(shown(&all.stdout) > 0, "{about}: {}", all.stdout);
            }
        }
    }
}

#[test]
fn what_stands_in_their_place_is_no_value() {
    let login = |password: &str| game::Login {
        username: "ada".into(),
        password: password.into(),
    };
    let capture = Capture::new(game::TP04).packet("C>S", 7, &login("[secret]"), b"[secret]");
    let hidden = decode(&[], &capture);
    let want = "C→S TP04 Login (4) sequence 7\n  username: \"ada\"\n  password: [secret]\n  \
        trailing: [secret] (8 bytes behind the last field)\n";
    assert_eq!(hidden.shown(), want);
    let all = decode(&["--show-secrets"], &capture);
    assert!(
        all.shown().contains("\n  password: \"[secret]\"\n"),
        "{all:?}"
    );
    assert!(all.shown().contains("\n  trailing: 5b736563"), "{all:?}");

    let json = decode(&["--format", "json"], &capture).json();
    let secret = json!({ "secret": true });
    assert_eq!(
        (&json[0]["fields"]["password"], &json[0]["trailing"]),
        (&secret, &secret)
    );
    let read = |line: &Value| {
        let frame = json!({ "name": line["name"], "fields": line["fields"] });
        serde_json::from_value::<game::Frame>(frame)
    };
    read(&json[0]).unwrap_err();
    let json = decode(&["--format", "json", "--show-secrets"], &capture).json();
    assert_eq!(
        read(&json[0]).unwrap(),
        game::Frame::Login(login("[secret]"))
    );
}

#[test]
fn a_frame_read_as_one_of_another_protocol_hides_them_too() {
    let account = game::CreateAccount {
        username: "ada".into(),
        password: MARKER.into(),
        ..Default::default()
    };
    let capture = Capture::new(game::TP04).sent(1, &account);
    let run = decode(&["--protocol", "admin"], &capture);
    assert!(run.shown().contains("body: [secret]"), "{run:?}");
    // Others are what they are.
    let ping = Capture::new(admin::VERSION).frame("C>S", game::TP04, 1, 200, b"\xab");
    let run = decode(&[], &ping);
    assert!(run.shown().contains("body: ab"), "{run:?}");
}
