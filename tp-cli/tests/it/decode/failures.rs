//! What is wrong with a capture, and how the program says so.

use std::io::Read as _;
use std::process::Stdio;

use tp_frames::game;

use super::capture::Capture;
use super::{decode, decode_bytes};
use crate::program::{Run, command, tp};

const PING: &str = "54500400000000010000001b00000000";

#[test]
fn bad_lines_are_told_and_counted_and_the_rest_goes_on() {
    let capture = Capture::new(game::TP04)
        .line("# a comment")
        .line("")
        .line("hello")
        .line("C>S 5450")
        .line("C>S 54504")
        .line("C>S zz")
        .line("C>S 54\u{1b}0")
        .line("C>S 54 50 04")
        .line("S>C")
        .line(&format!("S>C {PING}00"))
        .line(&format!("S>C {}", PING.replacen("54", "55", 1)))
        .line(&format!("S>C {}", PING.replacen("0400", "0700", 1)))
        .line(&format!("C>S {PING}"));
    let run = decode(&[], &capture);
    let want = "\
stdin:3: not a frame: the line starts with neither C>S nor S>C
stdin:4: 2 bytes where a header alone takes 16
stdin:5: 5 hex digits: an odd number, so the last byte is half there
stdin:6: 'z' at hex digit 1 is no hex digit
stdin:7: '\\x1b' at hex digit 3 is no hex digit
stdin:8: 3 words follow the direction where one of hex digits is expected
stdin:9: no bytes follow the direction
stdin:10: the header says that 0 bytes follow it, but 1 do
stdin:11: not a Thousand Parsec frame: it starts with \
\"UP\\x04\\x00\\x00\\x00\\x00\\x01\\x00\\x00\\x00\\x1b\\x00\\x00\\x00\\x00\", not \"TP\"
stdin:12: S>C frame of type 27, sequence 1: the header says TP07, which is not known here; \
--protocol reads it as one that is
";
    assert_eq!(run.stderr, want);
    assert_eq!(run.shown(), "C→S TP04 Ping (27) sequence 1\n");
    assert_eq!(
        run.summary(),
        "frames 11 decoded 1 unknown 0 failed 10 trailing 0 reencoded 1"
    );
    assert_eq!(run.code, Some(1));
}

#[test]
fn a_byte_order_mark_costs_no_line() {
    let line = format!("\u{feff}C>S {PING}\n");
    // Also where several captures were put together, and in front of a comment.
    let capture = format!("{line}{line}\u{feff}# the last\nS>C {PING}\n");
    let run = decode_bytes(&[], capture.as_bytes());
    run.assert_fine("frames 3 decoded 3 unknown 0 failed 0 trailing 0 reencoded 3");
}

#[test]
fn a_capture_in_utf_16_is_refused() {
    let text = format!("\u{feff}C>S {PING}\r\n");
    let utf16: Vec<_> = text.encode_utf16().collect();
    let little = utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big = utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    let captures: [Vec<u8>; 2] = [little, big];
    for capture in captures {
        let run = decode_bytes(&[], &capture);
        let want = "error: stdin is in UTF-16; a text capture is in UTF-8 or ASCII\n";
        assert_eq!((&*run.stderr, &*run.stdout, run.code), (want, "", Some(2)));
    }
}

#[test]
#[cfg(unix)]
fn names_of_files_cannot_disturb_the_terminal() {
    let run: Run = tp(&["decode", "/nowhere/\u{1b}[2J\n\u{202e}e\u{301}"]);
    let want = "error: cannot read /nowhere/\\u{1b}[2J\\n\\u{202e}e\u{301}: ";
    assert!(run.stderr.starts_with(want), "{}", run.stderr);
}

#[test]
fn frames_cut_short_say_where() {
    let capture = Capture::new(game::TP04)
        .frame("C>S", game::TP04, 3, 4, &[0, 0, 0, 5, b'a'])
        .sent(4, &game::Ping {});
    for format in ["text", "json"] {
        let run = decode(&["--format", format], &capture);
        let want = "stdin:1: C>S frame of type 4, sequence 3: TP04 Login.username at byte 4: \
                    the frame ends too early, 5 bytes wanted and 1 left\n";
        assert_eq!(run.notes(), want);
        assert_eq!(run.shown().lines().count(), 1, "{run:?}");
        assert_eq!(
            run.summary(),
            "frames 2 decoded 1 unknown 0 failed 1 trailing 0 reencoded 1"
        );
        assert_eq!(run.code, Some(1));
    }
}

#[test]
fn strict_refuses_trailing_bytes() {
    let capture = Capture::new(game::TP04).packet("S>C", 1, &game::Sequence { number: 1 }, &[0]);
    decode(&[], &capture)
        .assert_fine("frames 1 decoded 1 unknown 0 failed 0 trailing 1 reencoded 1");
    let run = decode(&["--strict"], &capture);
    let want = "stdin:1: S>C frame of type 2, sequence 1: TP04 Sequence at byte 4: \
                1 bytes follow the last field\n";
    assert_eq!(run.stderr, want);
    assert_eq!(
        run.stdout,
        "frames 1 decoded 0 unknown 0 failed 1 trailing 0 reencoded 0\n"
    );
    assert_eq!(run.code, Some(1));
}

#[test]
fn any_bytes_may_come() {
    let run = decode_bytes(&[], b"\xff\xfe\0\nC>S \xe9\n\nS>C 54");
    assert_eq!(
        run.summary(),
        "frames 3 decoded 0 unknown 0 failed 3 trailing 0 reencoded 0"
    );
    assert_eq!(
        run.stderr.lines().nth(1),
        Some("stdin:2: '\\xe9' at hex digit 1 is no hex digit")
    );
    decode(&[], &Capture::new(game::TP04).line("# nothing yet"))
        .assert_fine("frames 0 decoded 0 unknown 0 failed 0 trailing 0 reencoded 0");
}

#[test]
fn a_file_that_is_no_capture_is_told_for_what_it_is() {
    let text = "is text, and none of its first lines begins with C>S or S>C; a capture is lines of \
                frames, pcap or pcapng, see tp decode --help";
    let mut program = std::fs::read(env!("CARGO_BIN_EXE_tp")).unwrap();
    program.truncate(100_000);
    let zeros = [0; 10_000];
    let cases: [(&[u8], &str); 7] = [
        (b"", "is empty"),
        (b"\x1f\x8b\x08\0\0\0", "is a gzip file: gunzip it first"),
        (b"PK\x03\x04\x14\0", "is a zip file: unzip it first"),
        (b"<!DOCTYPE html>\n<html>", "is HTML, no capture"),
        (
            b"{\"direction\":\"C>S\"}\n",
            "is JSON, which tp decode writes and does not read",
        ),
        (&zeros, "is neither text nor pcap nor pcapng"),
        (&b"hello\n".repeat(10_000), text),
    ];
    for (file, what) in cases {
        let told = decode_bytes(&[], file).complaint(2);
        assert_eq!(told, format!("error: stdin {what}\n"));
    }
    let told = decode_bytes(&[], &program).complaint(2);
    assert!(told.starts_with("error: stdin is a program"), "{told}");
}

#[test]
fn it_stops_after_some_bad_lines() {
    let text = format!("C>S {PING}\n{}", "hello\n".repeat(1000));
    let run = decode_bytes(&[], text.as_bytes());
    assert_eq!(run.stderr.lines().count(), 21, "{}", run.stderr);
    let stopped = "stdin: stopped, as 20 of 21 frames so far are bad; if this is the right file, \
                   --keep-going reads the rest";
    assert_eq!(run.stderr.lines().last(), Some(stopped));
    assert_eq!(run.code, Some(1));
    let summary = "frames 21 decoded 1 unknown 0 failed 20 trailing 0 reencoded 1";
    assert_eq!(run.summary(), summary);
    let run = decode_bytes(&["--keep-going"], text.as_bytes());
    assert_eq!(run.stderr.lines().count(), 1000);
    let summary = "frames 1001 decoded 1 unknown 0 failed 1000 trailing 0 reencoded 1";
    assert_eq!((run.summary(), run.code), (summary, Some(1)));
    // Frames that do not decode count as well.
    let cut = format!("C>S {}\n", PING.replacen("1b", "04", 1));
    let run = decode_bytes(&[], cut.repeat(30).as_bytes());
    let summary = "frames 20 decoded 0 unknown 0 failed 20 trailing 0 reencoded 0";
    assert_eq!((run.summary(), run.code), (summary, Some(1)));
}

#[test]
fn errors_name_the_file() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, format!("C>S {PING}\noops\n")).unwrap();
    let name = file.path().to_str().unwrap();
    let run = tp(&["decode", name]);
    assert!(
        run.stderr.starts_with(&format!("{name}:2: not a frame")),
        "{run:?}"
    );
    assert_eq!(run.code, Some(1));
}

#[test]
fn what_cannot_be_read_is_told_in_one_line() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("none.txt");
    for path in [directory.path(), &missing] {
        let name = path.to_str().unwrap();
        let run = tp(&["decode", name]);
        assert!(
            run.stderr
                .starts_with(&format!("error: cannot read {name}: ")),
            "{run:?}"
        );
        assert_eq!((run.stderr.lines().count(), run.stdout.as_str()), (1, ""));
        assert_eq!(run.code, Some(2));
    }
    for arguments in [
        &["decode"][..],
        &["decode", "-", "--format", "xml"],
        &["nonsense"],
    ] {
        let run = tp(arguments);
        assert!(run.stderr.starts_with("error: "), "{run:?}");
        assert_eq!(run.code, Some(2));
    }
}

#[test]
fn a_reader_that_stops_early_is_no_error() {
    let line = format!("C>S {PING}\n");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&file, line.repeat(20_000)).unwrap();
    let mut child = command(&["decode", file.path().to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    // Its end of the pipe is closed here; the program still has more to write than fits.
    let run = Run::from(child.wait_with_output().unwrap());
    assert_eq!((run.stderr.as_str(), run.code), ("", Some(0)));
}
