//! What one record carries.

use bytes::BytesMut;
use rustls::version::{TLS12, TLS13};
use tp_frames::game::{Login, Ping, TP03, TP04};
use tp_frames::{Packet, Version};

use super::*;

/// Bytes of a TLS record's header, the last two of which say how many follow.
const HEADER: usize = 5;

fn frame(version: Version, sequence: u32, packet: &impl Packet) -> Vec<u8> {
    let mut bytes = BytesMut::new();
    packet.encode_frame(version, sequence, &mut bytes).unwrap();
    bytes.to_vec()
}

fn login(length: usize) -> Login {
    Login {
        username: "x".repeat(length).into(),
        ..Login::default()
    }
}

/// What `to` finds in each record that waits at `from`.
fn records(from: &mut Tls, to: &mut Tls) -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    while let Some(&[.., high, low]) = from.output().first_chunk::<HEADER>() {
        let length = HEADER + usize::from(u16::from_be_bytes([high, low]));
        let mut above = Vec::new();
        to.receive(&some(from, length), &mut above).unwrap();
        records.push(above);
    }
    records
}

#[test]
fn no_record_carries_bytes_of_two_frames_however_they_are_sent() {
    let made = Made::alone(&["game.example"]);
    let trust = Trust::pinned([made.fingerprint()]);
    let frames = [
        frame(TP04, 1, &Ping {}),
        frame(TP03, 2, &login(5)),
        frame(TP03, 3, &Ping {}),
        frame(TP04, 4, &login((16 << 10) - 24)),
        frame(TP04, 5, &login((16 << 10) - 23)),
        frame(TP04, 6, &login(40_000)),
        frame(TP03, 7, &Ping {}),
    ];
    let sizes: Vec<_> = frames.iter().map(Vec::len).collect();
    assert_eq!(sizes, [16, 29, 16, 16 << 10, 16_385, 40_024, 16]);
    let all = frames.concat();
    for version in [&TLS12, &TLS13] {
        let config = server_config(&made, version);
        for step in [1, 7, 16, 1000, usize::MAX] {
            let (mut client, mut server) = agreed(&trust, "game.example", server_of(&config));
            for from_client in [true, false] {
                let (from, to) = match from_client {
                    true => (&mut client, &mut server),
                    false => (&mut server, &mut client),
                };
                let mut heard = Vec::new();
                for mut piece in all.chunks(step.min(all.len())) {
                    while !piece.is_empty() {
                        let count = from.send(piece).unwrap();
                        piece = &piece[count..];
                        heard.extend(records(from, to));
                    }
                }
                assert_eq!(heard.concat(), all);
                let mut heard = heard.into_iter();
                for frame in &frames {
                    let mut whole = Vec::new();
                    let mut pieces = 0;
                    while whole.len() < frame.len() {
                        whole.extend(heard.next().unwrap());
                        pieces += 1;
                    }
                    assert!(whole == *frame, "a record ends where the frame does");
                    if step == usize::MAX {
                        assert_eq!(pieces, frame.len().div_ceil(16 << 10));
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_no_frame_is_sent_as_it_comes_and_frames_after_it_by_themselves() {
    let made = Made::alone(&["game.example"]);
    let trust = Trust::pinned([made.fingerprint()]);
    let server = made.identity().tls().unwrap();
    let (mut client, mut server) = agreed(&trust, "game.example", server);
    let ping = frame(TP04, 1, &Ping {});
    let head = b"HTTP/1.0 200 OK\r\n\r\n".to_vec();
    let words = b"This port takes encrypted connections only: use tps://.\n".to_vec();
    // A start of a frame is not kept back until the rest is there.
    let (start, rest) = ping.split_at(3);
    let (first, other) = (b"T".to_vec(), ping[1..].to_vec());
    let said = [&head, start, rest, &first, &other, &words].map(<[u8]>::to_vec);
    for bytes in &said {
        assert_eq!(server.send(bytes).unwrap(), bytes.len());
    }
    assert_eq!(records(&mut server, &mut client), said);
    assert_eq!(
        server.send(&[&*ping, &ping].concat()).unwrap(),
        2 * ping.len()
    );
    assert_eq!(records(&mut server, &mut client), [&*ping, &ping]);
}
