//! Captures of packets.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use serde_json::Value;
use tp_frames::{EncodeOptions, Packet as _, game};

use super::decode_bytes;
use super::pcap::{Order, Packet, Pcapng, RAW, Talk, Way, pcap, pcap_as};
use crate::program::{Run, Serve, tp};

const JSON: &[&str] = &["--format", "json"];

fn frame(sequence: u32, packet: &impl tp_frames::Packet) -> Vec<u8> {
    let mut frame = BytesMut::new();
    packet
        .encode_frame(game::TP04, sequence, &mut frame)
        .unwrap();
    frame.to_vec()
}

fn okay(text: &str) -> game::Okay {
    game::Okay {
        result: text.into(),
    }
}

/// A short conversation.
fn talk() -> Talk {
    let connect = game::Connect {
        string: "tester".into(),
    };
    let talk = Talk::usual().open().sent(&frame(1, &connect));
    talk.received(&frame(1, &okay("Welcome"))).close()
}

const FINE: &str = "frames 2 decoded 2 unknown 0 failed 0 trailing 0 reencoded 2";

#[test]
fn frames_show_their_connection_and_time() {
    let run = decode_bytes(&[], &pcap(&talk().packets));
    let want = "\
connection 1: client 127.0.0.1:40000, server 127.0.0.1:6923
0.003000 [1] C→S TP04 Connect (3) sequence 1
  string: \"tester\"
0.004000 [1] S→C TP04 Okay (0) sequence 1
  result: \"Welcome\"
";
    assert_eq!(run.shown(), want);
    run.assert_fine(FINE);
    let run = decode_bytes(JSON, &pcap(&talk().packets));
    let line =
        r#"{"connection":1,"time":"1764585441.253000000","direction":"C>S","protocol":"TP04","#
            .to_owned()
            + r#""type":3,"name":"Connect","sequence":1,"fields":{"string":"tester"},"trailing":""}"#;
    assert_eq!(run.shown().lines().next(), Some(&*line));
    let told = "stdin: connection 1: client 127.0.0.1:40000, server 127.0.0.1:6923\n";
    assert_eq!(run.notes(), told);
    assert_eq!((run.summary(), run.code), (FINE, Some(0)));
}

/// The times of the frames.
fn times(file: &[u8]) -> Vec<Value> {
    let run = decode_bytes(JSON, file);
    assert_eq!((run.summary(), run.code), (FINE, Some(0)), "{run:?}");
    let lines = run.json();
    lines.iter().map(|line| line["time"].clone()).collect()
}

#[test]
fn every_kind_of_file_is_read() {
    let packets = talk().packets;
    let wanted = ["1764585441.253000000", "1764585441.254000000"];
    for order in [Order::Little, Order::Big] {
        for magic in [0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34] {
            // Check sums of four bytes are told beside the link type.
            for link in [RAW, RAW | 0x2400_0000] {
                assert_eq!(times(&pcap_as(magic, order, link, &packets)), wanted);
            }
        }
        // In microseconds, nanoseconds, powers of two, and seconds that begin later.
        for (unit, offset, scale) in [
            (None, 0, 1_000_000_u128),
            (Some(9), 0, 1_000_000_000),
            (Some(0x80 | 30), 0, 1 << 30),
            (Some(3), 1_764_000_000, 1000),
            (Some(3), -1000, 1000),
        ] {
            let mut file = Pcapng::new(order).interface(RAW, 0, unit, offset);
            for packet in &packets {
                let since = i64::try_from(packet.time.as_secs()).unwrap() - offset;
                let since = u128::try_from(since).unwrap() * scale;
                // A little more, as powers of two do not meet milliseconds.
                let fraction = u128::from(packet.time.subsec_nanos() + 500);
                let time = since + fraction * scale / 1_000_000_000;
                file = file.enhanced(0, u64::try_from(time).unwrap(), &packet.bytes);
            }
            let times = times(&file.bytes);
            let near = times.iter().zip(wanted);
            for (time, wanted) in near {
                // Down to the microsecond.
                let time = time.as_str().unwrap();
                assert_eq!(time[..17], wanted[..17], "{order:?} {unit:?} {offset}");
            }
        }
    }
}

#[test]
fn sections_interfaces_and_blocks_of_all_kinds_are_read() {
    let packets = talk().packets;
    let bytes = |at: usize| packets[at].bytes.as_slice();
    let ethernet = |at| [&[0; 12][..], &[8, 0], bytes(at)].concat();
    let length = |at| u32::try_from(bytes(at).len()).unwrap();
    let cut = bytes(4);
    let file = Pcapng::new(Order::Big)
        .interface(1, 0, None, 0)
        .interface(RAW, 0, Some(0), 0)
        .block(4, b"names of hosts")
        .enhanced(0, 5_000_000, &ethernet(0))
        .enhanced(1, 6, bytes(1))
        .section(Order::Little)
        // Of the section before, nothing holds.
        .interface(RAW, 1000, Some(0), 0)
        .block(0x0bad, &[7; 70])
        .obsolete(0, 7, bytes(2))
        .simple(length(3), bytes(3))
        .enhanced(0, 9, cut)
        .block(5, &[0; 8]);
    let run = decode_bytes(&[], &file.bytes);
    let lines: Vec<_> = run.shown().lines().collect();
    assert_eq!(lines[1], "- [1] C→S TP04 Connect (3) sequence 1");
    assert_eq!(lines[3], "4.000000 [1] S→C TP04 Okay (0) sequence 1");
    run.assert_fine(FINE);
    // A packet without a time has none in JSON.
    let run = decode_bytes(JSON, &file.bytes);
    assert_eq!(run.json()[0].get("time"), None);
    assert_eq!(run.json()[1]["time"], "9.000000000");
}

#[test]
fn damaged_files_are_told_behind_what_they_hold() {
    let packets = talk().packets;
    let base = || {
        let mut file = Pcapng::new(Order::Big).interface(RAW, 0, None, 0);
        for packet in &packets {
            file = file.enhanced(0, 1, &packet.bytes);
        }
        file
    };
    let whole = base().bytes;
    let at = whole.len();
    let block = |length: u32, rest: &[u8]| {
        [&whole[..], &[0, 0, 0, 6], &length.to_be_bytes(), rest].concat()
    };
    let no_packet =
        |length: u32| format!("what is at byte {at} is no packet: it would have {length} bytes");
    for (file, told) in [
        (
            base().enhanced(3, 1, b"x").bytes,
            format!("the packet at byte {at} is of interface 3, which the file does not describe"),
        ),
        (
            base().block(6, &[0; 16]).bytes,
            format!("the block at byte {at} is not as pcapng has it"),
        ),
        (block(13, &[0; 100]), no_packet(13)),
        (block(8, &[0; 100]), no_packet(8)),
        (block(0xffff_fff0, &[0; 100]), no_packet(0xffff_ffe8)),
        (
            block(32, &[0; 100]),
            format!("the block at byte {at} is not as pcapng has it"),
        ),
        (
            whole[..at - 1].to_vec(),
            format!("the file ends within a packet, at byte {}", at - 1),
        ),
    ] {
        let run = decode_bytes(&[], &file);
        assert_eq!(run.stderr, format!("stdin: {told}\n"));
        assert_eq!(run.shown().lines().count(), 5);
        let summary = "frames 3 decoded 2 unknown 0 failed 1 trailing 0 reencoded 2";
        assert_eq!((run.summary(), run.code), (summary, Some(1)));
    }
    let told = decode_bytes(&[], &pcap(&[])[..20]).complaint(2);
    let wanted = "error: stdin: the file ends within a packet, at byte 20\n";
    assert_eq!(told, wanted);
}

#[test]
fn what_is_left_out_is_counted() {
    let mut fragment = talk().packets[3].clone();
    fragment.bytes[6] = 0x20;
    let page = Talk::new("10.0.0.1:5", "10.0.0.2:80").open();
    let page = page.sent(b"GET / HTTP/1.1\r\n\r\n").packets;
    let packets = [talk().packets, vec![fragment], page].concat();
    let run = decode_bytes(&[], &pcap(&packets));
    let told = "\
stdin: 1 connections that carry no frames are left out
stdin: 1 fragments of IP packets are left out: they are not put together
";
    assert_eq!((run.notes(), run.code), (told, Some(0)));
    let run = decode_bytes(&[], &pcap_as(0xa1b2_c3d4, Order::Big, 105, &packets));
    let count = packets.len();
    let told =
        format!("stdin: {count} packets of link type 105 are left out: it is not known here\n");
    assert_eq!((run.notes(), run.code), (&*told, Some(0)));
}

#[test]
fn notes_come_to_an_end() {
    let hello = b"\x16\x03\x01\x02\0\x01\0\x01";
    let all = (1..=50).flat_map(|port| {
        let talk = Talk::new(&format!("10.0.0.1:{port}"), "10.0.0.2:6924").open();
        talk.sent(hello).received(hello).packets
    });
    let file = pcap(&all.collect::<Vec<_>>());
    let run = decode_bytes(&[], &file);
    let notes: Vec<_> = run.stderr.lines().collect();
    let first = "stdin: packet 4, connection 1: 10.0.0.1:1 to 10.0.0.2:6924 is encrypted (TLS), so \
                 its frames cannot be read; capture a plain port, or see `tp record`";
    assert_eq!(notes[0], first);
    let last = "stdin: 30 notes more; --keep-going tells them";
    assert_eq!((notes.len(), notes[20], run.code), (21, last, Some(0)));
    let run = decode_bytes(&["--keep-going"], &file);
    assert_eq!(run.stderr.lines().count(), 50);
}

#[test]
fn each_connection_has_its_own_descriptions_and_padding() {
    let describe = game::OrderDesc::new(4, "Wait", "").parameter("turns", 1, "");
    let order = game::Order {
        otype: 4,
        parameters: tp_frames::Parameters::from_bytes(game::TP04, vec![0; 8]),
        ..Default::default()
    };
    let filters = game::SetFilters {
        filters: vec![game::SetFiltersFilter::FILTER_PADDING],
    };
    let mut padded = BytesMut::new();
    let options = EncodeOptions::new(game::TP04).padded(true);
    okay("padded")
        .encode_frame(options, 3, &mut padded)
        .unwrap();
    let one = Talk::new("10.0.0.1:1", "10.0.0.2:6923").open();
    let one = one
        .received(&frame(1, &describe))
        .sent(&frame(2, &filters))
        .received(&frame(2, &okay("on")))
        .received(&padded)
        .packets;
    let two = Talk::new("10.0.0.1:2", "10.0.0.2:6923").open();
    let two = two
        .received(&frame(1, &order))
        .received(&frame(3, &okay("plain")))
        .packets;
    // Packet by packet.
    let mut packets = Vec::new();
    for at in 0..one.len() {
        packets.extend([one.get(at), two.get(at)].into_iter().flatten().cloned());
    }
    let run = decode_bytes(&["--strict"], &pcap(&packets));
    run.assert_fine("frames 6 decoded 6 unknown 0 failed 0 trailing 0 reencoded 6");
    let shown = run.shown();
    assert!(
        shown.contains("(no OrderDesc 4 earlier in the capture)"),
        "{shown}"
    );
    assert!(
        shown.contains("\"padded\"") && shown.contains("\"plain\""),
        "{shown}"
    );
}

#[test]
fn secrets_are_hidden_in_whatever_is_left_of_a_frame() {
    let login = game::Login {
        username: "ada".into(),
        password: "s3cr3t".into(),
    };
    let login = frame(1, &login);
    // Whole, without its end, and without its beginning.
    let talk = Talk::usual().open().sent(&login);
    let talk = talk.sent(&login[..30]).lost(Way::ToServer, &login[30..]);
    let talk = talk.sent(&login).sent(&login[5..]).sent(&login);
    for format in ["text", "json"] {
        let run = decode_bytes(&["--format", format], &pcap(&talk.packets));
        for printed in [&run.stdout, &run.stderr] {
            assert!(!printed.contains("s3cr3t"), "{printed}");
            assert!(!printed.contains("733363"), "{printed}");
        }
        let summary = "frames 5 decoded 3 unknown 0 failed 2 trailing 0 reencoded 3";
        assert_eq!(run.summary(), summary, "{}", run.stderr);
    }
}

/// A program of Wireshark's, run to its end.
fn run(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(tp_test_components::program(program)?)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {told}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn files_that_wireshark_converts_are_read_alike() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let original = path("original.pcap");
    std::fs::write(&original, pcap(&talk().packets)).unwrap();
    let wanted = tp(&["decode", &original]);
    for format in ["pcap", "nsecpcap", "modpcap", "pcapng"] {
        let converted = path(format);
        let Some(_) = run("editcap", &["-F", format, &original, &converted]) else {
            return;
        };
        let read = tp(&["decode", &converted]);
        assert_eq!(
            (&read.stdout, &*read.stderr),
            (&wanted.stdout, ""),
            "{format}"
        );
    }
    // A capture of so many bytes of each packet.
    let cut = path("cut");
    run("editcap", &["-s", "60", "-F", "pcapng", &original, &cut]);
    let read = tp(&["decode", &cut]);
    assert_eq!(read.code, Some(1));
    let told = format!(
        "{cut}: packet 4, connection 1: C>S frame of type 3, sequence 1: 6 of its 26 bytes are not \
         in the capture\n"
    );
    assert!(read.stderr.starts_with(&told), "{}", read.stderr);
}

/// The dissector of the schemas.
fn dissector() -> String {
    let models = ["protocol.xml", "protocol3.xml", "admin.xml"].map(|name| {
        let path = format!("{}/../{name}", env!("CARGO_MANIFEST_DIR"));
        let source = tp_codegen::Source::new(name, std::fs::read(path).unwrap());
        tp_codegen::compile(&source.unwrap()).unwrap()
    });
    tp_codegen::emit::wireshark(&models)
}

/// What tshark shows of a file with our dissector: the connection and the sequence number of each frame.
pub(crate) fn dissected(file: &[u8]) -> Option<Vec<(u64, u64)>> {
    let tshark = tp_test_components::program("tshark")?;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("capture.pcapng"), file).unwrap();
    std::fs::write(path("tp.lua"), dissector()).unwrap();
    let shown = Command::new(tshark)
        .env("HOME", folder.path())
        .env("XDG_CONFIG_HOME", folder.path())
        .arg("-n")
        .arg("-X")
        .arg(format!("lua_script:{}", path("tp.lua").display()))
        .args(["-o", "tp.ports:1-65535"])
        .arg("-r")
        .arg(path("capture.pcapng"))
        .args("-2 -Y tp.type -T fields -e tcp.stream -e tp.sequence".split(' '))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&shown.stderr);
    assert!(shown.status.success(), "{told}");
    // A packet may have several frames.
    let mut frames: Vec<(u64, u64)> = Vec::new();
    for line in String::from_utf8(shown.stdout).unwrap().lines() {
        let (stream, numbers) = line.split_once('\t').unwrap();
        let connection = stream.parse::<u64>().unwrap() + 1;
        let numbers = numbers.split(',').map(|it| it.parse().unwrap());
        frames.extend(numbers.map(|number| (connection, number)));
    }
    Some(frames)
}

/// What dumpcap writes about loopback while that is done, in pcapng.
fn captured(work: impl FnOnce(&Serve)) -> Option<Vec<u8>> {
    const LONG: Duration = Duration::from_secs(60);
    const LAST: &[u8] = b"GET /the-last-packet HTTP/1.0\r\n\r\n";
    let dumpcap = tp_test_components::program("dumpcap")?;
    let serve = Serve::start(&["--admin"]);
    let mut child = Command::new(dumpcap)
        .args(["-q", "-i", "lo", "-f", "tcp", "-w", "-"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = child.stdout.take().unwrap();
    let has = |file: &[u8], part: &[u8]| file.windows(part.len()).any(|it| it == part);
    // Says it again and again, until that has been captured.
    let mut file = Vec::new();
    let start = Instant::now();
    let mut part = [0; 65_536];
    let mut until = |file: &mut Vec<u8>, mark: &[u8]| {
        std::thread::scope(|scope| {
            let (done, is_done) = std::sync::mpsc::channel();
            let address = serve.address;
            scope.spawn(move || {
                while is_done.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                    let mut socket = TcpStream::connect(address).unwrap();
                    socket.write_all(mark).unwrap();
                    let _ = socket.read_to_end(&mut Vec::new());
                }
            });
            while !has(file, mark) {
                assert!(start.elapsed() < LONG, "nothing is captured");
                let read = output.read(&mut part).unwrap();
                assert_ne!(read, 0, "dumpcap has ended");
                file.extend_from_slice(&part[..read]);
            }
            done.send(()).unwrap();
        });
    };
    until(&mut file, b"GET /the-first-packet HTTP/1.0\r\n\r\n");
    work(&serve);
    until(&mut file, LAST);
    child.kill().unwrap();
    child.wait().unwrap();
    Some(file)
}

#[test]
fn what_is_captured_on_loopback_is_what_tshark_shows() {
    tp_test_components::alone(|| {
        let Some(file) = captured(|serve| {
            for version in ["tp03", "tp04"] {
                for scheme in ["tp", "tp+http"] {
                    let url = format!("{scheme}://guest:guest@{}", serve.address);
                    tp(&["objects", &url, "--protocol", version]).fine();
                }
            }
        }) else {
            return;
        };
        let Some(wanted) = dissected(&file) else {
            return;
        };
        assert!(wanted.len() > 100, "{} frames", wanted.len());
        let run: Run = decode_bytes(JSON, &file);
        let number = |line: &Value, key: &str| line[key].as_u64().unwrap();
        let lines = run.json();
        let found: Vec<_> = { lines.iter() }
            .map(|line| (number(line, "connection"), number(line, "sequence")))
            .collect();
        assert_eq!(found, wanted);
        assert_eq!(run.notes().matches(": client 127.0.0.1:").count(), 4);
        assert_eq!(run.notes().matches(", in an HTTP tunnel\n").count(), 2);
        let all = found.len();
        let summary =
            format!("frames {all} decoded {all} unknown 0 failed 0 trailing 0 reencoded {all}");
        assert_eq!((run.summary(), run.code), (&*summary, Some(0)));
    });
}

#[test]
fn a_packet_may_hold_many_frames_and_a_frame_many_packets() {
    let long = okay(&"long ".repeat(50_000));
    let frames = [
        frame(1, &okay("one")),
        frame(2, &okay("two")),
        frame(3, &long),
        frame(4, &okay("four")),
    ];
    let stream = frames.concat();
    let mut talk = Talk::usual().open();
    for part in stream.chunks(1448) {
        talk = talk.received(part);
    }
    // In any order; the first three open the connection.
    let mut packets: Vec<Packet> = talk.packets.clone();
    packets[3..].reverse();
    for packets in [talk.packets, packets] {
        let run = decode_bytes(JSON, &pcap(&packets));
        let lines = run.json();
        let numbers: Vec<_> = lines.iter().map(|it| it["sequence"].clone()).collect();
        assert_eq!(numbers, [1, 2, 3, 4]);
        assert_eq!(lines[2]["fields"]["result"], "long ".repeat(50_000));
        assert_eq!(run.code, Some(0));
    }
}
