//! Generated code and what is written by hand for the same bytes, a row after the other.

use std::hint::black_box;

use tp_frames::bytes::BytesMut;
use tp_frames::game::{self, TP03, TP04};
use tp_frames::{Packet, PacketView, Version};

use crate::{by_hand, packets, rows, touch};

/// How often each is done.
const ROUNDS: u64 = 100;
/// Larger than any frame here.
const ROOM: usize = 1 << 16;

/// What callgrind counts by itself: a call is a part of its report.
#[inline(never)]
fn measured(mut work: impl FnMut()) {
    for _ in 0..ROUNDS {
        work();
    }
}

fn encode(version: Version, packet: &impl Packet) {
    let mut out = BytesMut::with_capacity(ROOM);
    measured(|| {
        out.clear();
        let packet = black_box(packet);
        packet.encode_frame(version, 1, &mut out).unwrap();
        black_box(&out[..]);
    });
}

fn encode_by_hand(encode: impl Fn(&mut Vec<u8>)) {
    let mut out = Vec::with_capacity(ROOM);
    measured(|| {
        out.clear();
        encode(&mut out);
        black_box(&out[..]);
    });
}

fn read<T>(body: &[u8], read: impl Fn(&[u8]) -> T) {
    measured(|| {
        black_box(read(black_box(body)));
    });
}

macro_rules! rows {
    ($(
        $row:ident $name:literal: $packet:ident $version:ident $bytes:literal,
        decode $decode:path | $by_hand:path,
        view $view:path | $view_by_hand:path,
        touch $touch:path | $touch_by_hand:path;
    )*) => {
        /// What is counted, and how often it is said here: generated, then by hand.
        pub const ROWS: &[&str] = &[$(
            concat!("codec, encode ", $name),
            concat!("codec, decode ", $name),
            concat!("codec, view ", $name),
        )*];

        /// Each row once generated and once by hand.
        pub(super) fn run() {
            $({
                let packet = packets::$packet();
                let mut body = BytesMut::new();
                packet.encode_body($version, &mut body).unwrap();
                let by_hand = $by_hand(&body).unwrap();
                encode($version, &packet);
                encode_by_hand(|out| black_box(&by_hand).encode_frame(out));
                read(&body, |body| $decode($version, body).unwrap().0);
                read(&body, |body| $by_hand(body).unwrap());
                read(&body, |body| $touch($view($version, body).unwrap().0));
                read(&body, |body| $touch_by_hand($view_by_hand(body).unwrap()));
            })*
        }
    };
}

rows::codec_rows!(rows);
