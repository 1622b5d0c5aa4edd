//! Whole captures, made byte by byte.

use proptest::prelude::*;

use super::*;
use crate::decode::limits::{CONNECTIONS, WAITING};
use pcap_file::{ACK, Packet, RST, SYN, Talk, Way, pcap as file};

#[allow(dead_code, reason = "tests of the program use the rest")]
#[path = "../../../tests/it/decode/pcap.rs"]
mod pcap_file;

/// A frame of TP04.
fn frame(kind: u8, sequence: u8, body: &[u8]) -> Vec<u8> {
    let mut frame = vec![b'T', b'P', 4, 0];
    for number in [sequence, kind, u8::try_from(body.len()).unwrap()] {
        frame.extend([0, 0, 0, number]);
    }
    frame.extend(body);
    frame
}

fn ping(sequence: u8) -> Vec<u8> {
    frame(27, sequence, b"")
}

fn okay(sequence: u8, text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).unwrap();
    let body = [&[0, 0, 0, length], text.as_bytes()].concat();
    frame(0, sequence, &body)
}

/// All that comes out of a file.
fn items(file: &[u8]) -> Vec<Item> {
    let capture = Capture::open(file).unwrap();
    assert!(capture.has_connections());
    capture.map(Result::unwrap).collect()
}

/// The same in short, without the ends of connections.
fn told(file: &[u8]) -> Vec<String> {
    let mut told = Vec::new();
    for item in items(file) {
        let number = match item.place {
            Some(Place::Packet { connection, .. }) => format!("{connection} "),
            _ => String::new(),
        };
        told.push(match item.what {
            What::Frame(captured) => {
                let Header {
                    sequence, length, ..
                } = captured.header;
                format!("{number}{} {sequence}: {length}", captured.direction.mark())
            }
            What::Bad(bad @ Bad::Cut { direction, .. }) => {
                format!("{number}{} {bad}", direction.mark())
            }
            What::Bad(bad) => format!("{number}{bad}"),
            What::Note(note) => format!("{number}{note}"),
            What::End(_) => continue,
        });
    }
    told
}

/// A conversation of frames on any port, with `ask` and `answer` at its end.
fn talk(client: &str, server: &str, ask: &[u8], answer: &[u8]) -> Vec<Packet> {
    let talk = Talk::new(client, server).open().sent(ask).received(answer);
    talk.close().packets
}

#[test]
fn connections_are_numbered_and_told_apart() {
    let v6 = talk("[fd00::1]:5", "[fd00::2]:6", &ping(1), &okay(1, "six"));
    let first = talk("10.0.0.1:5", "10.0.0.2:6", &ping(2), &okay(2, "one"));
    // The same two addresses.
    let second = Talk::new("10.0.0.1:5", "10.0.0.2:6").reopen();
    let second = second.sent(&ping(3)).received(&okay(3, "second"));
    let page = talk("10.0.0.1:7", "10.0.0.2:80", b"GET / HTTP/1.1\r\n\r\n", b"x");
    let all = [first, v6, page, second.packets].concat();
    let wanted = [
        "1 C>S 2: 0",
        "1 S>C 2: 7",
        "2 C>S 1: 0",
        "2 S>C 1: 7",
        "4 C>S 3: 0",
        "4 S>C 3: 10",
        "1 connections that carry no frames are left out",
    ];
    assert_eq!(told(&file(&all)), wanted);
    let items = items(&file(&all));
    let frames = items.iter().filter_map(|item| match &item.what {
        What::Frame(captured) => captured.origin.as_ref(),
        _ => None,
    });
    let ends: Vec<_> = frames.map(|origin| origin.connection.to_string()).collect();
    assert_eq!(
        ends[0],
        "connection 1: client 10.0.0.1:5, server 10.0.0.2:6"
    );
    assert_eq!(
        ends[2],
        "connection 2: client [fd00::1]:5, server [fd00::2]:6"
    );
    // The first two are over, the one between is left out, the last goes on.
    let ended = items.iter().filter_map(|item| match item.what {
        What::End(number) => Some(number),
        _ => None,
    });
    assert_eq!(ended.collect::<Vec<_>>()[..3], [1, 2, 3]);
}

#[test]
fn the_server_is_found_in_any_way_there_is() {
    let both = |ask: &[u8], client: &str, server: &str| {
        // Nobody captured how it began.
        let talk = Talk::new(client, server).sent(ask).received(&okay(1, ""));
        told(&file(&talk.packets))
    };
    let wanted = ["1 C>S 1: 0", "1 S>C 1: 4"];
    for server in ["1.0.0.1:6923", "9.9.9.9:6925"] {
        assert_eq!(both(&ping(1), "5.5.5.5:4", server), wanted);
    }
    // By what a frame is, where the ports say nothing.
    for server in ["1.0.0.1:3", "9.9.9.9:5"] {
        assert_eq!(both(&ping(1), "5.5.5.5:4", server), wanted);
    }
    // By the ports, where the frame says nothing either.
    assert_eq!(both(&frame(200, 1, b""), "5.5.5.5:4", "9.9.9.9:3"), wanted);
    // By who answers, though its port is the protocol's by chance.
    let odd = talk("5.5.5.5:6923", "9.9.9.9:3", &ping(1), &okay(1, ""));
    assert_eq!(told(&file(&odd)), wanted);
    // That who asks was not captured, or is captured late.
    for order in [vec![1, 2, 3], vec![1, 0, 2, 3]] {
        let talk = Talk::new("5.5.5.5:4", "9.9.9.9:5").open().sent(&ping(1));
        let some: Vec<_> = order.iter().map(|at| talk.packets[*at].clone()).collect();
        assert_eq!(told(&file(&some)), wanted[..1]);
    }
}

#[test]
fn http_and_tls_are_told_apart() {
    let post = b"POST /x HTTP/1.0\r\nContent-Length: 0\r\n\r\n";
    let granted = b"HTTP/1.0 200 OK\r\n\r\n";
    let tunnel = Talk::new("1.1.1.1:1", "2.2.2.2:80").open();
    let tunnel = tunnel
        .sent(post)
        .received(granted)
        .sent(&ping(1))
        .received(&okay(1, ""));
    let hello = b"\x16\x03\x01\x02\0\x01\0";
    let tls = talk("1.1.1.1:2", "2.2.2.2:6924", hello, hello);
    let all = [tunnel.packets, tls].concat();
    let wanted = [
        "1 C>S 1: 0",
        "1 S>C 1: 4",
        "2 1.1.1.1:2 to 2.2.2.2:6924 is encrypted (TLS), so its frames cannot be read; capture a \
         plain port, or see `tp record`",
    ];
    assert_eq!(told(&file(&all)), wanted);
    let tunnelled = items(&file(&all)).into_iter().find_map(|it| match it.what {
        What::Frame(captured) => captured.origin.map(|it| it.connection.tunnelled),
        _ => None,
    });
    assert_eq!(tunnelled, Some(true));
}

#[test]
fn what_is_between_frames_is_told() {
    // In the middle of a connection, and of a frame.
    let late = Talk::usual().sent(&[&okay(1, "x")[3..], &ping(2)].concat());
    let wanted = [
        "1 it begins in the middle: 18 bytes are skipped",
        "1 C>S 2: 0",
    ];
    assert_eq!(told(&file(&late.packets)), wanted);
    // Noise between frames.
    let noise = Talk::usual().open().sent(&ping(1)).sent(&[b'x'; 40]);
    let noise = noise.sent(&ping(2));
    let wanted = ["1 C>S 1: 0", "1 40 bytes are no frame", "1 C>S 2: 0"];
    assert_eq!(told(&file(&noise.packets)), wanted);
    // A goodbye, as some servers say it; and a client that speaks no TP.
    let refused = talk(
        "1.1.1.1:1",
        "2.2.2.2:6923",
        b"hello",
        b"You are not running the correct protocol\n",
    );
    let wanted = [
        "1 the server answers in plain text: \"You are not running the correct protocol\"",
        "1 connections that carry no frames are left out",
    ];
    assert_eq!(told(&file(&refused)), wanted);
}

#[test]
fn lost_packets_cost_what_was_in_them() {
    let long = okay(2, &"x".repeat(200));
    let (start, rest) = long.split_at(100);
    let base = || Talk::usual().open().received(&okay(1, ""));
    let cut = "1 S>C 100 of its 220 bytes are not in the capture";
    // It is known by what the client acknowledges, some packets later.
    let mut lost = base().lost(Way::ToClient, start).received(rest);
    for sequence in 3..14 {
        lost = lost.sent(&ping(sequence));
    }
    lost = lost.received(&okay(14, ""));
    let found = told(&file(&lost.packets));
    assert_eq!(found[0], "1 S>C 1: 4");
    assert_eq!(found[1], "1 C>S 3: 0");
    let gap = "1 bytes are not in the capture here, 100 of them";
    let at = found.iter().position(|it| it == gap).expect("it is told");
    assert!(at < found.len() - 3, "{found:?}");
    let skipped = "1 120 bytes are skipped up to the next frame";
    assert_eq!(found[found.len() - 2..], [skipped, "1 S>C 14: 4"]);
    // Where its header is there, no more is lost than the frame.
    let lost = base().received(start).lost(Way::ToClient, &rest[..100]);
    let lost = lost.received(&rest[100..]).received(&okay(3, ""));
    let found = told(&file(&lost.packets));
    assert_eq!(found, ["1 S>C 1: 4", cut, "1 S>C 3: 4"]);
    // Nothing comes behind it.
    let lost = base().received(start).lost(Way::ToClient, rest);
    let lost = lost.packet(Way::ToServer, RST | ACK, b"");
    let cut = "1 S>C 120 of its 220 bytes are not in the capture";
    assert_eq!(told(&file(&lost.packets)), ["1 S>C 1: 4", cut]);
}

#[test]
fn packets_may_be_cut_short() {
    let mut talk = Talk::usual().open();
    for sequence in 1..4 {
        talk = talk.sent(&okay(sequence, &"x".repeat(100)));
    }
    for packet in &mut talk.packets {
        packet.bytes.truncate(90);
    }
    // The headers of IP and TCP take forty.
    let cut = "1 C>S 70 of its 120 bytes are not in the capture";
    assert_eq!(told(&file(&talk.packets)), [cut; 3]);
}

#[test]
fn no_more_connections_are_held_than_may_be() {
    let mut packets = Vec::new();
    let server = "2.2.2.2:6923".parse().unwrap();
    let half = &okay(1, "half")[..20];
    let count = CONNECTIONS + 100;
    for index in 0..count {
        let [.., high, middle, low] = index.to_be_bytes();
        let client = SocketAddr::from(([10, high, middle, low], 5));
        for (flags, number, payload) in [(SYN, 0, &b""[..]), (ACK, 1, half)] {
            let bytes = pcap_file::ip(client, server, number, 0, flags, payload);
            let time = Duration::from_secs(1);
            packets.push(Packet { time, bytes });
        }
    }
    let mut ended = 0;
    let mut early = None;
    let mut most: usize = 0;
    let mut begun = 0;
    let file = file(&packets);
    let Capture::Packets(mut all) = Capture::open(&file[..]).unwrap() else {
        panic!("a file of packets");
    };
    while let Some(item) = all.next() {
        match item.unwrap().what {
            What::Bad(Bad::Cut { missing, .. }) => {
                assert_eq!(missing, 4);
                begun += 1;
            }
            What::End(_) => ended += 1,
            What::Note(Note::EndedEarly(count)) => early = Some(count),
            other => panic!("{other:?}"),
        }
        most = most.max(all.held().0);
    }
    assert_eq!((begun, ended), (count, count));
    assert!(early.is_some_and(|early| early > 4000), "{early:?}");
    assert!(most <= CONNECTIONS, "{most}");
}

#[test]
fn no_more_bytes_wait_than_may() {
    // Each connection lacks its first byte, and takes nearly as much as one may.
    let server = "2.2.2.2:6923".parse().unwrap();
    let payload = vec![0; 64_000];
    let mut packets = Vec::new();
    for port in 1..=70 {
        let client = SocketAddr::from(([10, 0, 0, 1], port));
        let mut add = |flags, number, payload: &[u8]| {
            let bytes = pcap_file::ip(client, server, number, 0, flags, payload);
            let time = Duration::from_secs(1);
            packets.push(Packet { time, bytes });
        };
        add(SYN, 0, b"");
        for index in 0..16 {
            add(ACK, 2 + index * 64_000, &payload);
        }
    }
    let file = file(&packets);
    let Capture::Packets(mut all) = Capture::open(&file[..]).unwrap() else {
        panic!("a file of packets");
    };
    let mut early = None;
    while let Some(item) = all.next() {
        if let What::Note(Note::EndedEarly(count)) = item.unwrap().what {
            early = Some(count);
        }
        assert!(all.held().1 <= WAITING, "{:?}", all.held());
    }
    assert!(early.is_some_and(|early| early > 20), "{early:?}");
    assert_eq!(all.held(), (0, 0));
}

#[test]
fn a_file_that_ends_early_is_told() {
    let talk = Talk::usual().open().sent(&ping(1)).sent(&ping(2));
    let whole = file(&talk.packets);
    let cut = &whole[..whole.len() - 3];
    let told = told(cut);
    let end = format!("the file ends within a packet, at byte {}", cut.len());
    assert_eq!(told, ["1 C>S 1: 0".to_owned(), end]);
    let mut endless = whole.clone();
    // The length of the first packet.
    endless[32..36].fill(0xff);
    let wrong = "what is at byte 24 is no packet: it would have 4294967295 bytes";
    assert_eq!(self::told(&endless), [wrong]);
}

/// A stream of frames and the places where it is cut.
fn cut_stream() -> impl Strategy<Value = (Vec<Vec<u8>>, Vec<usize>)> {
    let frames =
        prop::collection::vec((0_usize..60).prop_map(|it| okay(9, &"y".repeat(it))), 1..12);
    frames.prop_flat_map(|frames| {
        let length: usize = frames.iter().map(Vec::len).sum();
        (Just(frames), prop::collection::vec(0..=length, 0..40))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// However a stream is cut, repeated and reordered behind the packets that open it, its frames
    /// come out, and nothing else is told.
    #[test]
    fn frames_do_not_depend_on_packets(
        (frames, mut cuts) in cut_stream(),
        again in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..10),
        random: u64,
    ) {
        let stream = frames.concat();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let opened = Talk::usual().open();
        let mut parts: Vec<_> = cuts.windows(2).map(|two| (two[0], two[1])).collect();
        for (from, to) in again {
            let (from, to) = (from.index(stream.len()), to.index(stream.len()));
            parts.push((from.min(to), from.max(to)));
        }
        let mut random = random;
        for last in (1..parts.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            parts.swap(last, (random >> 33) as usize % (last + 1));
        }
        // Each part is of the same beginning.
        let mut packets = opened.packets.clone();
        for (from, to) in parts {
            let skipped = opened.clone().lost(Way::ToClient, &stream[..from]);
            let sent = skipped.received(&stream[from..to]);
            packets.extend(sent.packets.last().cloned());
        }
        let wanted: Vec<_> = frames
            .iter()
            .map(|frame| format!("1 S>C 9: {}", frame.len() - 16))
            .collect();
        prop_assert_eq!(told(&file(&packets)), wanted);
    }

    /// Whatever is wrong with a file, it is read or told, and at most a frame comes of a header.
    #[test]
    fn any_bytes_may_come(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        is_new: bool,
    ) {
        let talk = Talk::usual().open().sent(&ping(1)).received(&okay(1, "x")).close();
        let mut whole = match is_new {
            false => file(&talk.packets),
            true => {
                let mut file = pcap_file::Pcapng::new(pcap_file::Order::Big);
                file = file.interface(pcap_file::RAW, 0, Some(0x80 | 10), -5);
                for packet in &talk.packets {
                    file = file.enhanced(0, 1 << 40, &packet.bytes);
                }
                file.bytes
            }
        };
        for (at, byte) in changes {
            let at = at.index(whole.len());
            whole[at] = byte;
        }
        if let Ok(capture) = Capture::open(&whole[..]) {
            prop_assert!(capture.map(Result::unwrap).count() <= whole.len() / 16);
        }
    }
}
