//! Which frames are shown.

use tp_frames::game;

use super::capture::Capture;
use super::pcap::{Talk, pcap};
use super::{decode, decode_bytes};
use crate::program::tp;

/// A description, an order that it describes, and more.
fn capture() -> Capture {
    let description = game::OrderDesc::new(4, "Wait", "").parameter("turns", 1, "");
    let order = game::Order {
        otype: 4,
        parameters: tp_frames::Parameters::from_bytes(game::TP04, vec![0; 8]),
        ..Default::default()
    };
    Capture::new(game::TP04)
        .sent(1, &game::GetOrderDesc { ids: vec![4] })
        .received(1, &description)
        .received(2, &order)
        .sent(3, &game::Ping {})
        .received(3, &game::Okay::default())
}

/// The first lines of what is shown.
fn shown(options: &[&str]) -> (Vec<String>, String) {
    let run = decode(options, &capture());
    assert_eq!((&*run.stderr, run.code), ("", Some(0)), "{options:?}");
    let lines = run.shown().lines().filter(|line| !line.starts_with(' '));
    (lines.map(str::to_owned).collect(), run.summary().to_owned())
}

const ALL: [&str; 5] = [
    "C→S TP04 GetOrderDesc (8) sequence 1",
    "S→C TP04 OrderDesc (9) sequence 1",
    "S→C TP04 Order (11) sequence 2",
    "C→S TP04 Ping (27) sequence 3",
    "S→C TP04 Okay (0) sequence 3",
];

#[test]
fn frames_are_chosen_by_what_they_are() {
    for (options, wanted) in [
        (&["--frame", "Order"][..], &[2][..]),
        (&["--frame", "order,27,OKAY"], &[2, 3, 4]),
        (&["--frame", "ping", "--frame", "9"], &[1, 3]),
        (&["--direction", "to-server"], &[0, 3]),
        (&["--direction", "S>C"], &[1, 2, 4]),
        (&["--sequence", "2"], &[2]),
        (&["--sequence", "2-3"], &[2, 3, 4]),
        (&["--sequence", "3", "--direction", "to-client"], &[4]),
        (&["--sequence", "3", "--frame", "Order"], &[]),
    ] {
        let (lines, summary) = shown(options);
        let all: Vec<_> = wanted.iter().map(|at| ALL[*at]).collect();
        let count = wanted.len();
        assert_eq!(lines, all, "{options:?}");
        assert_eq!(
            summary,
            format!(
                "frames {count} decoded {count} unknown 0 failed 0 trailing 0 reencoded {count} of 5"
            )
        );
    }
}

#[test]
fn what_is_not_shown_still_describes() {
    let run = decode(&["--frame", "Order"], &capture());
    assert!(run.shown().contains("\"turns\" Time"), "{}", run.shown());
}

#[test]
fn what_is_not_shown_is_not_told() {
    let cut = || Capture::new(game::TP04).frame("C>S", game::TP04, 3, 4, &[0]);
    let run = decode(&["--frame", "Ping"], &cut().sent(4, &game::Ping {}));
    run.assert_fine("frames 1 decoded 1 unknown 0 failed 0 trailing 0 reencoded 1 of 2");
    let run = decode(&["--frame", "Login"], &cut());
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    let summary = "frames 1 decoded 0 unknown 0 failed 1 trailing 0 reencoded 0 of 1";
    assert_eq!((run.summary(), run.code), (summary, Some(1)));
    // What is no frame is of no kind, and so of any.
    let run = decode(
        &["--frame", "Ping"],
        &Capture::new(game::TP04).line("C>S 5"),
    );
    assert_eq!((run.stderr.lines().count(), run.code), (1, Some(1)));
}

#[test]
fn misuse_is_told_with_what_may_be_meant() {
    for (options, wanted) in [
        (["--frame", "Objct"], "do you mean Object?"),
        (["--frame", "Spaceship"], "no frame is called that"),
        (["--direction", "up"], "to-server, to-client"),
        (
            ["--sequence", "9-3"],
            "the first number is more than the last",
        ),
        (["--sequence", "x"], "neither a number nor two, as in 3-9"),
        (["--connection", "x"], "--connection"),
    ] {
        let told = tp(&[&["decode", "-"], &options[..]].concat()).complaint(2);
        assert!(
            told.starts_with("error: ") && told.contains(wanted),
            "{told}"
        );
    }
    let told = decode(&["--connection", "1"], &capture()).complaint(2);
    let wanted = "error: stdin is a text capture, which tells no connections; --connection is for \
                  pcap and pcapng\n";
    assert_eq!(told, wanted);
}

#[test]
fn connections_are_chosen_by_their_numbers() {
    let ping = b"TP\x04\0\0\0\0\x07\0\0\0\x1b\0\0\0\0";
    let packets = [1, 2, 3].map(|port| {
        let talk = Talk::new(&format!("10.0.0.1:{port}"), "10.0.0.2:6923").open();
        // Each has something to tell.
        talk.sent(ping)
            .sent(b"no frame, for all that it is")
            .packets
    });
    let file = pcap(&packets.concat());
    let numbers = |options: &[&str]| {
        let json = ["--format", "json"];
        let run = decode_bytes(&[&json, options].concat(), &file);
        let lines = run.json();
        let numbers: Vec<_> = lines
            .iter()
            .map(|line| line["connection"].clone())
            .collect();
        let told = run.notes().matches("bytes are no frame").count();
        assert_eq!((told, run.code), (numbers.len(), Some(1)), "{run:?}");
        serde_json::Value::from(numbers)
    };
    assert_eq!(numbers(&[]), serde_json::json!([1, 2, 3]));
    assert_eq!(numbers(&["--connection", "2"]), serde_json::json!([2]));
    let two = ["--connection", "3", "--connection", "1"];
    assert_eq!(numbers(&two), serde_json::json!([1, 3]));
}
